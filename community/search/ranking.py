"""In which order results stand. One formula, the same on every engine."""

from __future__ import annotations

import math
from datetime import datetime


def score(*, in_title: float, settled: bool, reactions: int, at: datetime, now: datetime) -> float:
    """(1 + 2 t) · s · (1 + log10(1 + r) / 2) · f: what fits best, helped most and is still fresh.

    t: share of the asked phrases that stand in the title, 0 to 1. s: 1.3 for a settled question or its accepted
    answer. r: reactions. f: freshness, 1 today, one half after two years, never below one quarter.
    """
    years = max(0.0, (now - at).total_seconds() / (365.25 * 86400))
    fresh = max(0.25, math.pow(0.5, years / 2))
    return (
        (1 + 2 * in_title) * (1.3 if settled else 1.0) * (1 + math.log10(1 + max(0, reactions)) / 2) * fresh
    )


def enough(asked: int) -> int:
    """How many of the asked parts a text must hold to come close: half of them, two at least."""
    return max(2, -(-asked // 2))
