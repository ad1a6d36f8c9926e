"""The place in a text where a match stands, with the match marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from community.search import asking
from community.search.analysis import fold, latin_term, pairs, runs, simplified

BEFORE, LENGTH = 40, 180
SEARCHED = 20_000  # characters of a text that are looked through


@lru_cache(maxsize=256)  # one page asks for each of its titles, tags and stretches
def wanted_words(query: str) -> tuple[frozenset[str], frozenset[str]]:
    """The CJK runs and the other terms a query asks to be marked; what it leaves out is not among them."""
    cjk: set[str] = set()
    others: set[str] = set()
    for kind, run, _place in runs(fold(asking.wanted_text(query))):
        if kind == "cjk":
            cjk.add(run)
        else:
            others.add(latin_term(kind, run))
    return frozenset(cjk), frozenset(others)


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each letter with the marks that stand on it."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            yield start, index
            start = index


@lru_cache(maxsize=20_000)
def _folded_letter(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter).casefold()


def _folded_with_places(text: str) -> tuple[str, Sequence[tuple[int, int]] | None]:
    """The folded text, and for each of its characters the stretch of the text it came from; None: its own place."""
    if text.isascii():
        return text.lower(), None
    if not any(map(unicodedata.combining, text)):
        folded = "".join(map(_folded_letter, text))
        if len(folded) == len(text):  # no letter became two, so each stands where it stood
            converted = simplified(folded)
            return converted if len(converted) == len(folded) else folded, None
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _letters(text):
        piece = _folded_letter(text[start:end])
        pieces.append(piece)
        places += [(start, end)] * len(piece)
    folded = "".join(pieces)
    converted = simplified(folded)
    return converted if len(converted) == len(folded) else folded, places


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of a query stand in a text: (start, end), in order, not overlapping."""
    cjk, others = wanted_words(query)
    folded, places = _folded_with_places(text)
    found: list[tuple[int, int]] = []
    for run in cjk:
        # A run that does not stand there as a whole was found by its pairs.
        for part in [run] if len(run) < 3 or run in folded else pairs(run)[:-1]:
            start = folded.find(part)
            while start >= 0:
                found.append((start, start + len(part)))
                start = folded.find(part, start + len(part))
    if others:
        for kind, run, place in runs(folded):
            if kind != "cjk" and latin_term(kind, run) in others:
                found.append((place, place + len(run)))
    marked: list[tuple[int, int]] = []
    for start, end in sorted(found):
        first, last = (places[start][0], places[end - 1][1]) if places else (start, end)
        if marked and first <= marked[-1][1]:
            marked[-1] = (marked[-1][0], max(last, marked[-1][1]))
        else:
            marked.append((first, last))
    return marked


def pieces(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was asked for."""
    out, last = [], 0
    for start, end in spans(text, query):
        out += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [(piece, hit) for piece, hit in [*out, (text[last:], False)] if piece]


def mark(text: str, query: str) -> SafeString:
    """The text, escaped, with `<mark>` around what was asked for."""
    drawn = (f"<mark>{escape(piece)}</mark>" if hit else escape(piece) for piece, hit in pieces(text, query))
    return mark_safe("".join(drawn))  # noqa: S308  every piece is escaped


def snippet(text: str, query: str) -> SafeString:
    """A stretch of about 180 characters around the first match, escaped and marked."""
    head = text[:SEARCHED]
    places = spans(head, query)
    start = max(0, places[0][0] - BEFORE) if places else 0
    if start and not _is_cjk_boundary(head, start):
        space = head.find(" ", start, start + 20)
        start = space + 1 if space >= 0 else start
    cut = head[start : start + LENGTH].strip()
    lead = "… " if start else ""
    tail = " …" if start + LENGTH < len(text) else ""
    return mark_safe(lead + mark(cut, query) + tail)  # noqa: S308  `mark` escapes


def _is_cjk_boundary(text: str, at: int) -> bool:
    return not (
        text[at - 1].isascii() and text[at].isascii() and text[at - 1].isalnum() and text[at].isalnum()
    )
