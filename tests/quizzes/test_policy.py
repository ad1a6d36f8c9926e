"""Orders, answers, outcomes, time: plain values."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from polls.quizzes import policy
from polls.quizzes.policy import Share, Unfit

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
QUESTIONS = [(n, [1, 2, 3, 4]) for n in range(10, 20)]


def test_a_plan_is_its_seeds_alone():
    assert policy.plan("a", QUESTIONS) == policy.plan("a", QUESTIONS)
    assert policy.plan("a", QUESTIONS) != policy.plan("b", QUESTIONS)


def test_a_plan_keeps_every_question_and_option():
    told = policy.plan("a", QUESTIONS)
    assert sorted(question for question, _ in told) == [question for question, _ in QUESTIONS]
    assert all(sorted(options) == [1, 2, 3, 4] for _, options in told)


def test_an_unshuffled_plan_is_the_authors_order():
    assert policy.plan("a", QUESTIONS, shuffles=False) == [(q, list(o)) for q, o in QUESTIONS]


@pytest.mark.parametrize("shuffles", [True, False])
def test_a_plan_draws_as_many_as_wanted_and_never_one_twice(shuffles):
    told = [question for question, _ in policy.plan("a", QUESTIONS, draws=4, shuffles=shuffles)]
    assert len(told) == len(set(told)) == 4


def test_each_option_comes_first_equally_often():
    first = Counter(policy.plan(str(n), [(1, [1, 2, 3, 4])])[0][1][0] for n in range(2000))
    assert all(400 < first[number] < 600 for number in (1, 2, 3, 4))


def test_picks_are_places():
    assert policy.picks_of(["2"], 4, takes_several=False) == [2]
    assert policy.picks_of(["3", "0"], 4, takes_several=True) == [0, 3]


@pytest.mark.parametrize(
    ("raw", "several", "code"),
    [
        ([], False, "empty"),
        (["4"], False, "foreign"),
        (["-1"], False, "foreign"),
        (["٣"], False, "foreign"),
        (["9" * 400], False, "foreign"),
        (["1", "1"], True, "foreign"),
        (["0", "1"], False, "several"),
        (["0"] * 10_000, True, "foreign"),
        (["1e0"], False, "foreign"),
    ],
)
def test_other_picks_are_refused(raw, several, code):
    with pytest.raises(Unfit) as unfit:
        policy.picks_of(raw, 4, takes_several=several)
    assert unfit.value.code == code


def test_right_is_the_whole_key():
    assert policy.is_right([1, 3], [3, 1])
    assert not policy.is_right([1], [1, 3])
    assert not policy.is_right([1, 2, 3], [1, 3])


def test_an_answer_is_late_after_its_seconds_and_the_grace():
    end = AT + timedelta(seconds=20 + policy.GRACE)
    assert not policy.is_late(AT, end, 20)
    assert policy.is_late(AT, end + timedelta(milliseconds=1), 20)
    assert not policy.is_late(AT, AT + timedelta(days=9), 0)


def test_passing_is_exact():
    assert policy.has_passed(2, 3, 66)
    assert not policy.has_passed(2, 3, 67)
    assert not policy.has_passed(3, 3, 0)


def test_the_outcome_with_most_points_leads_and_shares_add_up():
    found = policy.shares([{1: 2, 2: 1}, {1: 1}, {3: 3}], [1, 2, 3])
    assert [(one.outcome, one.points) for one in found] == [(1, 3), (3, 3), (2, 1)]
    assert sum(one.percent for one in found) == 100


def test_a_tie_goes_to_more_answers_then_to_the_authors_order():
    found = policy.shares([{1: 2}, {2: 1}, {2: 1}], [1, 2])
    assert found[0].outcome == 2
    assert policy.is_tied(found)
    assert policy.shares([{2: 1}, {1: 1}], [1, 2])[0].outcome == 1


def test_no_points_at_all_is_told_as_nothing():
    found = policy.shares([], [4, 5])
    assert found == [Share(4, 0, 0), Share(5, 0, 0)]
    assert not policy.is_tied(found)


def test_thirds_add_up_to_a_hundred():
    assert [one.percent for one in policy.shares([{1: 1, 2: 1, 3: 1}], [1, 2, 3])] == [34, 33, 33]
