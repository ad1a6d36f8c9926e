"""What answers say about a question, against figures worked out by hand and by the textbook's other formula."""

from __future__ import annotations

import random
from statistics import correlation

import pytest

from polls.quizzes import statistics
from polls.quizzes.statistics import Picked, Sums


def sums_of(pairs) -> Sums:
    """Sums of (right, rest score) pairs."""
    return Sums(
        n=len(pairs),
        right=sum(x for x, _ in pairs),
        rest=sum(y for _, y in pairs),
        rest_squared=sum(y * y for _, y in pairs),
        rest_of_right=sum(y for x, y in pairs if x),
        rest_squared_of_right=sum(y * y for x, y in pairs if x),
    )


def answered(*groups: tuple[bool, list[int]]) -> tuple[Sums, list[Picked]]:
    """A question's figures: for each of its options whether it is right, and the rest scores of those who picked it."""
    options = [
        Picked(number, is_right, len(scores), sum(scores), sum(y * y for y in scores))
        for number, (is_right, scores) in enumerate(groups, 1)
    ]
    return sums_of([(int(is_right), y) for is_right, scores in groups for y in scores]), options


def test_discrimination_is_pearsons_correlation():
    source = random.Random(7)
    pairs = [(int(source.random() < 0.3 + 0.06 * y), y) for y in (source.randrange(10) for _ in range(300))]
    expected = correlation([x for x, _ in pairs], [y for _, y in pairs])
    assert statistics.discrimination(sums_of(pairs)) == pytest.approx(expected)
    assert expected > 0.1


def test_a_worked_example():
    # right: 3, 4; wrong: 1, 2. M1 - M0 = 2, s = sqrt(1.25), sqrt(pq) = 0.5
    assert statistics.discrimination(sums_of([(1, 3), (1, 4), (0, 1), (0, 2)])) == pytest.approx(
        2 / 1.25**0.5 * 0.5
    )


@pytest.mark.parametrize("pairs", [[], [(1, 2), (1, 3)], [(0, 2)], [(1, 2), (0, 2)]])
def test_where_nothing_differs_nothing_is_said(pairs):
    assert statistics.discrimination(sums_of(pairs)) is None


def test_a_wrong_option_that_draws_more_than_the_key_misleads():
    told = answered((True, [4] * 20), (False, [3] * 60), (False, [1] * 6))
    assert statistics.misleading(*told) == [2]


def test_a_wrong_option_of_those_who_know_more_misleads():
    told = answered((True, [1, 2, 3] * 10), (False, [4, 5, 4, 3] * 4), (False, [9] * 4))
    assert statistics.misleading(*told) == [2]  # three says nothing yet: four people


def test_what_chance_does_as_well_misleads_nobody():
    few_more = answered((True, [2] * 20), (False, [2] * 24))  # as many heads of 44 throws surprise nobody
    assert statistics.misleading(*few_more) == []
    five = answered((True, [1, 2, 3] * 10), (False, [3] * 5))
    assert statistics.misleading(*five) == []
    same = answered((True, [1, 2, 3] * 10), (False, [1, 2, 3] * 9 + [3]))
    assert statistics.misleading(*same) == []


def test_nothing_is_said_of_an_option_before_enough_answered():
    told = answered((True, []), (False, [3] * (statistics.ENOUGH - 1)))
    assert statistics.misleading(*told) == []
    assert statistics.misleading(*answered((True, []), (False, [3] * statistics.ENOUGH))) == [2]


@pytest.mark.parametrize("people", [30, 60, 200])
def test_guessing_alone_is_seldom_blamed_on_an_option(people):
    source, rounds = random.Random(people), 400
    blamed = 0
    for _round in range(rounds):
        scores: list[list[int]] = [[] for _option in range(4)]
        for _one in range(people):
            scores[source.randrange(4)].append(source.randrange(10))
        blamed += bool(statistics.misleading(*answered(*[(at == 0, one) for at, one in enumerate(scores)])))
    assert blamed / rounds <= 2 * (1 - statistics.SURE)


def test_a_question_is_called_upside_down_only_where_chance_is_no_excuse():
    hardly = sums_of([(1, 4), (0, 5)] * 8 + [(1, 5), (0, 4)] * 7)
    low, high = statistics.telling_between(hardly)
    assert low < statistics.discrimination(hardly) < 0 < high
    assert "upside_down" not in statistics.remarks(hardly, [])


def test_a_question_is_called_weak_only_where_it_cannot_be_fair():
    noise = [(x, y) for x in (0, 1) for y in (1, 2, 3)]
    assert "weak" not in statistics.remarks(sums_of(noise * 5), [])
    assert "weak" in statistics.remarks(sums_of(noise * 20), [])


@pytest.mark.parametrize("right_of_strong", [8, 9])
def test_where_chance_could_have_made_the_figure_neither_good_nor_weak_is_claimed(right_of_strong):
    """33 answers, a discrimination around 0: between both there is nothing to tell apart."""
    told = sums_of(
        [(int(at < right_of_strong), 2) for at in range(17)] + [(int(at < 8), 1) for at in range(16)]
    )
    low, high = statistics.telling_between(told)
    assert low < 0 < statistics.FAIR < high
    assert statistics.remarks(told, []) == ["unsure"]


def test_a_question_is_praised_where_it_surely_tells_and_well_enough():
    clearly = sums_of([(int(at < 14), 2) for at in range(20)] + [(int(at < 6), 1) for at in range(20)])
    assert statistics.discrimination(clearly) == pytest.approx(0.4)
    assert statistics.remarks(clearly, []) == ["good"]
    alike = sums_of([(at % 2, 0) for at in range(40)])  # a quiz of this question alone
    assert statistics.remarks(alike, []) == ["unsure"]
    barely = sums_of([(int(at < 560), 2) for at in range(1000)] + [(int(at < 440), 1) for at in range(1000)])
    assert 0 < statistics.telling_between(barely)[0] < statistics.telling_between(barely)[1] < statistics.FAIR
    assert statistics.remarks(barely, []) == ["weak"]


def test_remarks_wait_for_enough_answers():
    assert statistics.remarks(Sums(29, 0, 0, 0, 0), []) == ["few"]


def test_remarks_name_what_is_wrong():
    easy = sums_of([(1, y % 5) for y in range(99)] + [(0, 0)])
    assert "too_easy" in statistics.remarks(easy, [Picked(1, True, 99, 190), Picked(2, False, 1, 0)])
    turned = sums_of([(int(y < 3), y) for y in (0, 1, 2, 3, 4, 5) for _ in range(10)])
    assert "upside_down" in statistics.remarks(turned, [])
    good = sums_of([(int(y > 2), y) for y in (0, 1, 2, 3, 4, 5) for _ in range(10)])
    assert statistics.remarks(good, [Picked(1, True, 30, 120, 500), Picked(2, False, 30, 30, 50)]) == ["good"]


def test_an_option_nobody_takes_is_named():
    assert statistics.unused(
        [Picked(1, True, 59, 0), Picked(2, False, 1, 0), Picked(3, False, 0, 0)], 60
    ) == [2, 3]


def test_small_cells_are_hidden_and_cannot_be_worked_out():
    assert statistics.shown_counts({1: 20, 2: 3, 3: 9}) == {1: 20, 2: None, 3: None}
    assert statistics.shown_counts({1: 20, 2: 0, 3: 9}) == {1: 20, 2: 0, 3: 9}
    assert statistics.shown_counts({1: 2, 2: 3, 3: 9}) == {1: None, 2: None, 3: 9}
