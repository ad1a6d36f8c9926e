"""Budgets and what can be said of an effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.raises.policy import Effect, Share, budget, per_cent

COUNTS = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("threads", "most"), [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (5000, 2)])
def test_at_most_a_tenth_of_the_first_page_is_raised(threads, most):
    assert budget(threads) == most


@given(COUNTS)
def test_an_interval_holds_its_rate_and_shrinks_with_more(counts):
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= share.rate <= high <= 1 or not share.total
    more = Share(share.hits * 10, share.total * 10).interval
    assert not share.total or more[1] - more[0] < high - low


@given(COUNTS, COUNTS)
def test_a_difference_lies_within_its_interval(raised, left_out):
    effect = Effect(Share(*raised), Share(*left_out))
    low, high = effect.interval
    if raised[1] and left_out[1]:
        assert low - 1e-9 <= effect.difference <= high + 1e-9


def test_a_known_interval():
    """Newcombe (1998), table II, case (a): 56 of 70 against 48 of 80: 0.0524 to 0.3339 by method 10."""
    low, high = Effect(Share(56, 70), Share(48, 80)).interval
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_too_few_say_nothing_and_chance_is_called_chance():
    assert not Effect(Share(9, 9), Share(0, 100)).is_told
    assert Effect(Share(5, 10), Share(4, 10)).is_told
    assert not Effect(Share(5, 10), Share(4, 10)).is_certain
    assert Effect(Share(90, 100), Share(10, 100)).is_certain


@pytest.mark.parametrize(("rate", "said"), [(0.005, 1), (-0.005, -1), (0.494, 49), (-0.126, -13), (0, 0)])
def test_per_cent_are_rounded_away_from_zero(rate, said):
    assert per_cent(rate) == said
