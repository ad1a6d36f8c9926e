"""Bars over the socket: whoever sees a result hears of it, at most twice a second, and never backwards."""

from __future__ import annotations

import json

import pytest

from activity.live import looks, tallies
from activity.live.rights import place_for, split_topic
from forum.actions import hide_thread
from forum.rights import CIRCLE
from polls import actions
from polls.models import Poll
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_vote
from tests.live.house import House, play

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_topic_is_known_to_those_who_were_given_its_name():
    poll = a_poll()
    assert split_topic(tallies.topic_of(poll.pk)) == ("poll", poll.pk)
    for made_up in (f"poll:{poll.pk}", f"poll:{poll.pk}-", f"poll:{poll.pk}-{'0' * 24}", "poll:x-y"):
        assert split_topic(made_up) == ("", 0)
    other = tallies.topic_of(poll.pk + 1).partition("-")[2]
    assert split_topic(f"poll:{poll.pk}-{other}") == ("", 0)


def test_a_poll_in_a_thread_is_heard_by_those_who_read_the_thread():
    author, outsider = a_member(), a_member()
    from forum.actions import enrol

    board = a_board(rights=CIRCLE)
    enrol(actor=None, board_id=board.pk, member=author, kind="club_member")
    poll = a_poll(thread=a_thread(author=author, board=board))
    topic = tallies.topic_of(poll.pk)
    assert place_for(author, topic, "en").board_id == board.pk
    assert place_for(outsider, topic, "en") is None


def test_what_is_counted_is_told_whole_with_its_step():
    poll = a_poll("A", "B", audience="everyone")
    a_vote(poll, 1)
    a_vote(poll, 2, guest="one")
    text, step = tallies.news(poll.pk, 0)
    told = json.loads(text)
    assert (told["n"], told["votes"], told["over"]) == ([1, 1], {"1": [1, 0], "2": [0, 1]}, False)
    assert tallies.news(poll.pk, step) == ("", step)
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    closed, later = tallies.news(poll.pk, step)
    assert json.loads(closed)["over"]
    assert later > step
    assert looks.sequences([tallies.topic_of(poll.pk)]) == {tallies.topic_of(poll.pk): later}


def test_open_pages_hear_votes_together_and_in_order(monkeypatch):
    monkeypatch.setattr("activity.live.hub.POLL_REST", 0.05)
    poll = a_poll("A", "B", audience="everyone", results="always")
    topic = tallies.topic_of(poll.pk)

    async def scene(house: House) -> None:
        pages = [await house.open(None) for _ in range(3)]
        for page in pages:
            page.say({"do": "join", "t": topic, "s": 0, "l": "en"})
            assert (await page.frame())["k"] == "joined"
        for number in range(5):
            await house.do(a_vote, poll, 1, guest=f"guest{number}")
        for page in pages:
            heard, steps = 0, [0]
            while heard < 5:
                frame = await page.frame()
                assert frame["k"] == "tally"
                assert frame["s"] > steps[-1]
                steps.append(frame["s"])
                heard = frame["n"][1]
            assert heard == 5

    play(scene)


def test_whoever_loses_the_thread_hears_no_more():
    author = a_member()
    thread = a_thread(author=author)
    poll = a_poll("A", "B", thread=thread, audience="everyone", results="always")
    topic = tallies.topic_of(poll.pk)
    assert place_for(a_member(), topic, "en") is not None
    hide_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Not here")
    assert place_for(a_member(), topic, "en") is None
    assert Poll.objects.filter(pk=poll.pk).exists()
