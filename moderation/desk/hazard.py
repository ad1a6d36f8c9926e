"""The chance that nobody else writes in the coming day, learnt from a community's own history.

A discrete-time hazard model (Cox 1972; Singer & Willett 1993): one row for each open thread at each moment, logistic
regression of "no word by another member within 24 hours" on what was known then, with a ridge penalty. Fitted by Newton's
method in plain Python: a dozen features need no more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from forum.models import Lane
from moderation.desk.past import Known
from moderation.desk.scoring import POINTS, Score, Why

RIDGE = 1.0
MOST_STEPS = 30
ENOUGH = 1e-6
FEWEST = 40  # rows of the rarer outcome, below which nothing is learnt
POINTS_A_UNIT = 20  # of log-odds, so that both rankings speak in numbers of one size

FEATURES: dict[Why, Callable[[Known], float]] = {
    Why.QUIET: lambda known: math.log1p(known.quiet),
    Why.AGE: lambda known: math.log1p(known.age),
    Why.UNANSWERED: lambda known: float(known.is_unanswered),
    Why.TALKED_OF: lambda known: math.log1p(known.others),
    Why.QUESTION: lambda known: float(known.asks and known.lane == Lane.ASK),
    Why.FOLLOW_UP: lambda known: float(known.follow_up),
    Why.NEWCOMER: lambda known: float(known.author_posts == 0),
    Why.SLOW_HOURS: lambda known: -math.log(max(known.rhythm, 0.05)),
    Why.QUIET_BOARD: lambda known: -math.log(max(known.pace, 0.05)),
}


class Case(NamedTuple):
    """What was known, and whether nobody wrote in the day that followed."""

    known: Known
    cold: bool


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fitted model. `weights` are of features with mean 0 and deviation 1."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    rows: int

    def chance(self, known: Known) -> float:
        """That nobody else writes in the coming day."""
        return _sigmoid(self.intercept + sum(self._parts(known)))

    def score(self, known: Known) -> Score:
        """The same as points, with reasons of the same form as the rules give.

        What nobody could learn from a history (a promise, a key member, who reads now) has the points of the rules. What
        is not so gives nothing: 0 is a thread just opened in an ordinary hour, by somebody known, that asks nothing.
        """
        parts = zip(FEATURES.items(), self.weights, self.deviations, strict=True)
        learnt = [
            (why, weight * feature(known) / deviation * POINTS_A_UNIT)
            for (why, feature), weight, deviation in parts
        ]
        given = [(why, points(known)) for why, points in POINTS.items() if why not in FEATURES]
        return Score.of(known.thread_id, [*learnt, *given], learnt=frozenset(FEATURES))

    def to_json(self) -> dict[str, Any]:
        """As it is stored: by the names of its features, so that another release notices that it has others."""
        return asdict(self) | {"features": [why.value for why in FEATURES]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Hazard | None:
        """None for a model of other features than this release has: it learns anew."""
        if told.get("features") != [why.value for why in FEATURES]:
            return None
        lists = {name: tuple(told[name]) for name in ("weights", "means", "deviations")}
        return cls(intercept=told["intercept"], rows=told["rows"], **lists)

    def _parts(self, known: Known) -> list[float]:
        return [
            weight * (feature(known) - mean) / deviation
            for weight, feature, mean, deviation in zip(
                self.weights, FEATURES.values(), self.means, self.deviations, strict=True
            )
        ]


def fit(cases: Sequence[Case]) -> Hazard | None:
    """The model of these cases, or None where there are too few of either outcome to learn from."""
    cold = sum(case.cold for case in cases)
    if min(cold, len(cases) - cold) < FEWEST:
        return None
    raw = [[feature(case.known) for feature in FEATURES.values()] for case in cases]
    means = [sum(column) / len(raw) for column in zip(*raw, strict=True)]
    deviations = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(raw)) or 1.0
        for column, mean in zip(zip(*raw, strict=True), means, strict=True)
    ]
    rows = [
        [1.0, *((value - mean) / spread for value, mean, spread in zip(row, means, deviations, strict=True))]
        for row in raw
    ]
    weights = _newton(rows, [case.cold for case in cases])
    return Hazard(weights[0], tuple(weights[1:]), tuple(means), tuple(deviations), len(cases))


def _newton(rows: list[list[float]], outcomes: list[bool]) -> list[float]:
    size = len(rows[0])
    weights = [0.0] * size
    for _ in range(MOST_STEPS):
        slope = [0.0] * size
        bend = [[0.0] * size for _ in range(size)]
        for row, outcome in zip(rows, outcomes, strict=True):
            chance = _sigmoid(sum(weight * value for weight, value in zip(weights, row, strict=True)))
            miss, spread = outcome - chance, chance * (1 - chance)
            for i, value in enumerate(row):
                slope[i] += miss * value
                line, scaled = bend[i], spread * value
                for j in range(i + 1):
                    line[j] += scaled * row[j]
        for i in range(size):
            for j in range(i):
                bend[j][i] = bend[i][j]
            if i:  # the intercept is not held back
                slope[i] -= RIDGE * weights[i]
                bend[i][i] += RIDGE
        step = _solved(bend, slope)
        weights = [weight + move for weight, move in zip(weights, step, strict=True)]
        if max(map(abs, step)) < ENOUGH:
            break
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by Gaussian elimination with pivoting."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda place: abs(rows[place][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / rows[column][column]
            for place in range(column, size + 1):
                rows[below][place] -= factor * rows[column][place]
    found = [0.0] * size
    for column in reversed(range(size)):
        known = sum(rows[column][place] * found[place] for place in range(column + 1, size))
        found[column] = (rows[column][size] - known) / rows[column][column]
    return found


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
