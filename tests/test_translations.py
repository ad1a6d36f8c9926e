"""English and Simplified Chinese are both complete, and say the same things with the same values in them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from community.core import catalogs
from tests.support.required import need

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("community/locale/zh_Hans/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")


def entries(catalogue: Path) -> list[catalogs.Entry]:
    return [entry for entry in catalogs.parse(catalogue.read_text(), catalogue.name) if entry.msgid]


@pytest.fixture(scope="module")
def committed() -> list[catalogs.Entry]:
    found = entries(ROOT / CATALOGUE)
    assert len(found) > 100
    return found


def test_nothing_waits_for_a_translator(committed: list[catalogs.Entry]) -> None:
    assert not [entry.msgid for entry in committed if not entry.is_translated]


def test_no_message_is_there_twice(committed: list[catalogs.Entry]) -> None:
    keys = [(entry.context, entry.msgid) for entry in committed]
    assert not {key for key in keys if keys.count(key) > 1}


def test_translations_carry_the_same_values(committed: list[catalogs.Entry]) -> None:
    wrong = []
    for entry in committed:
        values = set(PLACEHOLDER.findall(entry.plural or entry.msgid))
        wrong += [entry.msgid for text in entry.forms.values() if set(PLACEHOLDER.findall(text)) != values]
    assert not wrong


def test_no_chinese_sentence_has_a_space_before_today(committed: list[catalogs.Entry]) -> None:
    """A moment begins with 今天 or with a figure: the space before figures is the style sheet's."""
    spaced = re.compile(r"[\u3400-\u9fff] %\((?:moment|when|until|at|date)\)s")
    assert not [entry.msgid for entry in committed if any(map(spaced.search, entry.forms.values()))]


def test_chinese_has_one_plural_form(committed: list[catalogs.Entry]) -> None:
    assert not [entry.msgid for entry in committed if list(entry.forms) != [0]]


def test_every_string_of_the_sources_is_in_the_catalogue(
    committed: list[catalogs.Entry], tmp_path: Path
) -> None:
    need("gettext", shutil.which("xgettext"), "xgettext is not installed")
    skipped = shutil.ignore_patterns("__pycache__", "*.mo", "var", ".venv", "node_modules")
    for room in ("community", "forum", "polls", "activity", "moderation"):
        if (ROOT / room).is_dir():
            shutil.copytree(ROOT / room, tmp_path / room, ignore=skipped)
    shutil.copy(ROOT / "manage.py", tmp_path)
    command = ["makemessages", "--locale=zh_Hans", "--extension=html,txt,py", "--no-location"]
    environment = os.environ | {
        "CONVOY_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "community.settings.test",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    used = {(entry.context, entry.msgid) for entry in entries(tmp_path / CATALOGUE) if entry.forms}
    known = {(entry.context, entry.msgid) for entry in committed}
    assert not sorted(str(key) for key in used - known)


def test_both_languages_are_offered() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", "zh-hans"]
