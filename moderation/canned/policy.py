"""Blanks of an answer, how near it comes to a thread, and how much of a reply is its own. Pure.

**Which answer comes first.** Words are runs of Latin letters and digits (three at least) and, of Chinese, every two
signs in a row. An answer's words are those of its name and of "fits", which count three each, and of its text, which
count one. Those that it shares with the thread's title and opening post are added up and divided by the root of the
number of the answer's words, so that long answers do not fit everything. The sum is multiplied by how it went so far:
(accepted + 1) / (accepted + "not an answer" + 2) × 2, which is 1 for an answer of which nothing is known, below 2 for
one that was always accepted. The highest stands first; among equals the one used most, then by name.

**What was begun from an answer.** A reply that holds at least half of an answer's rows of three words, counted within
the pieces between its blanks. What remains of the reply beside those rows and what the blanks were filled with are
its own words; a Chinese sign counts half. Fewer than eight: hardly a word was added, and no promise is kept by it. An
edit that gives it eight makes it an answer from the moment of the edit, never earlier; one that takes words away changes
nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from community.core.text import literal

NAMED = 3  # what a word of an answer's name counts
ROW = 3
BEGUN = 0.5  # of an answer's rows
OWN_WORDS = 8

_BLANK = re.compile(r"(?<!\\)\{([a-z]{1,20})\}")
_WORDS = re.compile(r"[^\W\u3400-\u9fff]+|[\u3400-\u9fff]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


class Blank(StrEnum):
    """What an answer may leave open, written in braces: {title}."""

    TITLE = "title"
    ASKER = "asker"
    BOARD = "board"
    ME = "me"
    CAR = "car"
    YEAR = "year"
    MILEAGE = "mileage"
    CITY = "city"
    FAULT = "fault"


_KNOWN = frozenset(Blank)
FROM_FORM = (Blank.CAR, Blank.YEAR, Blank.MILEAGE, Blank.CITY, Blank.FAULT)  # asked by boards


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer for one thread. `missing`: blanks that nothing is known for; they stand as they were."""

    text: str
    missing: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an answer so far."""

    used: int = 0
    bare: int = 0
    accepted: int = 0
    rejected: int = 0

    @property
    def factor(self) -> float:
        return (self.accepted + 1) / (self.accepted + self.rejected + 2) * 2


def blanks_in(text: str) -> list[Blank]:
    """The blanks of a text, each once, in their order."""
    return [Blank(name) for name in dict.fromkeys(_BLANK.findall(text)) if name in _KNOWN]


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no blank."""
    return [name for name in dict.fromkeys(_BLANK.findall(text)) if name not in _KNOWN]


def asks_form(text: str) -> bool:
    """Whether a text has a blank that only the board's form can fill."""
    return any(blank in FROM_FORM for blank in blanks_in(text))


def fill(text: str, values: Mapping[Blank, str]) -> Filled:
    """Set what is known into the blanks, once and literally: it formats, links and names nobody."""
    known = {blank: literal(value) for blank, value in values.items()}

    def put(found: re.Match[str]) -> str:
        name = found[1]
        return known.get(Blank(name), "") or found[0] if name in _KNOWN else found[0]

    return Filled(_BLANK.sub(put, text), tuple(one for one in blanks_in(text) if not known.get(one)))


# What fits ------------------------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def terms(text: str) -> set[str]:
    """Words by which a text is told from others."""
    found: set[str] = set()
    for run in _WORDS.findall(_folded(_BLANK.sub(" ", text))):
        if _CJK.match(run):
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        elif len(run) >= 3:
            found.add(run)
    return found


def nearness(thread: set[str], *, named: set[str], said: set[str], outcome: Outcome) -> float:
    """How well an answer fits a thread, by the rule above; 0 where they share no word."""
    own = named | said
    if not own:
        return 0.0
    shared = NAMED * len(thread & named) + len(thread & (said - named))
    return shared / math.sqrt(len(own)) * outcome.factor


# What is its own ------------------------------------------------------------------------------------------------------


def _tokens(text: str) -> list[str]:
    """Every word; of Chinese, every sign."""
    found: list[str] = []
    for run in _WORDS.findall(_folded(text)):
        found.extend(run if _CJK.match(run) else [run])
    return found


def _rows(tokens: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Three in a row each; a piece of fewer is one row."""
    if 0 < len(tokens) < ROW:
        return [tuple(tokens)]
    return [tuple(tokens[at : at + ROW]) for at in range(len(tokens) - ROW + 1)]


def share_taken(answer: str, written: str) -> float:
    """How much of an answer stands in what was written, 0 to 1."""
    rows = [row for piece in _pieces(answer) for row in _rows(_tokens(piece))]
    there = _there(written)
    return sum(row in there for row in rows) / len(rows) if rows else 0.0


def _pieces(answer: str) -> list[str]:
    return _BLANK.split(answer)[::2]


def _there(written: str) -> set[tuple[str, ...]]:
    tokens = _tokens(written)
    return {
        tuple(tokens[at : at + size]) for size in range(1, ROW + 1) for at in range(len(tokens) - size + 1)
    }


def own_words(answer: str, values: Iterable[str], written: str) -> float:
    """How many words of what was written stand neither in the answer nor in what fills its blanks."""
    taken = {row for piece in _pieces(answer) for row in _rows(_tokens(piece))}
    tokens = _tokens(written)
    is_own = [True] * len(tokens)
    for size in range(1, ROW + 1):
        for at in range(len(tokens) - size + 1):
            if tuple(tokens[at : at + size]) in taken:
                is_own[at : at + size] = [False] * size
    own = Counter(token for token, mine in zip(tokens, is_own, strict=True) if mine)
    for value in values:
        own -= Counter(_tokens(value))
    return sum(count * (0.5 if _CJK.match(token) else 1) for token, count in own.items())


def is_begun(answer: str, written: str) -> bool:
    return share_taken(answer, written) >= BEGUN


def is_bare(answer: str, values: Iterable[str], written: str) -> bool:
    return own_words(answer, values, written) < OWN_WORDS
