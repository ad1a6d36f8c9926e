"""What answers say about a question: how hard it is, whether it tells strong from weak, which option misleads.

Difficulty is p, the share of right answers. Discrimination is the corrected point-biserial correlation between the
question (1 right, 0 not) and the rest score, the attempt's score without this question:

    r = (M1 - M0) / s * sqrt(p * (1 - p))

with M1, M0 the mean rest scores of those who were right and of the others, and s the standard deviation of all rest
scores (population). L. Crocker, J. Algina: Introduction to Classical and Modern Test Theory (1986), ch. 14; the
correction for the overlap is S. Henrysson's (Psychometrika 28, 1963).

A remark that blames a question or an option waits for `ENOUGH` answers, and for an interval that excludes chance:

- An option draws more people than the key when Wilson's interval for its share of both lies above one half. (Where
  people pick several, some picked both and decide nothing; counting them only widens the interval.)
- It draws people who know more when their mean rest score less that of whoever was right lies above 0 by z standard
  errors, those of two groups dealt at random from both: s * sqrt(1/n1 + 1/n0) with s the standard deviation of all of
  them together. Below `MANY_PICKS` in either group nothing is said.
- A question's discrimination is below 0, or weak, when Fisher's interval tanh(atanh(r) ± z / sqrt(n - 3)) lies below 0,
  or below `FAIR` (R. A. Fisher: On the "probable error" of a coefficient of correlation, Metron 1, 1921).

Praise needs as much: a question does its work when r is `FAIR` or more and that interval lies above 0. Where it is
neither weak nor that, the answers cannot say ("unsure"). `FAIR` is where R. L. Ebel and D. A. Frisbie (Essentials of
Educational Measurement, 5th ed. 1991, ch. 13) draw the line: below 0.20 an item is poor, to be rejected or rewritten.

All at `SURE` (two-sided); an option's two checks, and those of its neighbours, share what is left to chance (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

HIDDEN = 5  # fewer people than this are not shown as a number
ENOUGH = 30  # from here on figures carry a remark about the question

TOO_EASY, TOO_HARD = 0.95, 0.2
FAIR = 0.2
MANY_PICKS = 10
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Sums:
    """What a question's answers add up to: `n` answers, `right` of them right, and of rest scores y: Σy, Σy², and both
    of those who were right."""

    n: int
    right: int
    rest: int
    rest_squared: int
    rest_of_right: int
    rest_squared_of_right: int = 0


@dataclass(frozen=True, slots=True)
class Picked:
    """An option: how many picked it, and of their rest scores y: Σy, Σy²."""

    number: int
    is_right: bool
    n: int
    rest: int
    rest_squared: int = 0

    @property
    def is_hidden(self) -> bool:
        return 0 < self.n < HIDDEN


def difficulty(sums: Sums) -> float | None:
    """The share of right answers; None before anybody answered."""
    return sums.right / sums.n if sums.n else None


def discrimination(sums: Sums) -> float | None:
    """The corrected point-biserial correlation; None where all were right, none were, or all rest scores are alike."""
    wrong = sums.n - sums.right
    if not sums.right or not wrong:
        return None
    variance = sums.rest_squared / sums.n - (sums.rest / sums.n) ** 2
    if variance <= 1e-12:
        return None
    mean_right = sums.rest_of_right / sums.right
    mean_wrong = (sums.rest - sums.rest_of_right) / wrong
    share = sums.right / sums.n
    return (mean_right - mean_wrong) / math.sqrt(variance) * math.sqrt(share * (1 - share))


def telling_between(sums: Sums) -> tuple[float, float] | None:
    """The interval of the discrimination; None where there is none, or too few answers for one."""
    r = discrimination(sums)
    if r is None or sums.n < 4:
        return None
    at = math.atanh(max(-0.999_999, min(0.999_999, r)))
    width = _z(1) / math.sqrt(sums.n - 3)
    return math.tanh(at - width), math.tanh(at + width)


def misleading(sums: Sums, options: Sequence[Picked]) -> list[int]:
    """Wrong options that surely draw more people than the key, or people who know more elsewhere than those who were
    right."""
    wrong = [option for option in options if not option.is_right]
    if sums.n < ENOUGH or not wrong:
        return []
    z = _z(2 * len(wrong))
    best = max((option.n for option in options if option.is_right), default=0)
    return [one.number for one in wrong if _draws_more(one.n, best, z) or _draws_stronger(one, sums, z)]


def _z(checks: int) -> float:
    """How many standard errors an interval reaches when so many are looked at together."""
    return NormalDist().inv_cdf(1 - (1 - SURE) / (2 * checks))


def _draws_more(n: int, key: int, z: float) -> bool:
    both = n + key
    if not both:
        return False
    share = n / both
    middle = share + z * z / (2 * both)
    reach = z * math.sqrt(share * (1 - share) / both + z * z / (4 * both * both))
    return (middle - reach) / (1 + z * z / both) > 0.5


def _draws_stronger(option: Picked, sums: Sums, z: float) -> bool:
    if option.n < MANY_PICKS or sums.right < MANY_PICKS:
        return False
    n, total = option.n + sums.right, option.rest + sums.rest_of_right
    squared = option.rest_squared + sums.rest_squared_of_right
    deviation = math.sqrt(max(0.0, squared - total * total / n) / (n - 1))
    ahead = option.rest / option.n - sums.rest_of_right / sums.right
    return ahead > z * deviation * math.sqrt(1 / option.n + 1 / sums.right) and ahead > 0


def unused(options: Sequence[Picked], n: int) -> list[int]:
    """Wrong options that next to nobody (one in fifty) takes: they could as well not be there."""
    if n < ENOUGH:
        return []
    return [option.number for option in options if not option.is_right and option.n * 50 < n]


def remarks(sums: Sums, options: Sequence[Picked]) -> list[str]:
    """What to tell the author, as names of remarks, the weightiest first. "few" alone until the figures carry more."""
    if sums.n < ENOUGH:
        return ["few"]
    told = []
    share, telling = difficulty(sums) or 0.0, discrimination(sums)
    between = telling_between(sums)
    if between is not None and between[1] < 0:
        told.append("upside_down")
    if misleading(sums, options):
        told.append("misleading")
    if share > TOO_EASY:
        told.append("too_easy")
    elif share < TOO_HARD:
        told.append("too_hard")
    if between is not None and 0 <= between[1] < FAIR and share <= TOO_EASY:
        told.append("weak")
    if unused(options, sums.n):
        told.append("unused")
    does_its_work = telling is not None and telling >= FAIR and between is not None and between[0] > 0
    return told or ["good" if does_its_work else "unsure"]


def shown_counts(counts: Mapping[int, int]) -> dict[int, int | None]:
    """Counts as they may be shown: None for a few people, and for one more cell where one alone could be worked out."""
    shown: dict[int, int | None] = {key: None if 0 < n < HIDDEN else n for key, n in counts.items()}
    hidden = [key for key, n in shown.items() if n is None]
    if len(hidden) == 1:
        others = [key for key, n in counts.items() if n >= HIDDEN]
        if others:
            shown[min(others, key=lambda key: counts[key])] = None
    return shown
