"""Linking from the desk: one canonical answer, no circle, nothing untrue said, this site's addresses alone."""

from __future__ import annotations

import pytest

from community.core.access import Invalid
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import ThreadLink
from forum.rights import DEFAULT_RIGHTS
from moderation.desk import actions, queries, wording
from moderation.desk.models import DeskLog, DeskThread
from moderation.solutions.models import Link
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.solutions import a_solution, linked

pytestmark = pytest.mark.django_db
FOUND = "Readers find"


@pytest.fixture
def board(db):
    return a_board()


@pytest.fixture
def three(board, frozen_clock):
    made = [a_thread(author=a_member(), board=board, title=f"Question {n}") for n in range(3)]
    run_due()
    return made


def pressed(desk, thread, target) -> str:
    """What the page says after the key was pressed, with the thread as it is now."""
    version = DeskThread.objects.get(pk=thread.pk).version
    typed = target if isinstance(target, str) else str(target.pk)
    sent = {"link-version": version, "link-target": typed}
    return desk.post(f"/desk/threads/{thread.pk}/link/", sent, follow=True).content.decode()


def test_two_questions_without_an_answer_are_tied_once_and_nobody_is_told_of_an_answer(desk, three):
    one, other, third = three
    words = pressed(desk, one, other)
    assert "Tied as the same question. That thread has no known answer yet." in words
    assert FOUND not in words
    assert "the same question</small>" in words and "linked</small>" not in words
    for again in (pressed(desk, one, other), pressed(desk, other, one)):
        assert "tied as the same question already" in again and FOUND not in again
    assert DeskLog.objects.count() == ThreadLink.objects.count() == 1
    assert wording.line_in_words(DeskLog.objects.get()) == "Mei tied this to a thread that asks the same"
    assert "Last you tied as the same question: “Question 0”" in desk.get("/desk/").content.decode()
    pressed(desk, other, third)
    assert "tied as the same question already" in pressed(desk, third, one), "not the long way round either"
    assert ThreadLink.objects.count() == 2


def test_what_was_tied_is_linked_once_an_answer_is_known(desk, three, mei):
    one, other, _third = three
    pressed(desk, one, other)
    answer = a_solution(thread=other, by=mei)
    assert "Linked. Readers find the answer from here." in pressed(desk, one, other)
    assert Link.objects.get(ended_at=None).solution == answer
    assert "linked to that answer already" in pressed(desk, one, other)
    assert [line.is_tie for line in DeskLog.objects.order_by("pk")] == [True, False]
    assert "holds that answer itself" in pressed(desk, other, one), "and not back"


def test_a_thread_that_is_linked_itself_leads_to_the_one_answer(desk, three, board, mei):
    answer = a_solution(board=board, by=mei)
    linked(answer, thread=three[1], by=mei)
    words = pressed(desk, three[0], three[1])
    assert f"Linked to the answer in “{answer.thread.title}”, where that thread leads." in words
    assert Link.objects.get(thread=three[0]).solution == answer


def test_an_answer_accepted_where_the_desk_may_not_make_it_known_is_told_as_that(three):
    elsewhere = a_board(rights=DEFAULT_RIGHTS | {"moderate": []})
    asked = a_thread(author=a_member(), board=elsewhere, lane="ask")
    forum.accept_answer(actor=asked.author, post_id=a_reply(author=a_member(), thread=asked).pk)
    li = a_member(role="moderator")
    row = actions.link_answer(actor=li, thread_id=three[0].pk, version=0, target_id=asked.pk)
    assert "it is no known answer" in wording.linked_in_words(*queries.linked_to(row))


def test_another_sites_address_links_nothing(desk, three):
    words = pressed(desk, three[0], f"https://other-forum.example/threads/{three[1].pk}/how-to")
    assert "That is an address of another site." in words
    assert not ThreadLink.objects.exists() and not DeskLog.objects.exists()


def test_a_link_that_is_there_already_is_no_step(three, mei):
    answer = a_solution(thread=three[1], by=mei)
    linked(answer, thread=three[0], by=mei)
    with pytest.raises(Invalid, match="linked to that answer already"):
        actions.link_answer(actor=mei, thread_id=three[0].pk, version=0, target_id=three[1].pk)
    assert not ThreadLink.objects.exists(), "nothing half done"
