"""The place in a text where a match stands, with the match marked."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from community.search.analysis import fold, runs, terms

BEFORE, LENGTH = 40, 180


def wanted_words(query: str) -> tuple[set[str], set[str]]:
    """The CJK runs and the stems a query asks to be marked."""
    cjk: set[str] = set()
    stems: set[str] = set()
    for kind, run in runs(fold(query)):
        if kind == "cjk":
            cjk.add(run)
        else:
            stems.update(terms(run))
    return cjk, stems


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index it came from."""
    folded, places = [], []
    for index, char in enumerate(text):
        for piece in fold(char):
            folded.append(piece)
            places.append(index)
    return "".join(folded), places


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of a query stand in a text: (start, end), in order, not overlapping."""
    cjk, stems = wanted_words(query)
    folded, places = _folded_with_places(text)
    found: list[tuple[int, int]] = []
    for run in cjk:
        start = folded.find(run)
        while start >= 0:
            found.append((start, start + len(run)))
            start = folded.find(run, start + len(run))
    if stems:
        position = 0
        for kind, run in runs(folded):
            position = folded.index(run, position)
            if kind != "cjk" and stems & set(terms(run)):
                found.append((position, position + len(run)))
            position += len(run)
    marked, last = [], -1
    for start, end in sorted(found):
        if start >= last:
            marked.append((places[start], places[end - 1] + 1))
            last = end
    return marked


def mark(text: str, query: str) -> SafeString:
    """The text, escaped, with `<mark>` around what was asked for."""
    out, last = [], 0
    for start, end in spans(text, query):
        out += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    return mark_safe("".join([*out, escape(text[last:])]))  # noqa: S308  every piece is escaped


def snippet(text: str, query: str) -> SafeString:
    """A stretch of about 180 characters around the first match, escaped and marked."""
    head = text[:20_000]
    places: Sequence[tuple[int, int]] = spans(head, query)
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
