"""Taking back an act restores what it changed in the forum, and nothing that somebody else did there since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core import clock
from community.core.access import Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from moderation.desk import actions
from moderation.desk.models import DeskThread
from moderation.solutions import actions as solutions
from moderation.solutions.models import Solution
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def version(thread) -> int:
    return DeskThread.objects.get(pk=thread.pk).version


def in_days(days: int):
    return clock.now() + timedelta(days=days)


def featured(mei, thread) -> None:
    actions.feature(
        actor=mei, thread_id=thread.pk, version=version(thread), until=in_days(1), reason="Read this"
    )


def test_the_pin_that_was_replaced_comes_back_with_its_reason(thread, mei, li, frozen_clock):
    until = in_days(3)
    forum.pin_thread(actor=li, thread_id=thread.pk, until=until, reason="The rules of this board")
    featured(mei, thread)
    actions.undo(actor=mei)
    thread.refresh_from_db()
    assert (thread.pin_reason, thread.pinned_until) == ("The rules of this board", until)


def test_one_that_would_have_ended_by_now_does_not(thread, mei, li, frozen_clock):
    forum.pin_thread(
        actor=li, thread_id=thread.pk, until=clock.now() + timedelta(minutes=20), reason="For now"
    )
    featured(mei, thread)
    frozen_clock.move(timedelta(minutes=30))
    actions.undo(actor=mei)
    thread.refresh_from_db()
    assert not thread.is_pinned


def test_a_pin_that_another_set_since_stays(thread, mei, li):
    featured(mei, thread)
    forum.pin_thread(actor=li, thread_id=thread.pk, until=in_days(3), reason="For longer")
    with pytest.raises(Refused, match="pinned anew since") as refused:
        actions.undo(actor=mei)
    thread.refresh_from_db()
    assert refused.value.code == "taken" and thread.pin_reason == "For longer"


def test_a_pin_that_another_took_off_stays_off(thread, mei, li):
    featured(mei, thread)
    forum.unpin_thread(actor=li, thread_id=thread.pk)
    actions.undo(actor=mei)
    thread.refresh_from_db()
    assert not thread.is_pinned


def test_a_lane_that_another_changed_since_stays(thread, mei, li, desk):
    actions.set_lane(actor=mei, thread_id=thread.pk, version=0, lane="chat", reason="No question")
    forum.change_lane(actor=li, thread_id=thread.pk, lane="tell", reason="It is a report")
    page = desk.post("/desk/undo/", follow=True).content.decode()
    thread.refresh_from_db()
    assert "Its lane was changed again since" in page and thread.lane == "tell"


def linked(mei, thread):
    """Linked to a thread whose accepted answer became known by that."""
    asker = a_member()
    other = a_thread(author=asker, board=thread.board, lane="ask")
    forum.accept_answer(actor=asker, post_id=a_reply(author=a_member(), thread=other).pk)
    run_due()
    actions.link_answer(actor=mei, thread_id=thread.pk, version=version(thread), target_id=other.pk)
    return Solution.objects.get(withdrawn_at=None)


def test_an_answer_that_became_known_by_a_link_is_not_when_the_link_goes(thread, mei):
    answer = linked(mei, thread)
    actions.undo(actor=mei)
    answer.refresh_from_db()
    assert answer.withdrawn_at is not None


def test_unless_somebody_relies_on_it_by_now(thread, mei, li):
    answer = linked(mei, thread)
    third = a_thread(author=a_member(), board=thread.board, lane="ask")
    solutions.link_problem(actor=li, thread_id=third.pk, solution_id=answer.pk)
    actions.undo(actor=mei)
    answer.refresh_from_db()
    assert answer.withdrawn_at is None
    assert not answer.links.filter(thread=thread, ended_at=None).exists()
