"""A history told again: every moment with what was known then, and apart from it what came afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from forum.queries.history import Deed, Event
from moderation.desk import scoring
from moderation.desk.past import FRESH, Known, Past

AHEAD = timedelta(hours=24)


class At(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"


STEP = {At.HOURLY: timedelta(hours=1), At.DAILY: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    threads: list[Known]


@dataclass
class Future:
    """When words came to each thread, for judging alone: no ranking is ever given this.

    `begin`: of threads that were opened before it nothing is kept.
    """

    begin: datetime | None = None
    opened: dict[int, datetime] = field(default_factory=dict)
    by_others: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _authors: dict[int, int | None] = field(default_factory=dict)

    def take_in(self, event: Event) -> None:
        if self.begin is not None and (
            event.at < self.begin if event.deed is Deed.OPENED else event.thread_id not in self.opened
        ):
            return
        if event.deed is Deed.OPENED:
            self.opened[event.thread_id] = event.at
            self._authors[event.thread_id] = event.author_id
        elif event.deed is Deed.REPLIED and not event.is_staff and not self._is_own(event):
            self.by_others[event.thread_id].append(event.at)

    def _is_own(self, event: Event) -> bool:
        return event.author_id is not None and event.author_id == self._authors.get(event.thread_id)

    def is_cold(self, thread: int, at: datetime) -> bool:
        """Nobody but its author and staff wrote within a day of the moment."""
        words = self.by_others.get(thread, [])
        place = bisect_right(words, at)
        return place == len(words) or words[place] > at + AHEAD

    def answered_in_time(self, thread: int) -> bool:
        words = self.by_others.get(thread, [])
        return bool(words) and words[0] <= self.opened[thread] + timedelta(hours=scoring.PROMISE)


def replay(
    events: Iterable[Event], *, at: At, begin: datetime | None = None, most: int | None = None
) -> tuple[list[Moment], Future, int]:
    """The moments at which threads were open, each as it was known then; what came later; how many events.

    Moments within a day of the end are left out: what comes after them is not known. With `begin`, what was before is
    only learnt from (who wrote, when boards are lively); with `most`, so many threads of a moment are kept, evenly. With
    both the memory it takes does not grow with the history.
    """
    past, moments, count = Past(), [], 0
    future = Future(begin and begin - FRESH)
    due = begin and _next_due(begin, at)
    swept: datetime | None = None
    for event in events:
        count += 1
        if swept is None or event.at - swept > AHEAD:
            past.let_go(event.at)
            swept = event.at
        due = due or _next_due(event.at, at)
        while due < event.at:
            if threads := past.open_at(due):
                moments.append(Moment(due, threads if most is None else threads[:: -(-len(threads) // most)]))
                due += STEP[at]
            else:
                due = max(due + STEP[at], _next_due(event.at, at))  # nothing was open: nothing was asked
        past.take_in(event)
        future.take_in(event)
    end = past.now
    return [one for one in moments if end is not None and one.at + AHEAD <= end], future, count


def _next_due(at: datetime, step: At) -> datetime:
    """The next full hour, or the next eight in the morning (UTC)."""
    if step is At.HOURLY:
        return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    morning = at.replace(hour=8, minute=0, second=0, microsecond=0)
    return morning if morning >= at else morning + timedelta(days=1)
