"""Slow mode: everybody waits between two posts, nobody loses words, staff are exempt and labelled."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from community.core import clock
from community.core.access import Invalid, Refused
from forum import actions
from forum.actions.upkeep import end_due_slow
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def thread(frozen_clock) -> Thread:
    return a_thread(author=a_member(), board=a_board())


def said(response) -> str:
    return unescape(response.content.decode())


def slow(thread: Thread, actor, *, minutes: int = 10, hours: int = 3, reason: str = "Cool down") -> Thread:
    until = clock.now() + timedelta(hours=hours)
    return actions.slow_thread(actor=actor, thread_id=thread.pk, minutes=minutes, until=until, reason=reason)


def test_one_post_a_person_in_so_many_minutes(thread, mei, frozen_clock):
    slow(thread, mei)
    ann, ben = a_member(), a_member()
    a_reply(author=ann, thread=thread, body="My heater draws two kilowatts.")
    a_reply(author=ben, thread=thread, body="Mine draws three of them.")
    frozen_clock.move(timedelta(minutes=9, seconds=59))
    with pytest.raises(Refused, match="once in 10 minutes") as refused:
        a_reply(author=ann, thread=thread, body="And in the morning one more.")
    assert refused.value.code == "slow"
    frozen_clock.move(timedelta(seconds=1))
    a_reply(author=ann, thread=thread, body="And in the morning one more.")
    assert Thread.objects.get(pk=thread.pk).reply_count == 3


def test_removing_a_post_buys_no_other_and_taking_it_back_does(thread, mei, frozen_clock):
    slow(thread, mei)
    ann = a_member()
    gone = a_reply(author=ann, thread=thread, body="Written in a hurry.")
    actions.remove_post(actor=ann, post_id=gone.pk)
    with pytest.raises(Refused):
        a_reply(author=ann, thread=thread, body="Written with more care.")
    ben = a_member()
    actions.undo_post(actor=ben, post_id=a_reply(author=ben, thread=thread, body="Oh no, a typo.").pk)
    a_reply(author=ben, thread=thread, body="Now without the typo.")


def test_staff_are_exempt_and_a_moderator_without_their_label_is_not(thread, mei):
    keeper = a_member()
    actions.enrol(actor=None, board_id=thread.board_id, member=keeper, kind="moderator")
    slow(thread, keeper)
    for body in ("Please stay with the facts.", "And with the thread's question."):
        a_reply(author=mei, thread=thread, body=body)
    a_reply(author=keeper, thread=thread, body="I keep order here myself.")
    with pytest.raises(Refused):
        a_reply(author=keeper, thread=thread, body="And wait like everybody.")


def test_a_clock_set_back_keeps_nobody_waiting(thread, mei, frozen_clock):
    slow(thread, mei)
    ann = a_member()
    a_reply(author=ann, thread=thread, body="Written by a clock that ran ahead.")
    frozen_clock.move(timedelta(hours=-5))
    a_reply(author=ann, thread=thread, body="Written by the clock that was put right.")
    with pytest.raises(Refused):
        a_reply(author=ann, thread=thread, body="From here on it counts as usual.")


def test_it_ends_by_the_clock_and_by_hand_and_the_log_says_who(thread, mei, frozen_clock):
    slow(thread, mei, hours=1)
    assert end_due_slow() == 0
    frozen_clock.move(timedelta(hours=1))
    ann = a_member()
    for body in ("The hour is over.", "Nobody waits for the broom."):
        a_reply(author=ann, thread=thread, body=body)
    assert end_due_slow() == 1
    slow(thread, mei, reason="Once more")
    actions.end_slow(actor=mei, thread_id=thread.pk)
    actions.end_slow(actor=mei, thread_id=thread.pk)
    lines = thread.log.values_list("kind", "actor", "reason")
    assert list(lines) == [
        ("slowed", mei.pk, "Cool down"),
        ("unslowed", None, ""),
        ("slowed", mei.pk, "Once more"),
        ("unslowed", mei.pk, ""),
    ]
    assert not Thread.objects.get(pk=thread.pk).is_slow


@pytest.mark.parametrize(
    "told",
    [{"minutes": 0}, {"minutes": 1441}, {"hours": 0}, {"hours": 721}, {"reason": " "}, {"reason": "x" * 301}],
)
def test_what_makes_no_sense_is_refused(thread, mei, told):
    with pytest.raises(Invalid):
        slow(thread, mei, **told)
    assert not Thread.objects.get(pk=thread.pk).is_slow


def test_only_who_keeps_order_there_slows_it(thread):
    elsewhere = a_member()
    actions.enrol(actor=None, board_id=a_board().pk, member=elsewhere, kind="moderator")
    for actor in (thread.author, elsewhere):
        with pytest.raises(Refused) as refused:
            slow(thread, actor)
        assert refused.value.code == "not_moderator"


def test_the_page_of_a_slow_thread_says_until_when_and_why_and_open_pages_hear_it(thread, mei):
    before = Thread.objects.get(pk=thread.pk).sequence
    response = signed_in(Client(), mei).post(
        f"/threads/{thread.pk}/manage/slow/",
        {"slow-minutes": "30", "slow-hours": "3", "slow-reason": "Heated"},
    )
    assert response.status_code == 302
    assert Thread.objects.get(pk=thread.pk).sequence == before + 1
    page = said(Client().get(thread.get_absolute_url()))
    assert "everybody posts once in 30 minutes" in page and "<q>Heated</q>" in page
    assert "turned slow mode on: one post per person in 30 minutes" in page
    signed_in(Client(), mei).post(f"/threads/{thread.pk}/manage/unslow/")
    page = said(Client().get(thread.get_absolute_url()))
    assert "everybody posts once" not in page and "ended slow mode" in page


def test_who_has_to_wait_is_told_before_writing_and_keeps_the_words(thread, mei):
    slow(thread, mei)
    client = signed_in(Client(), ann := a_member())
    assert "You may post again" not in said(client.get(thread.get_absolute_url()))
    a_reply(author=ann, thread=thread, body="My first word in here.")
    assert "You may post again today" in said(client.get(thread.get_absolute_url()))
    page = Page(said(client.get(f"/threads/{thread.pk}/reply/")))
    fields = {**page.fields, "body": "Words that I would not like to lose."}
    response = client.post(f"/threads/{thread.pk}/reply/", fields)
    told = said(response)
    assert response.status_code == 422
    assert "You may post again today" in told and "Words that I would not like to lose." in told
    assert "You may post again" not in said(signed_in(Client(), mei).get(thread.get_absolute_url()))
