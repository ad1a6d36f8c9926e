"""Points that anybody can add up."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.desk import scoring
from moderation.desk.past import Known
from moderation.desk.scoring import Why

hours = st.floats(0, 500, allow_nan=False)
some = st.builds(
    Known,
    thread_id=st.integers(1, 10**9),
    board_id=st.integers(1, 50),
    lane=st.sampled_from(["ask", "tell", "meet", "chat"]),
    age=hours,
    quiet=hours,
    others=st.integers(0, 500),
    staff=st.integers(0, 500),
    asks=st.booleans(),
    follow_up=st.booleans(),
    author_posts=st.integers(0, 10**5),
    rhythm=st.floats(0, 7, allow_nan=False),
    pace=st.floats(0, 10**4, allow_nan=False),
    viewers=st.integers(0, 10**4),
    watchers=st.integers(0, 10**4),
    is_key=st.booleans(),
    poll_closed=st.none() | hours,
    promise=st.none() | st.floats(-500, 500, allow_nan=False),
)


def a_thread(**changes: object) -> Known:
    plain = Known(
        thread_id=1, board_id=1, lane="ask", age=20, quiet=20, others=0, staff=0, asks=True, follow_up=False,
        author_posts=3, rhythm=1, pace=2,
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


@given(some)
def test_reasons_sum_to_the_score_and_the_largest_come_first(known: Known) -> None:
    score = scoring.score(known)
    assert score.total == sum(reason.points for reason in score.reasons)
    sizes = [abs(reason.points) for reason in score.reasons]
    assert sizes == sorted(sizes, reverse=True) and 0 not in sizes
    assert score.shown == score.reasons[:3]


@given(st.lists(some, max_size=12, unique_by=lambda known: known.thread_id), st.randoms())
def test_the_same_threads_stand_in_the_same_order(threads: list[Known], dice: object) -> None:
    expected = scoring.ranked(threads)
    dice.shuffle(threads)  # type: ignore[attr-defined]
    assert scoring.ranked(threads) == expected


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ({"age": 40}, {"age": 4}),
        ({"quiet": 40}, {"quiet": 1}),
        ({"others": 0}, {"others": 2}),
        ({"author_posts": 0}, {"author_posts": 9}),
        ({"follow_up": True}, {}),
        ({"age": 22.5}, {"age": 22.5, "promise": 30}),
        ({"promise": 1}, {"promise": 5}),
        ({"promise": 0}, {"promise": 0.5}),
        ({"promise": -40}, {"promise": 0.5}),
        ({"promise": -40, "others": 1}, {"others": 1}),
        ({"promise": 0.03, "age": 1, "quiet": 0}, {"age": 90, "quiet": 90, "others": 3}),
        ({"promise": -1, "age": 1, "quiet": 0}, {"age": 90, "quiet": 90, "others": 3}),
        ({"is_key": True}, {}),
        ({"rhythm": 0.3}, {"rhythm": 1.8}),
        ({"pace": 0.1}, {"pace": 60}),
        ({"poll_closed": 2}, {"poll_closed": 200}),
        ({}, {"viewers": 3}),
        ({}, {"watchers": 5}),
        ({"lane": "chat", "asks": False}, {"lane": "chat", "asks": False, "others": 4}),
    ],
)
def test_each_sign_moves_a_thread_the_way_it_says(
    higher: dict[str, object], lower: dict[str, object]
) -> None:
    assert scoring.score(a_thread(**higher)).total > scoring.score(a_thread(**lower)).total


def test_every_reason_is_given_by_some_thread() -> None:
    full = a_thread(
        age=23, author_posts=0, is_key=True, rhythm=0.2, pace=0.1, poll_closed=1, viewers=2, watchers=2
    )
    talk = a_thread(lane="chat", others=4, follow_up=True)
    owed, missed = a_thread(promise=1), a_thread(promise=-1)
    given = {reason.why for known in (full, talk, owed, missed) for reason in scoring.score(known).reasons}
    assert given == set(Why)


def test_a_promise_that_breaks_loses_none_of_its_points_until_somebody_answers() -> None:
    def of(left: float, **changes: object) -> int:
        score = scoring.score(a_thread(promise=left, **changes))
        return sum(reason.points for reason in score.reasons if reason.why in (Why.PROMISE, Why.BROKEN))

    assert [of(left) for left in (7, 3, 0.01, 0, -0.01, -300)] == [0, 45, 90, 90, 90, 90]
    assert of(-1, others=1) == 90, "what was written is no answer while the clock runs"


def due(*threads: Known, free: int = 1, hands: float = 24, next_look: float = 1) -> set[int]:
    return scoring.due(threads, free=free, hands=hands, next_look=next_look)


def test_staff_are_called_when_a_promise_would_break_before_the_next_look() -> None:
    assert not due(a_thread(age=5))
    assert due(a_thread(age=20)) == {1}
    assert due(a_thread(age=5), next_look=24) == {1}
    assert not due(a_thread(age=30), next_look=24), "it is broken: no answer keeps it any more"
    assert not due(a_thread(age=20, others=1), next_look=24)
    assert not due(a_thread(age=20, asks=False), next_look=24)
    assert due(a_thread(age=2, promise=0.5)) == {1}


def test_few_hands_begin_early_enough_for_all_of_them() -> None:
    threads = [a_thread(thread_id=n, age=10) for n in range(1, 9)]
    assert not due(*threads, hands=48), "half an hour each: there is time"
    assert due(*threads, hands=12) == set(range(1, 9)), (
        "two hours each: the eighth cannot wait, nor can those before"
    )
    assert due(*threads, a_thread(thread_id=9, age=1), hands=12) == set(range(1, 9)), "the newest still can"
    assert not due(*threads, free=8, hands=12), "enough hands are free for all of them at once"
