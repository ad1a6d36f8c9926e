"""Tests that look at one costly thing are given to one process."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.support.spreading import MADE_ONCE, at_least

FIRST, SECOND = MADE_ONCE[0], MADE_ONCE[1]
NAMES = ["tests/a.py::x", f"{FIRST}a", f"{FIRST}b", f"{FIRST}c", f"{SECOND}a", f"{SECOND}b", "tests/z.py::x"]


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (1, 1), (2, 4), (4, 4), (5, 6), (7, 7), (9, 9)])
def test_a_piece_ends_where_something_else_begins(asked: int, given: int) -> None:
    assert at_least(NAMES, asked) == given


@pytest.mark.parametrize("made", MADE_ONCE)
def test_what_is_made_once_is_still_there(made: str) -> None:
    path, _, name = made.partition("::")
    text = (Path(settings.BASE_DIR) / path).read_text()
    assert f"class {name.rstrip(':')}:" in text if name else 'scope="module"' in text
