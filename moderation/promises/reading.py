"""What a promise's clock shows, read anew from everything that happened to the question. No database, no request.

The rules, each with a test of its name in tests/promises/test_reading.py:

- It runs from when the question is asked on a board that promises something, or comes to one (a move, a split). The
  terms are those of that board at that moment, whatever is changed or wherever the thread is moved later.
- A visible reply by any other person stops it, staff or member. Replies by its own author, by a machine, from a template
  alone, and what was moved here from another site do not.
- "Not an answer", said by who asked, takes a reply away again: if no other stands, the clock starts anew at that moment
  with the whole promised time. What was broken before stays broken.
- A reply that is hidden, removed, erased, taken back or split off never counted; restored, it counts from when it
  was written. An edit changes nothing, but for a template alone that is put into own words: it counts from that edit.
- While the thread is out of sight, locked, no question any more, or solved by who asked, nobody owes an answer: the clock
  stands aside. Back again it goes on with the time that was left, unless the question was answered meanwhile: to lock
  and unlock a thread puts nothing off. What was missed before is due when it was due.
- A clock of the machine that is set back makes no answer older than its question.
- What comes in by a merge counts from the merge, except what the other asker wrote, and what was called no answer
  before it counted: that never counts. The question that was merged into another is set aside, unless it was answered or
  broken before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from moderation.promises.policy import FARTHEST, NOTHING, Hours, after, worked


class What(IntEnum):
    """What happened, in the order in which things of the same moment are taken."""

    SHUT = 1
    OPEN = 2
    REPLY = 3
    REJECTED = 4


@dataclass(frozen=True, slots=True)
class Event:
    """`why`: for which reason it is shut or open again; several may hold at once. `post_id`: of a reply."""

    at: datetime
    what: What
    why: str = ""
    post_id: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock shows. `started_at` is when it last began to run, `asked_at` when it first did."""

    asked_at: datetime
    started_at: datetime
    due_at: datetime
    laps: int
    waited: timedelta  # working time that passed before it last began to run, or all of it once it ended
    answered_at: datetime | None = None
    answer_id: int | None = None
    broken_at: datetime | None = None
    is_aside: bool = False

    @property
    def is_running(self) -> bool:
        return self.answered_at is None and not self.is_aside


class _Clock:
    def __init__(self, hours: Hours, target: timedelta, shut: Iterable[str]) -> None:
        self.hours, self.target = hours, target
        self.shut = set(shut)
        self.standing: dict[int, datetime] = {}
        self.asked_at: datetime | None = None
        self.started_at: datetime | None = None  # when it last began to run; kept when it has ended
        self.due_at: datetime | None = None
        self.is_running = False
        self.is_stopped = False  # the lap was ended by a reply
        self.is_paused = False  # the lap stands aside, and nothing has answered since
        self.laps = 0
        self.before = NOTHING  # worked in the laps before this one
        self.lap = NOTHING  # worked in this lap
        self.used = NOTHING  # of that, before it last stood aside
        self.answer: tuple[datetime, int] | None = None
        self.broken_at: datetime | None = None

    def take(self, event: Event) -> None:
        match event.what:
            case What.SHUT:
                self.shut.add(event.why)
                if self.is_running:
                    self._end(event.at)
                    self.is_paused = True
            case What.OPEN:
                self.shut.discard(event.why)
                if not self.shut and not self.standing and not self.is_running:
                    self._begin(event.at)
            case What.REPLY:
                self.standing[event.post_id] = event.at
                if self.is_running:
                    self._end(event.at)
                    self.is_stopped = True
                    self.answer = event.at, event.post_id
                elif self.answer is None and self.started_at is not None:
                    self.answer = event.at, event.post_id  # while it stood aside
                    self.is_paused = False
            case What.REJECTED:
                self._reject(event)

    def _reject(self, event: Event) -> None:
        if self.standing.pop(event.post_id, None) is None:
            return
        if self.answer is not None and self.answer[1] == event.post_id:
            self.answer = None
            if self.standing:
                self._fall_back()
        if not self.standing and not self.shut and not self.is_running:
            self._begin(event.at)

    def _fall_back(self) -> None:
        """Another reply stands: the question is answered since that one."""
        at, post_id = min((at, pk) for pk, at in self.standing.items())
        self.answer = at, post_id
        if self.is_stopped and self.started_at is not None:
            self.lap = self.used + worked(self.hours, self.started_at, at)
            self._judge(at)

    def _begin(self, at: datetime) -> None:
        if self.is_paused:
            self._go_on(at)
            return
        self.before += self.lap
        self.lap = self.used = NOTHING
        self.asked_at = self.asked_at or at
        self.started_at = at
        self.due_at = after(self.hours, at, self.target) or at + FARTHEST
        self.laps += 1
        self.is_running, self.is_stopped = True, False

    def _go_on(self, at: datetime) -> None:
        left = self.target - self.lap
        if left >= NOTHING:
            self.due_at = after(self.hours, at, left) or at + FARTHEST
        self.used, self.started_at = self.lap, at
        self.is_running, self.is_paused = True, False

    def _end(self, at: datetime) -> None:
        assert self.started_at is not None
        self.lap = self.used + worked(self.hours, self.started_at, at)
        self.is_running = False
        self._judge(at)

    def _judge(self, at: datetime) -> None:
        if self.due_at is not None and at > self.due_at:
            self.broken_at = self.broken_at or self.due_at


def read(
    events: Iterable[Event], *, hours: Hours, target: timedelta, now: datetime, shut: Iterable[str] = ()
) -> Reading | None:
    """What the clock shows at `now`; None where it never ran. `shut`: for which reasons it does not run at first.

    Events may come in any order. `now` only tells whether a clock that runs is overdue.
    """
    clock = _Clock(hours, target, shut)
    for event in sorted(events, key=lambda one: (one.at, one.what, one.post_id)):
        clock.take(event)
    if clock.asked_at is None or clock.started_at is None or clock.due_at is None:
        return None
    if clock.is_running:
        clock._judge(now)
    return Reading(
        asked_at=clock.asked_at,
        started_at=clock.started_at,
        due_at=clock.due_at,
        laps=clock.laps,
        waited=clock.before + clock.lap,
        answered_at=clock.answer[0] if clock.answer else None,
        answer_id=clock.answer[1] if clock.answer else None,
        broken_at=clock.broken_at,
        is_aside=not clock.is_running and clock.answer is None,
    )
