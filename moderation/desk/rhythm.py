"""When people write on a board, and how much of late: what makes silence there unusual. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOURS_A_WEEK = 168
DAY = 24
MEMORY = timedelta(days=14)  # after which a post counts half


@dataclass(slots=True)
class Rhythm:
    """Posts by hour of the week (Monday 0:00 UTC first), and posts a day, older ones counting less and less."""

    by_hour: list[int] = field(default_factory=lambda: [0] * HOURS_A_WEEK)
    total: int = 0
    pace: float = 0.0  # as it was at `paced_at`
    paced_at: datetime | None = None

    def note(self, at: datetime) -> None:
        """Somebody wrote. The order in which posts are noted makes no difference."""
        self.by_hour[hour_of_week(at)] += 1
        self.total += 1
        one = math.log(2) / (MEMORY / timedelta(days=1))
        if self.paced_at is None or at >= self.paced_at:
            self.pace, self.paced_at = self.pace_at(at) + one, at
        else:
            self.pace += one * _faded(self.paced_at - at)

    def pace_at(self, now: datetime) -> float:
        """Posts a day, as felt now."""
        return 0.0 if self.paced_at is None else float(self.pace * _faded(now - self.paced_at))

    def share_ahead(self, now: datetime) -> float:
        """How much of a usual day the coming 24 hours are, by what each hour of the week has brought so far.

        Every hour is given one post in advance, so that a young board is taken to be even.
        """
        first = hour_of_week(now)
        ahead = sum(1 + self.by_hour[(first + hour) % HOURS_A_WEEK] for hour in range(DAY))
        return ahead / (HOURS_A_WEEK + self.total) * (HOURS_A_WEEK / DAY)


def hour_of_week(at: datetime) -> int:
    return at.weekday() * DAY + at.hour


def _faded(span: timedelta) -> float:
    return float(2 ** -(span / MEMORY))
