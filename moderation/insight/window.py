"""Which days a figure speaks of: whole days by the site's own clocks, today left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

LENGTHS = (30, 90)  # what pages offer, the first unless asked
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both in it."""

    first: date
    last: date
    zone: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def since(self) -> datetime:
        """The moment it begins, in it."""
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        """The moment it ends, no longer in it."""
        return self._midnight(self.last + DAY)

    def only(self, day: date) -> Window:
        """One day of it, a window of its own."""
        return Window(day, day, self.zone)

    @property
    def wall(self) -> tzinfo:
        return ZoneInfo(self.zone)

    def __iter__(self) -> Iterator[date]:
        return (self.first + n * DAY for n in range(self.days))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.wall)


def last_days(length: int, *, now: datetime, zone: str) -> Window:
    """So many whole days, the last of them yesterday."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return Window(today - length * DAY, today - DAY, zone)


def length_of(asked: str | None) -> int:
    """What was asked for in an address, or the usual."""
    return next((one for one in LENGTHS if str(one) == asked), LENGTHS[0])
