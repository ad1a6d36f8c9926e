"""Drawings of how far something reaches: waits by the hour, shares with their intervals, steps of people.

Pure geometry, as in `pictures`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from moderation.insight.pictures import BASE, NARROW, TOP, Mark, number, step_for
from moderation.insight.waits import Waits
from moderation.raises.policy import Share

LONGEST = timedelta(hours=48)  # what takes longer reaches the top; the table tells how long
_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Whisker:
    """A middle, and how far it reaches; `css` says what is to be known of it."""

    x: str
    y: str
    end: str
    css: str


@dataclass(frozen=True, slots=True)
class Whiskers:
    """Waits beside each other."""

    width: int
    left: str
    right: str
    base: str
    points: Sequence[Whisker]
    lines: Sequence[Mark]
    words: Sequence[Mark]


def whiskers(
    waits: Sequence[Waits], words: Sequence[str], *, width: int, said: Callable[[int], str]
) -> Whiskers:
    """One whisker a wait, from the median to nine of ten; none where nobody asked. `said` puts minutes into words."""
    ends = [min(wait, LONGEST) for one in waits for wait in (one.median, one.long) if wait is not None]
    if any(one.asked and one.long is None for one in waits):
        ends.append(max([*ends, timedelta(hours=1)]))
    most = max(ends, default=timedelta(hours=1)).total_seconds()
    unit = _HOUR if most > 2 * _HOUR else _MINUTE
    step = step_for(max(1, most / unit)) * unit
    top = step * -(-max(1, int(most)) // step)
    scale = (BASE - TOP) / top
    left = 56 if width > NARROW else 48
    slot = (width - left - 8) / max(1, len(waits))

    def y(wait: timedelta | None) -> float:
        return TOP if wait is None else max(TOP, BASE - wait.total_seconds() * scale)

    points, marks = [], []
    for place, (one, word) in enumerate(zip(waits, words, strict=True)):
        x = left + slot * (place + 0.5)
        if one.asked:
            is_over = one.long is None or one.long > LONGEST
            css = " ".join(name for name, holds in (("few", one.is_few), ("over", is_over)) if holds)
            points.append(Whisker(number(x), number(y(one.median)), number(y(one.long)), css))
        if word:
            marks.append(Mark(number(x), word))
    return Whiskers(
        width=width,
        left=number(left),
        right=number(width - 2),
        base=number(BASE),
        points=points,
        lines=[Mark(number(BASE - n * scale), said(n // _MINUTE)) for n in range(step, top + 1, step)],
        words=marks,
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """One share: where it lies, and where the true one may."""

    y: str
    label_y: str
    text: str
    at: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Reaches:
    width: int
    height: int
    left: str
    foot: str
    rows: Sequence[Reach]
    words: Sequence[Mark]


ROW = 56


def reaches(shares: Sequence[tuple[str, Share]], *, width: int) -> Reaches:
    """Shares below each other, from 0 to 100 %, each with its interval; a name above each."""
    left, right = 4.0, width - 16.0
    reach = right - left
    foot = ROW * len(shares) + 12
    rows = []
    for place, (text, share) in enumerate(shares):
        low, high = share.interval
        y = ROW * place + 40
        at = (left + reach * part for part in (share.rate, low, high))
        rows.append(Reach(number(y), number(y - 16), text, *(number(x) for x in at)))
    return Reaches(
        width=width,
        height=foot + 24,
        left=number(left),
        foot=number(foot),
        rows=rows,
        words=[Mark(number(left + reach * quarter / 4), f"{25 * quarter}") for quarter in range(5)],
    )


def funnel(counts: Sequence[int]) -> str:
    """The outline of people who go on, as a path in a box of 1000 by 96; a hair where nobody does."""
    most = max([1, *counts])
    half = [max(0.75, 42 * n / most) for n in counts]
    width = 1000 / max(1, len(counts))
    ends = [*half, half[-1]] if half else []
    upper = [f"M0 {number(48 - ends[0])}"] if ends else []
    lower = []
    for place, (here, there) in enumerate(pairwise(ends)):
        x, to = place * width, (place + 1) * width
        one, other = number(x + width / 2), number(to - width / 2)
        upper.append(
            f"C{one} {number(48 - here)} {other} {number(48 - there)} {number(to)} {number(48 - there)}"
        )
        lower.append(
            f"C{other} {number(48 + there)} {one} {number(48 + here)} {number(x)} {number(48 + here)}"
        )
    turn = [f"L1000 {number(48 + ends[-1])}"] if ends else []
    return "".join([*upper, *turn, *reversed(lower), "Z"]) if ends else ""
