"""Hostile input kept outside the repository: naughty strings, script vectors, pictures that crash decoders.

    @pytest.mark.parametrize("text", hostile.naughty_strings())
    def test_title_survives(text): ...

Where the data is absent (CONVOY_SHARED, by default ../shared/data) each loader gives one case that is skipped
with the reason, so a run says what it did not try.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
ROOT = Path(os.environ.get("CONVOY_SHARED", _BESIDE)) / "hostile"


def _cases(name: str, read: Callable[[Path], list[tuple[str, Any]]]) -> list[Any]:
    path = ROOT / name
    if not path.exists():
        reason = f"hostile data '{name}' is not here: set CONVOY_SHARED to the folder that holds 'hostile'"
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(value, id=label) for label, value in read(path)]


@cache
def naughty_strings() -> list[Any]:
    """515 strings that break software, as pytest parameters."""
    return _cases(
        "naughty-strings.json", lambda path: _numbered("naughty", json.loads(path.read_text("utf-8")))
    )


@cache
def xss_vectors() -> list[Any]:
    """The OWASP filter-evasion vectors, one HTML or Markdown text each, as pytest parameters."""
    return _cases("xss-owasp.txt", lambda path: _numbered("xss", _vectors(path)))


@cache
def commonmark_examples() -> list[Any]:
    """Examples of the CommonMark specification: dicts with `markdown` and `html`, as pytest parameters."""
    return _cases(
        "commonmark-examples.json",
        lambda path: [(f"commonmark-{example['example']}", example) for example in _json(path)],
    )


@cache
def images() -> list[Any]:
    """Paths of pictures made to crash, stall or exhaust a decoder, as pytest parameters."""
    return _cases("images", lambda path: [(file.name, file) for file in sorted(path.iterdir())])


def every_naughty_string() -> list[str]:
    """All naughty strings in one list, for trying them in one go; skips the test where they are absent."""
    return [case.values[0] for case in _present(naughty_strings())]


def every_xss_vector() -> list[str]:
    """All script vectors in one list; skips the test where they are absent."""
    return [case.values[0] for case in _present(xss_vectors())]


def _numbered(label: str, texts: list[str]) -> list[tuple[str, str]]:
    return [(f"{label}-{index}", text) for index, text in enumerate(texts)]


def _present(cases: list[Any]) -> list[Any]:
    if cases and cases[0].id == "absent":
        pytest.skip(cases[0].marks[0].kwargs["reason"])
    return cases


def _json(path: Path) -> list[Any]:
    return list(json.loads(path.read_text("utf-8")))


def _vectors(path: Path) -> list[str]:
    texts = path.read_text("utf-8").split("\n%%\n")
    return [text.strip("\n") for text in texts if text.strip()]
