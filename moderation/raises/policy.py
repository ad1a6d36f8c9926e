"""What a raise costs, and what can be said of its effect. No database, no request."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

ROWS = 20  # of a board's first page
SHARE = 10  # at most one row in ten is raised
HOURS = (6, 12, 24, 48)  # how long a raise may last
COOLDOWN = timedelta(days=7)  # of one thread
WEEK = timedelta(days=7)
AUTHOR_A_WEEK = 2  # threads of one author, on all boards
SECOND_THOUGHT = timedelta(minutes=5)  # a raise taken back so soon costs nothing but its row in the ledger
LEAST_REASON, MOST_REASON = 10, 300
LOT = 5  # one in so many that may be left out is
WATCHED = timedelta(hours=48)  # what follows is counted for so long
LEAST_EACH = 10  # with fewer on either side nothing is said of the effect
_Z = 1.959964  # the two-sided 95 % of a normal distribution


def budget(thread_count: int) -> int:
    """How many threads of a board may stand raised at once: a tenth of the rows on its first page, rounded down."""
    return min(thread_count, ROWS) // SHARE


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    total: int

    @property
    def rate(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true rate lies with 95 % (Wilson 1927); anywhere for nothing."""
        n = self.total
        if not n:
            return 0.0, 1.0
        middle = (self.rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(self.rate * (1 - self.rate) / n + _Z**2 / (4 * n * n))
        return max(0.0, min(self.rate, middle - half)), min(1.0, max(self.rate, middle + half))


@dataclass(frozen=True, slots=True)
class Effect:
    """Threads with a member's reply within 48 hours, among those raised and those left out by lot."""

    raised: Share
    left_out: Share

    @property
    def is_told(self) -> bool:
        return min(self.raised.total, self.left_out.total) >= LEAST_EACH

    @property
    def difference(self) -> float:
        return self.raised.rate - self.left_out.rate

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true difference lies with 95 % (Newcombe 1998, from the two Wilson intervals)."""
        low, high = self.raised.interval
        other_low, other_high = self.left_out.interval
        down = math.hypot(self.raised.rate - low, other_high - self.left_out.rate)
        up = math.hypot(high - self.raised.rate, self.left_out.rate - other_low)
        return max(-1.0, self.difference - down), min(1.0, self.difference + up)

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves zero out."""
        low, high = self.interval
        return low > 0 or high < 0


def per_cent(rate: float) -> int:
    """In whole per cent, halves away from zero."""
    return int(math.copysign(math.floor(abs(rate) * 100 + 0.5), rate))
