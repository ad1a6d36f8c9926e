"""Staff say what a thread is for: the author hears by whom and why, the log says it, and it is taken back."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from activity.notices.models import Notification
from activity.notices.words import plain, why
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Thread
from moderation.desk import actions
from moderation.desk.models import DeskLog
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(frozen_clock):
    thread = a_thread(author=a_member(), title="How I drove to the lake", lane="ask")
    run_due()
    return thread


def heard(member) -> list[tuple[str, str]]:
    run_due()
    rows = Notification.objects.filter(recipient=member, kind="house").order_by("pk")
    return [(plain(row), why(row)) for row in rows]


def lane_of(thread) -> str:
    return Thread.objects.get(pk=thread.pk).lane


def test_the_author_hears_who_changed_the_lane_and_why(thread, desk):
    told = {"lane-version": 0, "lane-lane": "tell", "lane-reason": "Nothing is asked here"}
    assert desk.post(f"/desk/threads/{thread.pk}/lane/", told).status_code == 302
    assert lane_of(thread) == "tell"
    ((sentence, reason),) = heard(thread.author)
    assert "Mei" in sentence and "“How I drove to the lake”" in sentence and "“Experience”" in sentence
    assert reason == "The reason given: Nothing is asked here"
    page = unescape(Client().get(thread.get_absolute_url()).content.decode())
    assert "changed the lane to “Experience”" in page and "Nothing is asked here" in page


def test_taken_back_it_is_what_it_was_and_the_author_hears_that_too(thread, mei):
    actions.set_lane(actor=mei, thread_id=thread.pk, version=0, lane="tell", reason="Nothing is asked")
    actions.undo(actor=mei)
    assert lane_of(thread) == "ask"
    assert [reason.rpartition(": ")[2] for _said, reason in heard(thread.author)] == [
        "Nothing is asked",
        "Taken back at the desk",
    ]
    assert [line.verb for line in DeskLog.objects.order_by("pk")] == ["laned", "undid"]


def test_whoever_is_not_the_author_says_why(thread, mei):
    for reason in ("", " ", "x" * 301):
        with pytest.raises(Invalid):
            forum.change_lane(actor=mei, thread_id=thread.pk, lane="tell", reason=reason)
        with pytest.raises(Invalid):
            actions.set_lane(actor=mei, thread_id=thread.pk, version=0, lane="tell", reason=reason)
    forum.change_lane(actor=thread.author, thread_id=thread.pk, lane="tell")
    assert lane_of(thread) == "tell" and heard(thread.author) == []


def test_an_answered_question_and_a_lane_that_the_board_lacks_stay(thread, mei, desk):
    with pytest.raises(Invalid):
        actions.set_lane(actor=mei, thread_id=thread.pk, version=0, lane="ask", reason="The same")
    board = a_board(lanes=["ask", "chat"])
    other = a_thread(author=a_member(), board=board, lane="ask")
    run_due()
    page = desk.get(f"/desk/threads/{other.pk}/").content.decode()
    assert 'value="chat"' in page.split('id="id_lane-lane"')[1][:400]
    told = {"lane-version": 0, "lane-lane": "tell", "lane-reason": "A story"}
    assert desk.post(f"/desk/threads/{other.pk}/lane/", told).status_code == 422
    assert lane_of(other) == "ask"


def test_an_editor_and_a_member_change_no_lane_of_others(thread):
    for role in ("", "editor"):
        with pytest.raises(Refused):
            forum.change_lane(actor=a_member(role=role), thread_id=thread.pk, lane="tell", reason="Mine")
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    assert client.post(f"/desk/threads/{thread.pk}/lane/").status_code == 404
