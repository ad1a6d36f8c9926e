"""The learnt ranking beside the rules: how it did on the last weeks, and whether it may speak.

It is on only where it told what goes cold better than the rules and better than age alone, each beyond chance: both
intervals lie above zero. The weeks to judge by are later than those it learnt from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forum.queries.history import Event
from moderation.desk import hazard, measures
from moderation.desk.backtest import SEED, Order, outcomes_of, parted, place_of, placed
from moderation.desk.hazard import Hazard
from moderation.desk.measures import Interval, Row
from moderation.desk.replaying import At, replay

WINDOW = timedelta(days=120)  # learnt from and judged by
BEFORE = timedelta(days=280)  # read ahead of it: who wrote before, and when boards are lively
MOST_A_DAY = 300  # threads of a moment, evenly: what a night's learning holds does not grow with the site


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `figures` is empty where there was too little to learn from."""

    rows: int = 0
    since: datetime | None = None
    until: datetime | None = None
    model: Hazard | None = None
    figures: dict[str, Interval] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        """NaN (everything or nothing went cold) is no reason to trust it."""
        told = [self.figures.get(name) for name in ("over_rules", "over_oldest")]
        return all(one is not None and one.low > 0 for one in told)


def try_out(events: Iterable[Event], *, begin: datetime) -> Trial:
    """Learn from the first part of what came after `begin`, and judge by the rest."""
    moments, future, _count = replay(events, at=At.DAILY, begin=begin, most=MOST_A_DAY)
    tried, cases = parted(moments, future)
    model = hazard.fit(cases)
    if model is None:
        return Trial()
    outcomes = outcomes_of(tried, future)
    rules, learnt, oldest = (
        _flat(placed(tried, outcomes, place_of(order, model)))
        for order in (Order.RULES, Order.HAZARD, Order.OLDEST)
    )
    return Trial(
        rows=len(learnt),
        since=tried[0].at,
        until=tried[-1].at,
        model=model,
        figures={
            "rules": measures.auc_interval(rules, seed=SEED),
            "learnt": measures.auc_interval(learnt, seed=SEED),
            "over_rules": measures.difference(learnt, rules, seed=SEED),
            "over_oldest": measures.difference(learnt, oldest, seed=SEED),
        },
    )


def _flat(ranked: list[list[Row]]) -> list[Row]:
    return [row for here in ranked for row in here]
