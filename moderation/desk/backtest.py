"""The back-test: what the list would have said at every moment of a history, and what came of it.

Every order is given what was known at a moment and nothing else. The first part of the history is for learning (the
hazard model, and what chance a number of points means), the rest for judging; a day lies between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from community.core import chance
from forum.queries.history import Event
from moderation.desk import hands as working
from moderation.desk import hazard, measures, scoring
from moderation.desk.hands import Helped, Place, Plan
from moderation.desk.hazard import Case, Hazard
from moderation.desk.measures import Bin, Interval, Row, Steps
from moderation.desk.past import Known
from moderation.desk.replaying import AHEAD, STEP, At, Future, Moment, replay

LEARN = 0.6  # of the moments, the first
FIRST = 20
SEED = 20
MOST_CASES = 40_000


class Order(StrEnum):
    RULES = "rules"
    HAZARD = "hazard"
    OLDEST = "oldest"
    NEWEST = "newest"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one order told what would go cold."""

    order: Order
    auc: Interval
    over_oldest: Interval
    first: Interval  # share of the first twenty that went cold, where more than twenty were open
    first_moments: int
    bins: list[Bin]  # empty for orders that foretell no chance
    gap: float
    brier: float


@dataclass
class Report:
    """What was replayed, and how each order did."""

    at: At
    events: int
    threads: int
    moments: int  # at which anything was open
    judged_moments: int
    rows: int  # open threads at the judged moments
    cold_share: float
    since: datetime | None
    until: datetime | None
    model_rows: int  # the model learnt from; 0 where there was too little
    judged: list[Judged] = field(default_factory=list)
    hands: int | None = None
    promises: int = 0
    kept_alone: Interval | None = None
    helped: list[Helped] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def of(self, order: Order) -> Judged | None:
        return next((one for one in self.judged if one.order is order), None)


def judge(
    events: Iterable[Event],
    *,
    at: At = At.DAILY,
    orders: Iterable[Order] = tuple(Order),
    hands: int | None = None,
) -> Report:
    """Replay a history and judge these orders by it; with `hands`, that many staff answers a day too."""
    moments, future, count = replay(events, at=at)
    tried, cases = parted(moments, future)
    model = hazard.fit(cases)
    outcomes = outcomes_of(tried, future)
    rows = sum(map(len, outcomes))
    report = Report(
        at=at,
        events=count,
        threads=len(future.opened),
        moments=len(moments),
        judged_moments=len(tried),
        rows=rows,
        cold_share=sum(map(sum, outcomes)) / rows if rows else float("nan"),
        since=tried[0].at if tried else None,
        until=tried[-1].at if tried else None,
        model_rows=model.rows if model else 0,
    )
    if hands is not None:
        report.hands, report.promises = hands, len(working.promised(tried))
        report.kept_alone = working.kept_alone(tried, future, seed=SEED)
    oldest = placed(tried, outcomes, place_of(Order.OLDEST, model))
    for order in orders:
        if order is Order.HAZARD and model is None:
            continue
        ranked = placed(tried, outcomes, place_of(order, model))
        report.judged.append(_judged(order, ranked, oldest, _foretold(order, ranked, cases)))
        if hands is not None:
            report.helped.append(
                working.helped(_plan(order, model, hands, at), tried, future, hands=hands, at=at, seed=SEED)
            )
    return report


def parted(moments: list[Moment], future: Future) -> tuple[list[Moment], list[Case]]:
    """The moments to judge by, and the cases to learn from: earlier ones, a day apart."""
    tried = moments[int(len(moments) * LEARN) :]
    learnt = [one for one in moments if tried and one.at + AHEAD <= tried[0].at]
    cases = [Case(known, future.is_cold(known.thread_id, one.at)) for one in learnt for known in one.threads]
    return tried, _some(cases)


def outcomes_of(tried: list[Moment], future: Future) -> list[list[bool]]:
    """Of each thread at each moment: whether it went cold."""
    return [[future.is_cold(known.thread_id, one.at) for known in one.threads] for one in tried]


def _some(cases: list[Case]) -> list[Case]:
    """Every n-th case where there are more than a model needs."""
    return cases[:: -(-len(cases) // MOST_CASES)] if cases else cases


def place_of(order: Order, model: Hazard | None) -> Place:
    match order:
        case Order.RULES:
            return lambda known, _at: float(scoring.score(known).total)
        case Order.HAZARD if model is not None:
            return lambda known, _at: model.chance(known)
        case Order.OLDEST:
            return lambda known, _at: known.age
        case Order.NEWEST:
            return lambda known, _at: -known.age
    return _by_lot


def _by_lot(known: Known, at: datetime) -> float:
    with chance.seeded(f"{SEED} {known.thread_id} {at.isoformat()}"):
        return chance.jitter()


def _plan(order: Order, model: Hazard | None, hands: int, at: At) -> Plan:
    """Plain orders use every hand there is; the list, in either version, says itself when an answer is due."""
    if order not in (Order.RULES, Order.HAZARD):
        return Plan(order, place_of(order, model), None)
    next_look = STEP[at].total_seconds() / 3600
    return Plan(
        order,
        place_of(order, model),
        lambda waiting, free: scoring.due(waiting, free=free, hands=hands, next_look=next_look),
    )


def placed(moments: list[Moment], outcomes: list[list[bool]], place: Place) -> list[list[Row]]:
    return [
        [
            Row(place(known, one.at), cold, known.thread_id)
            for known, cold in zip(one.threads, happened, strict=True)
        ]
        for one, happened in zip(moments, outcomes, strict=True)
    ]


def _foretold(order: Order, ranked: list[list[Row]], cases: list[Case]) -> list[Row]:
    """The chances an order foretold: the model's own, and what a number of points meant while learning."""
    rows = [row for here in ranked for row in here]
    if order is Order.HAZARD:
        return rows
    if order is not Order.RULES or not cases:
        return []
    steps = Steps([Row(float(scoring.score(case.known).total), case.cold, 0) for case in cases])
    return [row._replace(score=steps.chance(row.score)) for row in rows]


def _judged(order: Order, ranked: list[list[Row]], oldest: list[list[Row]], foretold: list[Row]) -> Judged:
    rows = [row for here in ranked for row in here]
    shares = [
        sum(row.cold for row in sorted(here, key=lambda row: (-row.score, row.thread))[:FIRST]) / FIRST
        for here in ranked
        if len(here) > FIRST
    ]
    bins = measures.calibration(foretold)
    return Judged(
        order=order,
        auc=measures.auc_interval(rows, seed=SEED),
        over_oldest=measures.difference(rows, [row for here in oldest for row in here], seed=SEED),
        first=measures.mean_interval(shares, seed=SEED),
        first_moments=len(shares),
        bins=bins,
        gap=measures.mean_gap(bins),
        brier=measures.brier(foretold),
    )
