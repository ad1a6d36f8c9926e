"""How text becomes terms: the same for writing the index and for asking it, on every engine.

NFKC, traditional folded to simplified, case folded. Chinese, Japanese and Korean runs become overlapping pairs and a
last single character, so that every word of one or more characters is found where it stands; Latin words become their
English stem; numbers stay whole. Positions follow reading order, so neighbours in a query must be neighbours in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

LONGEST_TERM = 40
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
# One run is: CJK characters, digits with their decimal point, or letters of one word.
_RUN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)*)"
)


@cache
def _converter() -> Any:
    import opencc  # a quarter of a second: only when something is searched or indexed

    return opencc.OpenCC("t2s")


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC, simplified, case folded."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return str(_converter().convert(text)) if not text.isascii() else text


def pairs(run: str) -> list[str]:
    """Overlapping pairs of a run and its last character: 发动机 → 发动 动机 机."""
    return [*(run[n : n + 2] for n in range(len(run) - 1)), run[-1]]


def runs(folded: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each run of a folded text, in order."""
    for match in _RUN.finditer(folded):
        yield str(match.lastgroup), match.group()


def terms(text: str) -> list[str]:
    """What a text is indexed under, in reading order."""
    found: list[str] = []
    for kind, run in runs(fold(text)):
        if kind == "cjk":
            found += pairs(run)
        else:
            found.append(_latin(kind, run))
    return found


def _latin(kind: str, run: str) -> str:
    if kind == "number":
        # A decimal point would split the term in the database's own tokeniser.
        return re.sub(r"[.,]", "x", run)[:LONGEST_TERM] if not run.isdigit() else run[:LONGEST_TERM]
    return _stem(run.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0][:LONGEST_TERM]) or run[:LONGEST_TERM]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that must stand side by side; with `prefix` the last one may go on."""

    terms: tuple[str, ...]
    prefix: bool = False


def phrases(chunk: str, *, prefix: bool = False) -> list[Phrase]:
    """What one word or quotation of a query asks for. A single CJK character asks for any pair that begins with it.

    The parts of one chunk ("7kW", "Aurora发动机") are one phrase each: writers put spaces between them or not.
    """
    asked: list[Phrase] = []
    for kind, run in runs(fold(chunk)):
        if kind == "cjk":
            asked.append(Phrase((run,), prefix=True) if len(run) == 1 else Phrase(tuple(pairs(run)[:-1])))
        elif kind == "word" and prefix:
            asked.append(Phrase((run[:LONGEST_TERM],), prefix=True))
        else:
            asked.append(Phrase((_latin(kind, run),)))
    return asked
