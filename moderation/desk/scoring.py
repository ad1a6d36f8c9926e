"""How a thread is ranked: points that anybody can add up. Pure, and published in docs/warm-list.md.

A score is the sum of its reasons. Points for silence say how likely it is that nobody comes by; the others say how much
it would hurt, or what makes coming by more or less likely. Nothing here knows a clock or a database.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from forum.models import Lane
from moderation.desk.past import Known

PROMISE = 24.0  # hours to a first answer where a board has promised nothing
LAST_CALL = 6.0  # hours before a promise breaks, from which it is urgent
URGENT = 30  # points, reached as a day without an answer ends
OWED = 90  # as a promise breaks that a board has made in public: more than silence comes to, however long it lasts
SHOWN = 3


class Why(StrEnum):
    """Why a thread stands where it stands."""

    QUIET = "quiet"
    AGE = "age"
    UNANSWERED = "unanswered"
    QUESTION = "question"
    NEWCOMER = "newcomer"
    FOLLOW_UP = "follow_up"
    PROMISE = "promise"
    BROKEN = "broken"
    DAY = "day"
    KEY_MEMBER = "key_member"
    SLOW_HOURS = "slow_hours"
    QUIET_BOARD = "quiet_board"
    POLL_CLOSED = "poll_closed"
    VIEWERS = "viewers"
    WATCHERS = "watchers"
    TALKED_OF = "talked_of"


@dataclass(frozen=True, slots=True)
class Reason:
    """`learnt`: the points come from what threads of this site did, not from the rules."""

    why: Why
    points: int
    learnt: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Points, and every reason that gave or took any: their points sum to the total."""

    thread_id: int
    total: int
    reasons: tuple[Reason, ...]

    @classmethod
    def of(
        cls, thread_id: int, points: Iterable[tuple[Why, float]], *, learnt: Collection[Why] = ()
    ) -> Score:
        """What these points come to, rounded each: reasons that give nothing are left out, the largest come first."""
        given = (Reason(why, round(amount), why in learnt) for why, amount in points)
        reasons = sorted(
            (reason for reason in given if reason.points),
            key=lambda reason: (-abs(reason.points), reason.why),
        )
        return cls(thread_id, sum(reason.points for reason in reasons), tuple(reasons))

    @property
    def shown(self) -> tuple[Reason, ...]:
        """The largest reasons, largest first."""
        return self.reasons[:SHOWN]


def score(known: Known) -> Score:
    """The points of one thread."""
    return Score.of(known.thread_id, ((why, points(known)) for why, points in POINTS.items()))


def ranked(threads: Iterable[Known]) -> list[Score]:
    """Highest first; the older thread first among equals: the same input gives the same order."""
    return sorted((score(known) for known in threads), key=lambda one: (-one.total, one.thread_id))


def due(threads: Iterable[Known], *, free: int, hands: float, next_look: float) -> set[int]:
    """Numbers of the threads that staff should answer now: as late as every promise can still be kept.

    With `free` hands now, so many `hands` a day, and the next look in so many hours. Until then silence is healthy:
    members answer half of all questions themselves, and a member's answer is worth more. What breaks first comes first
    (the rule of the earliest deadline, Jackson 1955); from the last that cannot wait, none before it can wait either.
    """
    waiting = sorted(
        (known for known in threads if known.is_unanswered and known.asks and hours_left(known) > 0),
        key=lambda known: (hours_left(known), known.thread_id),
    )
    last = 0
    for place, known in enumerate(waiting, start=1):
        if hours_left(known) <= max(next_look, LAST_CALL) + max(0, place - max(free, 1)) * 24 / hands:
            last = place
    return {known.thread_id for known in waiting[:last]}


def hours_left(known: Known) -> float:
    """Until the promise of a first answer breaks, the board's own or the usual; below 0 when it is broken."""
    return PROMISE - known.age if known.promise is None else known.promise


def _age(known: Known) -> float:
    # The strongest sign there is: the chance of a word in the coming day falls with every doubling of a thread's age.
    return 8 * math.log2(1 + min(known.age, 72))


def _quiet(known: Known) -> float:
    return 5 * math.log2(1 + min(known.quiet, 72))


def _promise(known: Known) -> float:
    return OWED * _last_call(known) if known.promise is not None else 0


def _broken(known: Known) -> float:
    # Whoever was promised an answer still waits for it: no less urgent than in the last minute of the promise.
    return OWED if known.promise is not None and known.promise <= 0 else 0


def _day(known: Known) -> float:
    # Where a board promises nothing, a first day without an answer is what is lost, and lost it is over.
    is_asked = known.promise is None and known.is_unanswered and known.asks
    return URGENT * _last_call(known) if is_asked else 0


def _last_call(known: Known) -> float:
    """How much of the last hours is gone, from 0 to 1; over they are over."""
    left = hours_left(known)
    return max(0.0, 1 - left / LAST_CALL) if left > 0 else 0


def _talked_of(known: Known) -> float:
    # Talk brings talk. A question that has been answered is no warmer for it, only less pressing.
    return 0 if known.lane == Lane.ASK else -3 * min(known.others - known.staff, 5)


def _slow_hours(known: Known) -> float:
    return max(-10.0, min(10.0, 10 * (1 - known.rhythm)))


def _quiet_board(known: Known) -> float:
    return max(-4.0, min(4.0, -1 * math.log2(max(known.pace, 0.05) / 2)))


POINTS: dict[Why, Callable[[Known], float]] = {
    Why.QUIET: _quiet,
    Why.AGE: _age,
    Why.UNANSWERED: lambda known: 4 if known.is_unanswered else 0,
    Why.QUESTION: lambda known: 5 if known.asks and known.lane == Lane.ASK else 0,
    Why.NEWCOMER: lambda known: 6 if known.author_posts == 0 else 0,
    Why.FOLLOW_UP: lambda known: 8 if known.follow_up else 0,
    Why.PROMISE: _promise,
    Why.BROKEN: _broken,
    Why.DAY: _day,
    Why.KEY_MEMBER: lambda known: 8 if known.is_key else 0,
    Why.SLOW_HOURS: _slow_hours,
    Why.QUIET_BOARD: _quiet_board,
    Why.POLL_CLOSED: lambda known: 6 if known.poll_closed is not None and known.poll_closed < 24 else 0,
    Why.VIEWERS: lambda known: -3 * min(known.viewers, 4),
    Why.WATCHERS: lambda known: -min(known.watchers, 6),
    Why.TALKED_OF: _talked_of,
}
