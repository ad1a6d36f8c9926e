"""What a post said before each edit, from the lines of its history. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from community.interchange.stackexchange.mapping import CHANGED_WORDS, TITLES, HistoryRow

MOST = 100  # versions of one post that are kept, the latest; memory does not follow a post edited for ever


@dataclass(frozen=True, slots=True)
class Version:
    """The words that stood until an edit: which edit (from 1), by whom, why, when."""

    number: int
    title: str
    body: str
    editor: str  # author key
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Past:
    """All edits of a post counted, and the versions whose words are known, oldest first."""

    edits: int
    last_at: str
    versions: list[Version]


def past(lines: Iterable[HistoryRow]) -> Past:
    """Lines in order of time → the post's past. Where the first words are missing, versions begin with the next."""
    title = body = last_at = ""
    edits = 0
    versions: deque[Version] = deque(maxlen=MOST)
    for _edit, group in groupby(lines, key=lambda line: line.edit):
        rows = list(group)
        changes = [row for row in rows if row.kind in CHANGED_WORDS]
        if changes:
            edits, last_at = edits + 1, changes[-1].at
            if body:
                reason = next((row.reason for row in changes if row.reason), "")
                versions.append(Version(edits, title, body, changes[0].author, reason, changes[0].at))
        for row in rows:
            if row.kind in TITLES:
                title = row.words
            else:
                body = row.words
    return Past(edits, last_at, list(versions))
