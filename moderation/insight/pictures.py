"""Where things stand in a drawing. Pure geometry: templates draw it, numbers are ready for an attribute.

Every drawing comes twice, for a wide page and for a phone; a table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, NARROW = 900, 380
TALL = 216
TOP, BASE = 20, 180
STEPS = 4  # at most so many lines above the base
_NICE = (1, 2, 5)
GAP = 2.4  # between what stands on each other


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar."""

    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on an axis, `at` its place along it."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside each other, each of parts on each other."""

    width: int
    left: str
    right: str
    base: str
    parts: Sequence[Part]
    lines: Sequence[Mark]  # the base is none of them
    words: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: its parts from below, and what stands under it; "" for nothing."""

    values: Sequence[int]
    word: str = ""


def step_for(most: float) -> int:
    """The smallest of 1, 2, 5, 10, 20 … of which no more than four reach the top."""
    tens = 1
    while True:
        for nice in _NICE:
            if nice * tens * STEPS >= most:
                return nice * tens
        tens *= 10


def number(value: float) -> str:
    """As it stands in an attribute, whatever language the page is in."""
    return f"{value:.1f}"


def bars(columns: Sequence[Column], names: Sequence[str], *, width: int) -> Bars:
    """Columns over a page of this width; `names` are the classes of their parts."""
    most = max((sum(column.values) for column in columns), default=0)
    step = step_for(max(1, most))
    top = step * -(-max(1, most) // step)
    scale = (BASE - TOP) / top
    left = 16 + 8 * len(str(top))
    slot = (width - left - 4) / max(1, len(columns))
    thick = min(slot * 0.6, 28)
    parts: list[Part] = []
    words: list[Mark] = []
    for place, column in enumerate(columns):
        x, height = left + slot * (place + 0.5) - thick / 2, 0.0
        for css, value in zip(names, column.values, strict=True):
            if not value:
                continue
            gap = GAP if height and value * scale > 2 * GAP else 0.0
            parts.append(
                Part(
                    css,
                    number(x),
                    number(BASE - height - value * scale),
                    number(thick),
                    number(value * scale - gap),
                )
            )
            height += value * scale
        if column.word:
            words.append(Mark(number(x + thick / 2), column.word))
    return Bars(
        width=width,
        left=number(left),
        right=number(width - 2),
        base=number(BASE),
        parts=parts,
        lines=[Mark(number(BASE - n * scale), str(n)) for n in range(step, top + 1, step)],
        words=words,
    )
