"""How well a ranking tells what comes: pure arithmetic over (score, what happened, whose rows belong together).

AUC: the chance that of two rows, one that went cold and one that did not, the cold one stands higher; ties count half
(the Mann–Whitney form of Hanley & McNeil 1982). Intervals: percentile bootstrap over whole threads (Efron 1979), because
a thread's rows resemble each other. Calibration: Brier 1950, and the mean gap of ten equal groups.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

from community.core import chance

T = TypeVar("T")

RESAMPLES = 200
GROUPS = 10


class Row(NamedTuple):
    """One thread at one moment: how it was scored, whether it went cold, which thread it was."""

    score: float
    cold: bool
    thread: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the middle 95 % of what resampling makes of it. NaN where it has no meaning."""

    value: float
    low: float
    high: float

    def excludes(self, figure: float) -> bool:
        return self.low > figure or self.high < figure


def auc(rows: Sequence[Row]) -> float:
    """NaN where everything or nothing went cold."""
    return _weighted_auc(sorted(rows), None)


def auc_interval(rows: Sequence[Row], *, seed: int) -> Interval:
    ordered = sorted(rows)
    return _bootstrap(ordered, seed, lambda weights: _weighted_auc(ordered, weights))


def difference(first: Sequence[Row], second: Sequence[Row], *, seed: int) -> Interval:
    """How much better the first ranking's AUC is on the same threads, each resample asking both."""
    one, other = sorted(first), sorted(second)
    return _bootstrap(one, seed, lambda weights: _weighted_auc(one, weights) - _weighted_auc(other, weights))


def _weighted_auc(ordered: Sequence[Row], weights: Mapping[int, int] | None) -> float:
    below = won = 0.0  # warm rows so far, and pairs won by a cold row
    cold_all = warm_all = 0
    place = 0
    while place < len(ordered):
        score, cold_here, warm_here = ordered[place].score, 0, 0
        while place < len(ordered) and ordered[place].score == score:
            row = ordered[place]
            weight = 1 if weights is None else weights.get(row.thread, 0)
            if row.cold:
                cold_here += weight
            else:
                warm_here += weight
            place += 1
        won += cold_here * (below + warm_here / 2)
        below += warm_here
        cold_all += cold_here
        warm_all += warm_here
    return won / (cold_all * warm_all) if cold_all and warm_all else math.nan


def _bootstrap(
    rows: Sequence[Row], seed: int, figure: Callable[[Mapping[int, int] | None], float]
) -> Interval:
    threads = sorted({row.thread for row in rows})
    found = []
    for drawn in _resamples(threads, seed):
        value = figure(Counter(drawn))
        if not math.isnan(value):
            found.append(value)
    return _middle(figure(None), found)


def _resamples(things: Sequence[T], seed: int) -> Iterator[list[T]]:
    """As many things as there are, drawn with replacement; the same draws in every run."""
    if not things:
        return
    with chance.seeded(seed):
        drawn = [[chance.pick(things) for _ in things] for _ in range(RESAMPLES)]
    yield from drawn


def mean_interval(values: Sequence[float], *, seed: int) -> Interval:
    """The mean of independent values."""
    if not values:
        return Interval(math.nan, math.nan, math.nan)
    means = [sum(drawn) / len(values) for drawn in _resamples(values, seed)]
    return _middle(sum(values) / len(values), means)


def _middle(value: float, found: list[float]) -> Interval:
    if not found:
        return Interval(value, math.nan, math.nan)
    found.sort()
    return Interval(
        value, found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))]
    )


class Bin(NamedTuple):
    """A tenth of the rows: what was foretold on average, what happened, how many rows."""

    foretold: float
    happened: float
    rows: int


def calibration(rows: Sequence[Row]) -> list[Bin]:
    """Rows whose score is a chance, in ten groups of equal size. Equal chances stay in the order they came in."""
    ordered = sorted(rows, key=lambda row: row.score)
    bins = []
    for group in range(GROUPS):
        part = ordered[len(ordered) * group // GROUPS : len(ordered) * (group + 1) // GROUPS]
        if part:
            bins.append(
                Bin(
                    sum(row.score for row in part) / len(part),
                    sum(row.cold for row in part) / len(part),
                    len(part),
                )
            )
    return bins


def mean_gap(bins: Sequence[Bin]) -> float:
    """How far what was foretold lies from what happened, on average over rows."""
    rows = sum(one.rows for one in bins)
    return sum(abs(one.foretold - one.happened) * one.rows for one in bins) / rows if rows else math.nan


def brier(rows: Sequence[Row]) -> float:
    return sum((row.score - row.cold) ** 2 for row in rows) / len(rows) if rows else math.nan


class Steps:
    """A rising step function from scores to chances, fitted by pooling adjacent violators (Ayer et al. 1955)."""

    def __init__(self, rows: Sequence[Row]) -> None:
        pools: list[list[float]] = []  # highest score, cold rows, rows
        for score, here in groupby(sorted(rows), key=lambda row: row.score):
            outcomes = [row.cold for row in here]
            pools.append([score, float(sum(outcomes)), float(len(outcomes))])
            while len(pools) > 1 and pools[-2][1] * pools[-1][2] > pools[-1][1] * pools[-2][2]:
                highest, cold, count = pools.pop()
                pools[-1] = [highest, pools[-1][1] + cold, pools[-1][2] + count]
        self._until = [pool[0] for pool in pools]
        self._chances = [pool[1] / pool[2] for pool in pools]

    def chance(self, score: float) -> float:
        """NaN where nothing was fitted."""
        if not self._chances:
            return math.nan
        place = bisect_left(self._until, score)
        return self._chances[min(place, len(self._chances) - 1)]
