"""What changed between two versions of a text, line by line. Pure, and quick for any two texts."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

# Pairs of equal lines the matcher may look at. Two honest texts of 2,000 lines have about that many pairs;
# two made of a hundred lines over and over have a hundred times more, and would hold a worker for ten seconds.
MOST_PAIRS = 50_000

Lines = list[tuple[str, str]]


def line_diff(*, older: str, newer: str) -> Lines:
    """Lines as (kept | gone | came, text), in reading order."""
    a, b = older.splitlines(), newer.splitlines()
    head = _alike(a, b)
    tail = _alike(a[head:][::-1], b[head:][::-1])
    return [
        *(("kept", line) for line in a[:head]),
        *_between(a[head : len(a) - tail], b[head : len(b) - tail]),
        *(("kept", line) for line in a[len(a) - tail :]),
    ]


def _alike(a: list[str], b: list[str]) -> int:
    """How many lines two texts have in common from the start."""
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _between(a: list[str], b: list[str]) -> Lines:
    here, there = Counter(a), Counter(b)
    if sum(count * there[line] for line, count in here.items()) > MOST_PAIRS:
        return [*(("gone", line) for line in a), *(("came", line) for line in b)]
    found: Lines = []
    for verb, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if verb == "equal":
            found += [("kept", line) for line in a[a1:a2]]
        else:
            found += [("gone", line) for line in a[a1:a2]]
            found += [("came", line) for line in b[b1:b2]]
    return found
