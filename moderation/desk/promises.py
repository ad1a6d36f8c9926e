"""The seam to the reply promise: what a board has promised about a thread's first answer, in hours left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def hours_left(thread_ids: Iterable[int], now: datetime) -> dict[int, float]:
    """Thread → hours until its board's promise breaks, below 0 when it is broken; only threads with such a clock.

    No board has promised anything yet, so there is none; the ranking then takes the usual day.
    """
    return {}
