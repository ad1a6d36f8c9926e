"""What a trial can say: shares by chance, and differences with how sure one may be of them. Plain values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import NormalDist

LEAST_HOLDOUT, MOST_HOLDOUT = 5, 50  # per cent
MOST_ARMS = 4
SETTLES = timedelta(days=7)  # after the end, until everybody had a week to come back
WRONG = 0.05  # how often at most all that a trial says may hold one error, by chance alone
FEWEST = 100  # people in each of two arms, and
FEWEST_DONE = 10  # who did it in both together: below nothing is concluded


def shares(arms: int, holdout: int) -> list[int]:
    """Per cent for those who see nothing, then for each arm; they add up to 100."""
    each, rest = divmod(100 - holdout, arms)
    return [holdout, *(each + (place < rest) for place in range(arms))]


def drawn(of: Sequence[int], at: int) -> int:
    """Which of these shares holds a number from 0 to 99."""
    for place, share in enumerate(of):
        if at < share:
            return place
        at -= share
    raise ValueError("the shares do not add up to a hundred")


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger one share is than another, in percentage points: between `low` and `high`.

    `verdict`: few (too few to say) | none (nothing that chance could not have made) | more | less.
    """

    verdict: str
    low: float = 0
    high: float = 0


def difference(done: int, n: int, other_done: int, other_n: int, *, comparisons: int = 1) -> Difference:
    """Compare two shares: Newcombe's interval of two Wilson intervals (1998, method 10).

    `comparisons`: how many are made of one trial; each has to be the surer of itself (Bonferroni).
    """
    if min(n, other_n) < FEWEST or done + other_done < FEWEST_DONE:
        return Difference("few")
    z = NormalDist().inv_cdf(1 - WRONG / (2 * comparisons))
    p, q = done / n, other_done / other_n
    (p_low, p_high), (q_low, q_high) = wilson(done, n, z), wilson(other_done, other_n, z)
    low = p - q - math.hypot(p - p_low, q_high - q)
    high = p - q + math.hypot(p_high - p, q - q_low)
    verdict = "more" if low > 0 else "less" if high < 0 else "none"
    return Difference(verdict, 100 * low, 100 * high)


def wilson(done: int, n: int, z: float) -> tuple[float, float]:
    """Wilson's interval of a share (1927)."""
    p, square = done / n, z * z
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(p * (1 - p) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
