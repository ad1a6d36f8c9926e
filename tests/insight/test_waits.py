"""Waits, and the drawings of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.insight.pictures import BASE, TOP, WIDE
from moderation.insight.ranges import LONGEST, funnel, reaches, whiskers
from moderation.insight.waits import quantile, waits_of
from moderation.raises.policy import Share

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "open_", "median", "long"),
    [
        ([], 0, None, None),
        ([7], 0, 7, 7),
        ([1, 2, 3, 4], 0, 2, 4),
        ([*range(1, 11)], 0, 5, 9),
        ([*range(1, 10)], 1, 5, 9),  # who waits still has waited longest
        ([1, 2, 3], 3, 3, None),
        ([1], 2, None, None),
    ],
)
def test_half_and_nine_of_ten_of_all_who_asked(minutes, open_, median, long):
    waits = waits_of([*(MINUTE * n for n in minutes), *[None] * open_])
    assert (waits.asked, waits.answered) == (len(minutes) + open_, len(minutes))
    assert waits.median == (None if median is None else MINUTE * median)
    assert waits.long == (None if long is None else MINUTE * long)
    assert waits.is_few == (waits.asked < 10)


def test_an_answer_more_never_makes_the_wait_longer():
    told = [MINUTE * n for n in (5, 9, 30, 70)]
    for part in (0.1, 0.5, 0.9):
        found = [quantile(told[:n], 6, part) for n in range(5)]
        known = [wait for wait in found if wait is not None]
        assert known == sorted(known)


def test_whiskers_reach_from_the_median_up():
    slow, none, open_ = (
        waits_of([MINUTE] * 9 + [LONGEST * 3] * 3),
        waits_of([]),
        waits_of([MINUTE, None, None]),
    )
    drawing = whiskers([slow, none, open_], ["00", "", "02"], width=WIDE, said=lambda n: f"{n} min")
    first, last = drawing.points
    assert "over" in first.css and "few" not in first.css
    assert "over" in last.css and "few" in last.css
    assert TOP <= float(first.end) < float(first.y) <= BASE
    assert float(last.y) == float(last.end) == TOP, "no median yet: at the top"
    assert [word.text for word in drawing.words] == ["00", "02"]


def test_shares_lie_within_their_intervals_and_the_page():
    drawing = reaches([("Raised", Share(7, 12)), ("Nothing", Share(0, 0))], width=WIDE)
    for row in drawing.rows:
        assert 0 <= float(row.low) <= float(row.at) <= float(row.high) <= WIDE


@pytest.mark.parametrize("counts", [[], [0, 0, 0, 0], [10, 5, 1, 0], [3]])
def test_a_funnel_is_one_closed_outline(counts):
    path = funnel(counts)
    assert path == "" if not counts else path.startswith("M0") and path.endswith("Z")
    assert path.count("C") == 2 * len(counts)
