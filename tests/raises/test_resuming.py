"""What a pin ended goes on when that is taken back; the form says at once what may not be raised, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.core import clock
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Board, Raised, Thread
from moderation.desk import actions as desk
from moderation.desk.models import DeskThread
from moderation.raises import actions
from moderation.raises.budgets import room_for
from moderation.raises.models import Raise
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(hall):
    run_due()
    row = hall.lifts(hall.threads[2])
    hall.held.move(timedelta(hours=1))
    return row


@pytest.fixture
def mei(hall):
    """Another moderator than the one who raised it."""
    return a_member(name="Mei", role="moderator")


def featured(mei, row):
    until = clock.now() + timedelta(days=7)
    version = DeskThread.objects.get(pk=row.thread_id).version  # raising was a step of the desk too
    desk.feature(actor=mei, thread_id=row.thread_id, version=version, until=until, reason="Read this")


def stands(row) -> tuple:
    up = Raised.objects.filter(thread=row.thread_id).values_list("by", "reason", "at", "until").first()
    row.refresh_from_db()
    return up, row.is_up, row.ended_why, Board.objects.get(pk=row.board_id).raised_count


def test_featuring_ends_a_raise_and_taking_that_back_lets_it_go_on_as_it_was(hall, raised, mei):
    before, spent = stands(raised), Raise.objects.count()
    featured(mei, raised)
    assert stands(raised) == (None, False, "closed", 0)
    desk.undo(actor=mei)
    assert stands(raised) == before and before[0][0] == hall.moderator.pk, "under the name of who raised it"
    assert Raise.objects.count() == spent, "nothing new is spent"
    assert not Thread.objects.get(pk=raised.thread_id).is_pinned
    assert not room_for(hall.threads[2], by_lot=False), "and what was spent stays spent"


def test_the_form_for_featuring_says_that_it_ends_a_raise(hall, raised, mei):
    client = signed_in(Client(), mei, strongly=True)
    pages = [client.get(f"/desk/threads/{one.pk}/").content.decode() for one in hall.threads[2:4]]
    assert ["Featuring ends that" in page for page in pages] == [True, False]


@pytest.mark.parametrize("why", ["time", "budget", "dispute"])
def test_what_cannot_stand_raised_again_is_said_at_the_undo(hall, raised, mei, why):
    featured(mei, raised)
    if why == "time":
        hall.held.move(timedelta(hours=11, minutes=30))
        said = "Its time is over."
    elif why == "budget":
        for thread in hall.threads[:2]:
            hall.lifts(thread)
        said = "There is room again from"
    else:
        reply = a_reply(author=a_member(), thread=hall.threads[2])
        forum.hide_post(actor=mei, post_id=reply.pk, reason="Rude")
        said = "A post here is hidden"
    client = signed_in(Client(), mei, strongly=True)
    words = client.post("/desk/undo/", follow=True).content.decode()
    assert "Taken back. It stood raised before, and does not again." in words and said in words
    assert not stands(raised)[1]


def test_what_was_taken_back_by_hand_or_raised_anew_does_not_come_back(hall, raised):
    actions.withdraw_raise(actor=hall.moderator, raise_id=raised.pk)
    assert actions.resume_raise(actor=hall.moderator, raise_id=raised.pk).code == "ended"
    assert not stands(raised)[1]


def shown(client, thread) -> str:
    return client.get(reverse("raises:raise", args=[thread.pk])).content.decode()


def test_the_form_is_there_only_for_what_may_be_raised_now(hall, frozen_clock):
    client = signed_in(Client(), hall.moderator, strongly=True)
    thread = hall.threads[0]
    assert 'name="reason"' in shown(client, thread)
    row = hall.lifts(thread, hours=6)
    hall.held.move(timedelta(hours=7))
    actions.end_due_raises()
    page = shown(client, thread)
    assert 'name="reason"' not in page and "raises are left" not in page
    assert "raised within the last seven days" in page and "There is room again from" in page
    hall.held.move(row.at + timedelta(days=7, minutes=1) - clock.now())
    assert 'name="reason"' in shown(client, thread)
    for other in hall.threads[1:3]:
        hall.lifts(other)
    page = shown(client, thread)
    assert "2 threads of this board stand raised" in page and 'name="reason"' not in page


def test_the_form_says_that_an_author_was_raised_enough(hall):
    author = a_member()
    own = [a_thread(author=author, board=hall.board) for _ in range(3)]
    Board.objects.filter(pk=hall.board.pk).update(thread_count=20)
    for thread in own[:2]:
        hall.lifts(thread, hours=6)
        hall.held.move(timedelta(hours=7))
        actions.end_due_raises()
    page = shown(signed_in(Client(), hall.moderator, strongly=True), own[2])
    assert "Others come first now. There is room again from" in page and 'name="reason"' not in page


def test_what_the_lot_left_out_may_be_raised_in_any_case_and_the_form_says_so(hall, lot):
    lot["next"] = 0
    hall.lifts(hall.threads[0], by_lot=True)
    page = shown(signed_in(Client(), hall.moderator, strongly=True), hall.threads[0])
    assert "left out by lot, and what follows is being counted" in page
    assert 'value="must"' in page and page.index("checked") > page.index('value="must"')


def test_what_was_typed_stays_where_a_budget_was_spent_meanwhile(hall):
    client = signed_in(Client(), hall.moderator, strongly=True)
    hall.lifts(hall.threads[0], hours=6)
    hall.held.move(timedelta(hours=7))
    actions.end_due_raises()
    sent = {"reason": "Needs somebody who drives one", "hours": 6, "way": "must"}
    page = client.post(reverse("raises:raise", args=[hall.threads[0].pk]), sent)
    assert page.status_code == 422 and "Needs somebody who drives one" in page.content.decode()
