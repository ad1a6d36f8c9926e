"""While somebody answers, nobody sets the thread aside by accident, and who answers hears what became of it meanwhile."""

from __future__ import annotations

import pytest

from community.core.access import Refused
from moderation.desk import actions
from moderation.desk.models import DeskLog, DeskThread, Place
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
