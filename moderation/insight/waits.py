"""How long people waited. No database, no request.

Quantiles are nearest-rank (the smallest wait that so large a part did not exceed). Whoever still waits has waited
longer than anybody who was answered: leaving them out would make a silent board look fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

FEW = 10  # with fewer nothing is said without a mark
HALF, NINE_OF_TEN = 0.5, 0.9


def quantile(answered: Sequence[timedelta], total: int, part: float) -> timedelta | None:
    """`answered` in order, of so many who asked; None where this part is not reached yet."""
    rank = max(1, math.ceil(part * total))
    return answered[rank - 1] if total and rank <= len(answered) else None


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of some questions. `median` and `long` (nine of ten) are None while so many have no answer."""

    asked: int
    answered: int
    median: timedelta | None
    long: timedelta | None

    @property
    def open(self) -> int:
        return self.asked - self.answered

    @property
    def is_few(self) -> bool:
        return self.asked < FEW


def waits_of(waits: Iterable[timedelta | None]) -> Waits:
    """None: no answer yet."""
    told = list(waits)
    answered = sorted(wait for wait in told if wait is not None)
    return Waits(
        asked=len(told),
        answered=len(answered),
        median=quantile(answered, len(told), HALF),
        long=quantile(answered, len(told), NINE_OF_TEN),
    )
