"""Translations compile without gettext's tools, and mean what the text file says."""

import gettext
import os
from io import BytesIO
from pathlib import Path

import pytest

from community.core import catalogs

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
)


def load(source: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(BytesIO(catalogs.binary(catalogs.parse(HEADER + source))))


def test_a_plain_message_is_translated() -> None:
    assert load('\nmsgid "Boards"\nmsgstr "版块"\n').gettext("Boards") == "版块"


def test_entries_need_no_blank_line_between_them() -> None:
    translations = load('msgid "a"\nmsgstr "甲"\nmsgid "b"\nmsgstr "乙"\n')
    assert [translations.gettext("a"), translations.gettext("b")] == ["甲", "乙"]


def test_plurals_contexts_escapes_and_long_strings() -> None:
    translations = load(
        '\n#, python-format\nmsgid "%(n)s reply"\nmsgid_plural "%(n)s replies"\nmsgstr[0] "%(n)s 条回复"\n'
        '\nmsgctxt "verb"\nmsgid "Watch"\nmsgstr "关注"\n'
        '\nmsgid ""\n"first \\"line\\"\\n"\n"second"\nmsgstr ""\n"第一行\\n"\n"第二行"\n'
    )
    assert translations.ngettext("%(n)s reply", "%(n)s replies", 2) == "%(n)s 条回复"
    assert translations.pgettext("verb", "Watch") == "关注"
    assert translations.gettext("Watch") == "Watch"
    assert translations.gettext('first "line"\nsecond') == "第一行\n第二行"


@pytest.mark.parametrize(
    "unfinished",
    [
        '#, fuzzy\nmsgid "Lock"\nmsgstr "锁?"\n',
        'msgid "Lock"\nmsgstr ""\n',
        '#~ msgid "Lock"\n#~ msgstr "锁"\n',
    ],
)
def test_fuzzy_empty_and_obsolete_entries_fall_back_to_english(unfinished: str) -> None:
    assert load("\n" + unfinished).gettext("Lock") == "Lock"


@pytest.mark.parametrize("broken", ['msgid "a\nmsgstr "b"\n', "nonsense\n", '"lonely"\n'])
def test_a_broken_catalogue_names_file_and_line(broken: str) -> None:
    with pytest.raises(catalogs.BadCatalog, match=r"zh\.po, line 1"):
        catalogs.parse(broken, "zh.po")


def test_only_a_changed_catalogue_is_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(HEADER + '\nmsgid "a"\nmsgstr "甲"\n', encoding="utf-8")
    target = folder / "django.mo"
    assert catalogs.compile_stale([tmp_path]) == [target]
    assert catalogs.compile_stale([tmp_path]) == []
    later = target.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert catalogs.compile_stale([tmp_path]) == [target]
