"""While somebody answers, nobody sets the thread aside by accident, and who answers hears what became of it meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from activity.notices.models import Notification
from community.core.access import Refused
from community.core.tasks.testing import run_due
from moderation.desk import actions
from moderation.desk.handlers import tell_late
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.desk.policy import Due
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db

REPLY = {"body": "About two thirds.", "key": "press-1", "seen": 1, "desk_version": 0}


def place_of(thread) -> str:
    return DeskThread.objects.get(pk=thread.pk).place


@pytest.mark.parametrize("verb", ["settle", "snooze", "assign"])
def test_it_is_asked_once_and_a_second_press_goes_through(desk, thread, li, verb):
    actions.begin_answer(actor=li, thread_id=thread.pk)
    other = a_member(name="Jo", role="moderator")
    fields = {
        "settle": {"reason": "All was said"},
        "snooze": {"until": "hour"},
        "assign": {"to": other.pk, "note": "Please"},
    }
    given = {f"{verb}-{name}": value for name, value in {"version": 0, **fields[verb]}.items()}
    address = f"/desk/threads/{thread.pk}/{verb}/"
    asked = desk.post(address, given)
    words = asked.content.decode()
    assert asked.status_code == 422 and "Li is answering this now." in words
    assert f'name="{verb}-anyway" value="on"' in words and not DeskLog.objects.exists()
    assert desk.post(address, given | {f"{verb}-anyway": "on"}).status_code == 302
    assert DeskLog.objects.get().verb in ("settled", "snoozed", "assigned")


def test_who_answers_does_not_ask_themselves_and_is_handed_what_they_answer(thread, mei, li):
    actions.begin_answer(actor=mei, thread_id=thread.pk)
    with pytest.raises(Refused) as refused:
        actions.settle(actor=li, thread_id=thread.pk, version=0, reason="Said")
    assert refused.value.code == "writing"
    actions.assign(actor=li, thread_id=thread.pk, version=0, to_id=mei.pk)
    actions.settle(actor=mei, thread_id=thread.pk, version=1, reason="Said")
    assert place_of(thread) == Place.SETTLED


def test_whoever_hands_it_on_answers_no_more(desk, thread, mei, li):
    actions.begin_answer(actor=mei, thread_id=thread.pk)
    actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=li.pk, note="Please")
    row = DeskThread.objects.get(pk=thread.pk)
    assert not row.is_being_answered and row.writer_id is None
    assert "In the hands of Li" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    actions.begin_answer(actor=li, thread_id=thread.pk)


def test_what_was_handed_on_says_when_it_is_due_and_both_hear_once_that_it_is_late(
    desk, thread, mei, li, frozen_clock
):
    actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=li.pk, due=Due.HOUR)
    row = desk.get("/desk/?view=team").content.decode().partition("data-desk-row")[2]
    assert re.search(r"<span>due <time|<span>due \S", row) and "late: was due" not in row
    frozen_clock.move(timedelta(minutes=61))
    assert "late: was due" in desk.get("/desk/?view=team").content.decode()
    for _twice in range(2):
        tell_late.func()
        run_due()
    told = Notification.objects.filter(kind="duty", withdrawn_at=None).order_by("recipient_id")
    assert {
        (one.recipient_id, one.data["what"], one.count) for one in told if "over" in one.data["what"]
    } == {
        (li.pk, "overdue", 1),
        (mei.pk, "overdue_asked", 1),
    }


def test_who_answered_hears_what_became_of_it_and_by_whom(desk, thread, mei, li):
    actions.begin_answer(actor=mei, thread_id=thread.pk)
    actions.settle(actor=li, thread_id=thread.pk, version=0, reason="Said", anyway=True)
    words = desk.post(f"/desk/threads/{thread.pk}/reply/", REPLY, follow=True).content.decode()
    assert "Answered. It comes back when a member writes." in words and "or tomorrow" not in words
    assert "Meanwhile: Li found that this needs nothing." in words
    assert place_of(thread) == Place.SETTLED


def test_what_another_has_in_hand_stays_there_and_that_is_said(desk, thread, mei, li):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    words = desk.post(f"/desk/threads/{thread.pk}/reply/", REPLY, follow=True).content.decode()
    assert "Answered. It stays in the hands of Li." in words and "Meanwhile: Li took this in hand." in words


def test_nothing_is_said_of_what_was_seen_before(desk, thread, li):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    actions.release(actor=li, thread_id=thread.pk, version=1)
    given = REPLY | {"desk_version": 2}
    words = desk.post(f"/desk/threads/{thread.pk}/reply/", given, follow=True).content.decode()
    assert "It comes back when somebody writes, or tomorrow." in words and "Meanwhile" not in words


def test_words_that_come_back_still_know_what_was_seen(desk, thread, li):
    page = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert 'name="desk_version" value="0"' in page
    actions.take(actor=li, thread_id=thread.pk, version=0)
    empty = desk.post(f"/desk/threads/{thread.pk}/reply/", REPLY | {"body": ""})
    assert 'name="desk_version" value="0"' in empty.content.decode()
