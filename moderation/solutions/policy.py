"""For which cars an answer holds, when that is to be looked at again, and which edits readers should hear of. Pure.

**Readers hear of an edit** when it changed more than spelling. Words are runs of letters, every Chinese sign, and
numbers. What stands in both versions in the same order is left out. Of the rest, an old word and a new one that are
spelt alike (three quarters of their letters, as `difflib` counts them) belong together. A number or a word that denies,
added, taken out or replaced, is always told; of others two are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher

HELPERS_A_DAY = 10  # links and known answers that a member may make; the team is not counted
FIRST_YEAR, LAST_YEAR = 1900, 2100
MOST_CAR, MOST_VERSION = 60, 20
NEXT_LOOK = timedelta(days=180)  # after "still true", where nobody says otherwise
LONGEST = 2000  # words in dispute; beyond that nobody compares, it is another text
ALIKE = 0.75
_VERSION = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5}){0,3}", re.ASCII)
_TOKEN = re.compile(r"[0-9]+(?:[.,:][0-9]+)*|[\u3400-\u9fff]|[^\W\d_]+(?:['’][^\W\d_]+)*")
_CJK = re.compile(r"[\u3400-\u9fff]")
_DENIES = frozenset(
    ("not", "no", "never", "none", "without", "cannot", "don't", "doesn't", "isn't", "won't", "can't")
) | frozenset("不没無无勿别莫")


@dataclass(frozen=True, slots=True)
class Range:
    """For which cars an answer holds. Empty ends are open; all empty: for every car."""

    car: str = ""
    year_from: int | None = None
    year_to: int | None = None
    software_from: str = ""
    software_to: str = ""

    def __bool__(self) -> bool:
        return bool(self.car or self.year_from or self.year_to or self.software_from or self.software_to)


def version_of(typed: str) -> str:
    """A software version as it is kept: up to four numbers with points between them; "" for what is none."""
    text = typed.strip().removeprefix("v").removeprefix("V").strip()
    return text if _VERSION.fullmatch(text) else ""


def parts(version: str) -> tuple[int, ...]:
    """What versions are ordered by; 4.2 and 4.2.0 are the same."""
    numbers = [int(part) for part in version.split(".")] if version else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def leaves(held: Range, *, year: int | None = None, software: str = "") -> bool:
    """Whether a car of this model year, or with this software, is newer than what an answer holds for."""
    is_later_year = year is not None and held.year_to is not None and year > held.year_to
    is_newer = bool(software and held.software_to) and parts(software) > parts(held.software_to)
    return is_later_year or is_newer


def is_material(before: str, after: str) -> bool:
    """Whether readers of the first text should hear that it is the second now."""
    old, new = _tokens(before), _tokens(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    old, new = old[start:], new[start:]
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    if max(len(old), len(new)) > LONGEST:
        return True
    weight = 0
    for verb, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb != "equal":
            weight += _weight(old[i1:i2], new[j1:j2])
    return weight >= 2


def _weight(gone: list[str], come: list[str]) -> int:
    """How many words differ in more than their spelling; two for one that turns the meaning around."""
    left, lost = list(come), []
    for word in gone:
        twin = next((other for other in left if _is_spelling(word, other)), None)
        if twin is None:
            lost.append(word)
        else:
            left.remove(twin)
    return max(sum(map(_worth, lost)), sum(map(_worth, left)))


def _worth(word: str) -> int:
    return 2 if word[0].isdigit() or word in _DENIES else 1


def _is_spelling(one: str, other: str) -> bool:
    if one[0].isdigit() or other[0].isdigit() or _CJK.match(one) or one in _DENIES or other in _DENIES:
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())
