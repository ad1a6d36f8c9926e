"""What answers say about a question: how hard it is, whether it tells strong from weak, which option misleads.

Difficulty is p, the share of right answers. Discrimination is the corrected point-biserial correlation between the
question (1 right, 0 not) and the rest score, the attempt's score without this question:

    r = (M1 - M0) / s * sqrt(p * (1 - p))

with M1, M0 the mean rest scores of those who were right and of the others, and s the standard deviation of all rest
scores (population). L. Crocker, J. Algina: Introduction to Classical and Modern Test Theory (1986), ch. 14; the
correction for the overlap is S. Henrysson's (Psychometrika 28, 1963).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HIDDEN = 5  # fewer people than this are not shown as a number
ENOUGH = 30  # from here on figures carry a remark about the question

TOO_EASY, TOO_HARD = 0.95, 0.2
WEAK = 0.1


@dataclass(frozen=True, slots=True)
class Sums:
    """What a question's answers add up to: `n` answers, `right` of them right, and of rest scores y: Σy, Σy², Σy of
    those who were right."""

    n: int
    right: int
    rest: int
    rest_squared: int
    rest_of_right: int


@dataclass(frozen=True, slots=True)
class Picked:
    """An option: how many picked it, and their rest scores' sum."""

    number: int
    is_right: bool
    n: int
    rest: int

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


def misleading(options: Sequence[Picked]) -> list[int]:
    """Wrong options that draw more people than the key, or people who know more elsewhere than those who were right."""
    right = [option for option in options if option.is_right]
    n = sum(option.n for option in right)
    best = max((option.n for option in right), default=0)
    mean = sum(option.rest for option in right) / n if n else 0.0
    return [
        option.number
        for option in options
        if not option.is_right
        and option.n >= HIDDEN
        and (option.n > best or (n >= HIDDEN and option.rest / option.n > mean))
    ]


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
    if telling is not None and telling < 0:
        told.append("upside_down")
    if misleading(options):
        told.append("misleading")
    if share > TOO_EASY:
        told.append("too_easy")
    elif share < TOO_HARD:
        told.append("too_hard")
    if telling is not None and 0 <= telling < WEAK and share <= TOO_EASY:
        told.append("weak")
    if unused(options, sums.n):
        told.append("unused")
    return told or ["good"]


def shown_counts(counts: Mapping[int, int]) -> dict[int, int | None]:
    """Counts as they may be shown: None for a few people, and for one more cell where one alone could be worked out."""
    shown: dict[int, int | None] = {key: None if 0 < n < HIDDEN else n for key, n in counts.items()}
    hidden = [key for key, n in shown.items() if n is None]
    if len(hidden) == 1:
        others = [key for key, n in counts.items() if n >= HIDDEN]
        if others:
            shown[min(others, key=lambda key: counts[key])] = None
    return shown
