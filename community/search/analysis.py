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
from itertools import takewhile
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
    return simplified(unicodedata.normalize("NFKC", text).casefold())


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, by words: 乾燥 is 干燥, 乾坤 stays."""
    if text.isascii():
        return text
    return str(_converter().convert(text.replace("\x00", " ")))  # the converter would stop at a NUL


def pairs(run: str) -> list[str]:
    """Overlapping pairs of a run and its last character: 发动机 → 发动 动机 机."""
    return [*(run[n : n + 2] for n in range(len(run) - 1)), run[-1]]


def runs(folded: str) -> Iterator[tuple[str, str, int]]:
    """(kind, text, place) of each run of a folded text, in order."""
    for match in _RUN.finditer(folded):
        yield str(match.lastgroup), match.group(), match.start()


def terms(text: str) -> list[str]:
    """What a text is indexed under, in reading order."""
    found: list[str] = []
    for kind, run, _place in runs(fold(text)):
        if kind == "cjk":
            found += pairs(run)
        else:
            found.append(latin_term(kind, run))
    return found


_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def latin_term(kind: str, run: str) -> str:
    """The term of a number or a word: 1,200 → 1200, 4.2 → 4x2, charging → charg."""
    if kind == "number":
        if _THOUSANDS.fullmatch(run):
            run = run.replace(",", "")
        # A decimal point would split the term in the database's own tokeniser.
        return re.sub(r"[.,]", "x", run)[:LONGEST_TERM]
    return _stem(run.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0][:LONGEST_TERM]) or run[:LONGEST_TERM]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that must stand side by side; with `prefix` the last one may go on. `exact`: somebody quoted it."""

    terms: tuple[str, ...]
    prefix: bool = False
    exact: bool = False


def _alike(letters: tuple[str, str]) -> bool:
    return letters[0] == letters[1]


def phrases(chunk: str, *, prefix: bool = False) -> list[Phrase]:
    """What one word of a query asks for. With `prefix` its last word may go on.

    A single CJK character asks for any pair that begins with it. Parts of different scripts ("Aurora发动机") are
    asked for apart, since texts put words between them; letters and digits that touch ("7kW", "ID4") stand side by
    side, with or without a space between them.
    """
    asked: list[Phrase] = []
    end = -1
    for kind, run, place in runs(fold(chunk)):
        if kind == "cjk":
            asked.append(Phrase((run,), prefix=True) if len(run) == 1 else Phrase(tuple(pairs(run)[:-1])))
            end = -1
            continue
        term = latin_term(kind, run)
        if kind == "word" and prefix:
            # What the typed beginning and its stem have in common begins every form of the word.
            term = "".join(one for one, _same in takewhile(_alike, zip(run, term, strict=False))) or term
        before = asked.pop().terms if place == end else ()
        asked.append(Phrase((*before, term), prefix=kind == "word" and prefix))
        end = place + len(run)
    return asked


def quotation(text: str) -> list[Phrase]:
    """What a quoted stretch asks for: its parts in this order, side by side."""
    parts = list(runs(fold(text)))
    found: list[str] = []
    prefix = False
    for number, (kind, run, _place) in enumerate(parts, start=1):
        if kind != "cjk":
            found.append(latin_term(kind, run))
        elif number < len(parts):
            found += pairs(run)
        else:
            # The text may go on after the last character, so it is not asked for as the end of a run.
            prefix = len(run) == 1
            found += pairs(run)[:-1] or [run]
    return [Phrase(tuple(found), prefix=prefix, exact=True)] if found else []
