"""How far a result carries: published rules, of plain numbers. `polls:truth` shows them with these thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass

FEW = 30  # answers under which shares are no shares
LOW_SHARE = 10  # per cent of those asked under which the others may well think otherwise
LIKELY = 1.96  # standard errors that chance alone hardly ever makes (95 of 100 times)

# In the order in which they are told.
RULES = ("few", "low_share", "guests", "few_owners", "close", "late", "reworded")


@dataclass(frozen=True, slots=True)
class Sample:
    """Who answered something. `members`: those who are no verified owners, or all where owners are not told apart.

    `eligible`: how many could have answered, None where nobody knows. `first_two`: votes of the two leading choices
    where each person takes one.
    """

    owners: int = 0
    members: int = 0
    guests: int = 0
    tells_owners: bool = True
    eligible: int | None = None
    first_two: tuple[int, int] | None = None
    late: int = 0  # choices that were added when people had answered
    reworded: int = 0  # changes of the words after the first answer

    @property
    def n(self) -> int:
        return self.owners + self.members + self.guests

    @property
    def share(self) -> int | None:
        """Whole per cent of those who could, half up; None where nobody knows how many these are."""
        if not self.eligible:
            return None
        return min(100, (200 * (self.owners + self.members) + self.eligible) // (2 * self.eligible))


def warnings(sample: Sample) -> list[str]:
    """Which of RULES speak against reading more into the result than it holds. None where nobody answered."""
    if not sample.n:
        return []
    found = {
        "few": sample.n < FEW,
        "low_share": _answered_by_few(sample),
        "guests": 2 * sample.guests > sample.n,
        "few_owners": sample.tells_owners and 2 * sample.owners < sample.n and 2 * sample.guests <= sample.n,
        "close": sample.n >= FEW and sample.first_two is not None and is_close(*sample.first_two, sample.n),
        "late": sample.late > 0,
        "reworded": sample.reworded > 0,
    }
    return [rule for rule in RULES if found[rule]]


def is_close(first: int, second: int, n: int) -> bool:
    """Whether chance alone may have put one choice before the other: their distance is less than 1.96 standard errors.

    The variance of the difference of two shares of one sample is (p + q - (p - q)²) / n (Franklin 2007).
    """
    if not n or first + second == 0:
        return False
    p, q = first / n, second / n
    return abs(p - q) < LIKELY * math.sqrt(max(0.0, p + q - (p - q) ** 2) / n)


def _answered_by_few(sample: Sample) -> bool:
    return bool(sample.eligible) and 100 * (sample.owners + sample.members) < LOW_SHARE * (
        sample.eligible or 0
    )
