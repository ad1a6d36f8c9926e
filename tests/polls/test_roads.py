"""A bar is as long as its share says: the whole road is everybody."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from polls import drawing
from polls.queries import shown as queries
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


def seen(poll):
    return queries.one(Voter.of(a_member()), poll.pk)


@pytest.mark.parametrize(
    ("ballots", "lengths"),
    [
        ([(1,), (1,), (2,), (3,)], [50, 25, 25]),
        ([(1,), (1,)], [100, 0, 0]),
        ([(1,), (2,), (2,)], [33.3, 66.7, 0]),
    ],
)
def test_a_bar_is_as_long_as_its_share(ballots, lengths):
    poll = a_poll()
    for picks in ballots:
        a_vote(poll, *picks)
    bars = seen(poll).bars
    assert [bar.length for bar in bars] == lengths
    assert [round(bar.length) for bar in bars] == [bar.percent for bar in bars]
    assert re.findall(r'class="rd-tip" x1="([\d.]+)%"', drawing.bars(seen(poll))) == [
        f"{length:g}" for length in lengths
    ]


def test_the_members_part_is_of_the_same_whole():
    poll = a_poll(audience="everyone")
    a_vote(poll, 1)
    for guest in ("first", "second", "third"):
        a_vote(poll, 1 if guest == "first" else 2, guest=guest)
    first, second, _third = seen(poll).bars
    assert (first.solid, first.length) == (25, 50)
    assert (second.solid, second.length) == (0, 50)


def test_several_choices_are_each_of_everybody_who_voted():
    poll = a_poll(kind="multiple", most=3)
    a_vote(poll, 1, 2)
    a_vote(poll, 1)
    assert [bar.length for bar in seen(poll).bars] == [100, 50, 0]


def test_a_run_off_is_drawn_to_what_is_in_play_at_its_end():
    poll = a_poll(kind="ranked")
    for order in [(1, 2), (1, 2), (2, 1), (2, 1), (3, 2)]:
        a_vote(poll, *order)
    told = seen(poll)
    winner, other, weakest = told.laps
    assert (winner.percent, winner.parts[-1][1]) == (60, 60)
    assert (other.percent, other.parts[-1][1]) == (40, 40)
    assert weakest.parts == [(0, 20)]
    assert told.half == 50


def test_points_are_drawn_to_the_most_that_anybody_could_have():
    poll = a_poll(kind="ranked", method="borda")
    a_vote(poll, 1, 2, 3)
    a_vote(poll, 1, 3, 2)
    assert [(lap.points, lap.parts[0][1]) for lap in seen(poll).laps] == [(4, 100), (1, 25), (1, 25)]


@pytest.mark.parametrize(
    ("choices", "told", "chinese"),
    [
        (2, "the first of two gets one, the other none", "两个选项中，第一名得一分"),
        (3, "the first of three gets two, the next one, the last none", "三个选项中，第一名得两分"),
        (5, "the first of 5 gets 4, the next 3, and so on", "5 个选项中，第一名得 4 分，第二名 3 分"),
    ],
)
def test_points_are_explained_for_as_many_choices_as_there_are(choices, told, chinese):
    poll = a_poll(*"ABCDE"[:choices], kind="ranked", method="borda", audience="everyone", results="always")
    a_vote(poll, 1, 2)
    address = f"/polls/{poll.pk}/result/"
    assert told in Client().get(address).content.decode()
    client = Client(headers={"accept-language": "zh-hans"})
    assert chinese in client.get(address).content.decode()
