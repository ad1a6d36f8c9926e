"""The rules of a ballot and the arithmetic of results, with plain values."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polls import policy, tally
from polls.policy import Form, Picks, Unfit

THREE = frozenset({1, 2, 3})


def unfit(form: Form, *numbers: int, words: str = "") -> str:
    with pytest.raises(Unfit) as refusal:
        policy.checked(form, Picks(numbers, words))
    return refusal.value.code


def test_a_single_choice_is_one_known_number():
    form = Form("single", THREE)
    assert policy.checked(form, Picks((2,))).numbers == (2,)
    assert unfit(form) == "empty"
    assert unfit(form, 4) == "unknown"
    assert unfit(form, 1, 2) == "too_many"


def test_several_choices_keep_their_limits_and_no_order():
    form = Form("multiple", THREE, least=2, most=2)
    assert policy.checked(form, Picks((3, 1))).numbers == (1, 3)
    assert unfit(form, 1) == "too_few"
    assert unfit(form, 1, 1) == "twice"
    assert unfit(form, *range(1, 102)) == "too_many"


def test_an_order_stays_in_order():
    form = Form("ranked", THREE, least=1, most=3)
    assert policy.checked(form, Picks((3, 1))).numbers == (3, 1)
    assert policy.keys_of("ranked", (3, 1)) == ["3>1"]


def test_ranks_of_a_form_close_their_gaps_and_share_no_place():
    assert policy.order_of({5: "2", 7: "", 9: " 9 ", 4: "3"}) == (5, 4, 9)
    for bad in ("-1", "0", "x", "1.5", "²", "999999"):
        with pytest.raises(Unfit) as refusal:
            policy.order_of({1: bad})
        assert refusal.value.code == "rank"
    with pytest.raises(Unfit) as refusal:
        policy.order_of({1: "1", 2: "1"})
    assert refusal.value.code == "rank_twice"


@pytest.mark.parametrize("raw", ["", "-1", "1e3", "٣", "12345", "1;2"])
def test_a_number_of_a_form_is_a_small_number(raw):
    with pytest.raises(Unfit):
        policy.numbers_of([raw])


def test_ten_thousand_choices_are_not_read_to_the_end():
    asked = (str(n % 1000) for n in itertools.count())
    with pytest.raises(Unfit) as refusal:
        policy.numbers_of(asked)
    assert refusal.value.code == "too_many"


def test_words_belong_to_the_open_choice():
    form = Form("single", THREE, other=3)
    assert policy.checked(form, Picks((3,), "  a   roof box ")).words == "a roof box"
    assert policy.checked(form, Picks((1,), "not wanted")).words == ""
    assert unfit(form, 3, words="   ") == "words"
    assert unfit(form, 3, words="x" * 81) == "words_long"


@given(st.lists(st.sampled_from(["1", "2", "3"]), max_size=40), st.booleans())
def test_sealed_ballots_leave_in_groups_and_none_is_lost(waiting, is_closed):
    now, later = policy.released(waiting, is_closed=is_closed, pick=list(reversed(waiting)))
    assert sorted(now + later) == sorted(waiting)
    if is_closed:
        assert later == []
    else:
        assert not now or (len(now) >= policy.GROUP and len(later) >= policy.GROUP)


# -- results


def test_shares_are_whole_per_cents_rounded_half_up():
    assert [tally.share(*pair) for pair in ((1, 3), (2, 3), (1, 8), (0, 0), (5, 5))] == [33, 67, 13, 0, 100]


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_mean_and_median_are_those_of_the_values(values):
    import statistics

    votes = {value: values.count(value) for value in values}
    assert tally.mean(votes) == pytest.approx(statistics.mean(values))
    assert tally.median(votes) == statistics.median(values)


def test_a_run_off_passes_votes_on():
    orders = {(1, 2): 8, (2, 1): 5, (3, 2): 4}
    rounds = tally.runoff(orders, [1, 2, 3])
    assert [dict(one.votes) for one in rounds] == [{1: 8, 2: 5, 3: 4}, {1: 8, 2: 9}]
    assert [one.out for one in rounds] == [(3,), ()]


def test_ballots_that_name_nobody_any_more_are_told():
    rounds = tally.runoff({(1,): 4, (2,): 3, (3,): 2}, [1, 2, 3])
    assert rounds[-1].votes == {1: 4, 2: 3}
    assert rounds[-1].exhausted == 2


def test_of_equally_weak_ones_fewer_first_choices_decide_then_the_place():
    rounds = tally.runoff({(1,): 5, (2,): 2, (3,): 2}, [1, 2, 3])
    assert rounds[0].votes[1] == 5
    assert tally.runoff({(1,): 4, (2,): 2, (3,): 2, (4, 2): 1}, [1, 2, 3, 4])[0].out == (4,)
    assert tally.runoff({(1,): 3, (2,): 2, (3,): 2}, [1, 2, 3])[0].out == (3,)


def test_an_exact_tie_has_no_winner():
    (only,) = tally.runoff({(1,): 1, (2,): 1}, [1, 2])
    assert only.out == () and only.level == (1, 2) and tally.ahead(only.votes) == (1, 2)
    *_, last = tally.runoff({(1,): 4, (2, 3): 3, (3, 2): 1}, [1, 2, 3])
    assert tally.ahead(last.votes) == (1, 2), "also where one of them had more first choices"
    (all_three,) = tally.runoff({(1,): 2, (2,): 2, (3,): 2}, [1, 2, 3])
    assert all_three.out == () and tally.ahead(all_three.votes) == (1, 2, 3)
    assert tally.ahead(tally.borda({(1, 2): 1, (2, 1): 1}, [1, 2, 3])) == (1, 2)
    assert tally.ahead({1: 0, 2: 0}) == ()


def test_the_rule_by_which_one_of_several_went_out_is_named():
    def outs(orders, numbers=(1, 2, 3)):
        return [(one.out, one.by) for one in tally.runoff(orders, numbers) if one.by]

    assert outs({(1,): 3, (2,): 2, (3,): 2}) == [((3,), "place")]
    assert outs({(1, 3): 3, (2,): 2, (3,): 2}) == [((2,), "points")]
    assert outs({(1,): 7, (2,): 4, (3,): 3, (4, 3): 1}, (1, 2, 3, 4)) == [((3,), "firsts")]
    assert outs({(1,): 5, (2,): 3, (3,): 2}) == []


@given(st.dictionaries(st.permutations([1, 2, 3, 4]).map(tuple), st.integers(1, 3), min_size=1, max_size=8))
def test_the_order_of_the_choices_makes_no_winner_unsaid(orders):
    """Whoever wins wins also where the choices stand the other way round, unless a round says that places decided."""
    there, back = tally.runoff(orders, [1, 2, 3, 4]), tally.runoff(orders, [4, 3, 2, 1])
    if not any(one.by == "place" for one in [*there, *back]):
        assert set(tally.ahead(there[-1].votes)) == set(tally.ahead(back[-1].votes))


orders = st.dictionaries(
    st.permutations([1, 2, 3, 4]).flatmap(lambda p: st.integers(1, 4).map(lambda n: tuple(p[:n]))),
    st.integers(1, 30),
    min_size=1,
    max_size=12,
)


@given(orders)
def test_no_vote_is_lost_or_invented_in_a_run_off(orders):
    rounds = tally.runoff(orders, [1, 2, 3, 4])
    total = sum(orders.values())
    assert all(sum(one.votes.values()) + one.exhausted == total for one in rounds)
    last = rounds[-1]
    is_level = len(set(last.votes.values())) == 1 and tally.ahead(last.votes) == last.level
    assert is_level or len(last.votes) == 1 or 2 * max(last.votes.values()) > sum(last.votes.values())
    assert len(rounds) <= 4


@given(orders)
def test_points_count_places(orders):
    points = tally.borda(orders, [1, 2, 3, 4])
    assert sum(points.values()) == sum(
        n * sum(3 - place for place in range(len(o))) for o, n in orders.items()
    )


def test_everybodys_second_wins_by_points_and_not_in_a_run_off():
    orders = {(1, 2, 3): 5, (3, 2, 1): 4}
    assert tally.runoff(orders, [1, 2, 3])[-1].votes[1] == 5
    assert tally.borda(orders, [1, 2, 3]) == {1: 10, 2: 9, 3: 8}
