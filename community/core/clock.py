"""The one place time comes from, so that tests and replays can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta


class FrozenClock:
    """A clock that moves only when told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by

    def set(self, at: datetime) -> None:
        self.at = at


_frozen: ContextVar[FrozenClock | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    clock = _frozen.get()
    return clock.now() if clock else datetime.now(UTC)


def machine_now() -> datetime:
    """The machine's own moment, also where time is held: for what other processes compare with theirs."""
    return datetime.now(UTC)


def is_tellable(day: date) -> bool:
    """Whether a day, or a moment, that somebody named can be told in every zone: the calendar ends earlier in some."""
    return MINYEAR < day.year < MAXYEAR


def is_held() -> bool:
    """Whether a test or a replay holds time here. Then the database's own clock would tell another story."""
    return _frozen.get() is not None


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Hold time at `at` (aware) for this context; the yielded clock can be moved."""
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    clock = FrozenClock(at)
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)
