"""What so many staff answers a day would have come to, had staff followed an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.desk import measures, scoring
from moderation.desk.measures import Interval
from moderation.desk.past import Known
from moderation.desk.replaying import STEP, At, Future, Moment

Due = Callable[[list[Known], int], set[int]]  # what is due of these, with so many free hands
Place = Callable[[Known, datetime], float]  # how high an order puts a thread, by what was known


@dataclass(frozen=True, slots=True)
class Helped:
    """`kept`: share of the promises with a first answer by anybody in time; `wasted`: share of the staff answers on
    threads that members answered in time anyway."""

    order: str
    kept: Interval
    answers: int
    wasted: Interval


@dataclass(frozen=True, slots=True)
class Plan:
    """Staff who follow `place`; with `due`, only where it says that an answer is, what breaks first before the rest."""

    order: str
    place: Place
    due: Due | None


def promised(moments: list[Moment]) -> list[int]:
    """Threads that asked something and whose day began and ended while the history was judged, by number."""
    if not moments:
        return []
    begin, end = moments[0].at, moments[-1].at - timedelta(hours=scoring.PROMISE)
    return sorted(
        {
            known.thread_id
            for one in moments
            for known in one.threads
            if known.asks and begin <= one.at - timedelta(hours=known.age) <= end
        }
    )


def kept_alone(moments: list[Moment], future: Future, *, seed: int) -> Interval:
    """The share of the promises that members kept without any staff."""
    return measures.mean_interval(
        [float(future.answered_in_time(one)) for one in promised(moments)], seed=seed
    )


def helped(plan: Plan, moments: list[Moment], future: Future, *, hands: int, at: At, seed: int) -> Helped:
    """Let staff answer what stands first, where nobody has answered and the promise still stands.

    So many hands a day, evenly over its moments; what is not used is kept until there is a day's worth.
    """
    asked = set(promised(moments))
    answered: set[int] = set()
    free = 0.0
    for one in moments:
        free = min(free + hands * (STEP[at] / timedelta(days=1)), float(hands))
        waiting = [
            known
            for known in one.threads
            if known.is_unanswered and known.thread_id in asked - answered and scoring.hours_left(known) > 0
        ]
        if plan.due:
            now = plan.due(waiting, int(free))
            waiting = [known for known in waiting if known.thread_id in now]
        waiting.sort(key=lambda known: (-plan.place(known, one.at), known.thread_id))
        for known in waiting[: int(free)]:
            answered.add(known.thread_id)
            free -= 1
    in_time = {thread: future.answered_in_time(thread) for thread in asked}
    return Helped(
        order=plan.order,
        kept=measures.mean_interval(
            [float(thread in answered or in_time[thread]) for thread in sorted(asked)], seed=seed
        ),
        answers=len(answered),
        wasted=measures.mean_interval([float(in_time[thread]) for thread in sorted(answered)], seed=seed),
    )
