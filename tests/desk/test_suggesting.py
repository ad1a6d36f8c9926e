"""What the desk suggests next: a link only where there is something to link, a raise only where one could be made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core.access import Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Board, Post, PostState, Thread
from moderation.desk import actions
from moderation.desk.models import DeskThread
from moderation.desk.policy import Act
from moderation.raises import actions as raises
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.raises import a_ledger
from tests.builders.solutions import a_solution

pytestmark = pytest.mark.django_db
LONG_ENOUGH = timedelta(hours=25)


def suggested(desk, thread: Thread) -> tuple[Act, Act]:
    """What the row of the queue says, and the thread's own page."""
    page = desk.get(f"/desk/threads/{thread.pk}/")
    rows = [*desk.get("/desk/").context["queue"], *desk.get("/desk/?view=older").context["queue"]]
    (row,) = (row for row in rows if row.thread.pk == thread.pk)
    return row.act, page.context["act"]


@pytest.fixture
def asked(frozen_clock):
    """A question on a board with a first page full of others: somebody answered it, and then nobody wrote for a day."""
    board = a_board()
    thread = a_thread(author=a_member(), board=board, title="Creaking noise from the rear seat hinge")
    a_reply(author=a_member(), thread=thread)
    Board.objects.filter(pk=board.pk).update(thread_count=20)
    run_due()
    frozen_clock.move(LONG_ENOUGH)
    actions.rescore(thread_ids=[thread.pk])
    return Thread.objects.get(pk=thread.pk)


def test_a_raise_is_suggested_where_words_were_said_and_it_went_cold(desk, asked):
    assert suggested(desk, asked) == (Act.RAISE, Act.RAISE)
    words = desk.get(f"/desk/threads/{asked.pk}/").content.decode()
    assert 'data-desk-key="b" class="is-next"' in words
    assert not Raise.objects.exists(), "nothing is raised by itself"


def own(mei, thread):
    Thread.objects.filter(pk=thread.pk).update(author=mei)


def pinned(mei, thread):
    Thread.objects.filter(pk=thread.pk).update(is_pinned=True)


def disputed(mei, thread):
    Post.objects.filter(thread=thread, number=2).update(state=PostState.HIDDEN)


def small(mei, thread):
    Board.objects.filter(pk=thread.board_id).update(thread_count=9)


def spent(mei, thread):
    for _ in range(2):
        other = a_thread(author=a_member(), board=thread.board)
        Board.objects.filter(pk=thread.board_id).update(thread_count=20)
        raises.raise_thread(actor=mei, thread_id=other.pk, reason="Needs an owner", hours=12, by_lot=False)


def again(mei, thread):
    row = raises.raise_thread(actor=mei, thread_id=thread.pk, reason="Needs an owner", hours=6, by_lot=False)
    Raise.objects.filter(pk=row.pk).update(ended_at=row.at, ended_why=Raise.End.TIME)


def author(mei, thread):
    for _ in range(2):
        a_thread(author=thread.author, board=a_board())
    for other in Thread.objects.filter(author=thread.author).exclude(pk=thread.pk):
        a_ledger(other.board, mei, 1)


@pytest.mark.parametrize("spend", [own, pinned, disputed, small, spent, again, author])
def test_it_is_not_where_raising_would_be_refused(desk, mei, asked, spend):
    spend(mei, asked)
    assert suggested(desk, asked)[0] != Act.RAISE
    with pytest.raises(Refused):
        raises.raise_thread(actor=mei, thread_id=asked.pk, reason="Needs an owner", hours=6)


def test_nor_while_it_is_talked_in_or_nobody_answered(desk, asked, frozen_clock):
    a_reply(author=asked.author, thread=asked, body="Thank you, I will try.")
    run_due()
    assert suggested(desk, asked)[0] != Act.RAISE
    alone = a_thread(author=a_member(), board=asked.board)
    run_due()
    frozen_clock.move(LONG_ENOUGH)
    assert suggested(desk, alone)[0] == Act.REPLY


def test_a_link_is_suggested_only_where_an_answer_is_known_and_not_linked_yet(desk, mei, asked, monkeypatch):
    pinned(mei, asked)  # a raise is out of the question
    assert suggested(desk, asked) == (Act.FOLLOW_UP, Act.FOLLOW_UP), "nothing is known"
    solution = a_solution(board=asked.board, by=mei)
    near = "community.search.templatetags.search_tags.relatives.of_thread"
    monkeypatch.setattr(near, lambda _pk: ([], [solution.thread_id]))
    assert suggested(desk, asked)[1] == Act.LINK
    words = desk.get(f"/desk/threads/{asked.pk}/").content.decode()
    assert "Link the known answer" in words
    row = DeskThread.objects.get(pk=asked.pk)
    actions.link_answer(actor=mei, thread_id=asked.pk, version=row.version, target_id=solution.thread_id)
    assert suggested(desk, asked)[1] == Act.FOLLOW_UP, "it is linked"


def test_a_talk_is_no_question_and_what_only_comes_near_is_no_known_answer(desk, mei, asked, monkeypatch):
    pinned(mei, asked)
    other, solution = a_thread(author=a_member(), board=asked.board), a_solution(board=asked.board, by=mei)
    near = "community.search.templatetags.search_tags.relatives.of_thread"
    monkeypatch.setattr(near, lambda _pk: ([], [other.pk]))
    forum.accept_answer(actor=other.author, post_id=a_reply(author=a_member(), thread=other).pk)
    assert suggested(desk, asked)[1] == Act.FOLLOW_UP
    monkeypatch.setattr(near, lambda _pk: ([], [solution.thread_id]))
    assert suggested(desk, asked)[1] == Act.LINK
    Thread.objects.filter(pk=asked.pk).update(lane="tell")
    assert suggested(desk, asked)[1] == Act.FOLLOW_UP


def test_what_is_asleep_long_since_is_not_raised_either(desk, asked, frozen_clock):
    frozen_clock.move(timedelta(hours=72))
    actions.rescore(thread_ids=[asked.pk])
    assert suggested(desk, asked) == (Act.FOLLOW_UP, Act.FOLLOW_UP)


def test_where_members_talk_among_themselves_staff_read_it_before_they_write(desk, mei):
    talk = a_thread(author=a_member(), lane="chat")
    run_due()
    page = f"/desk/threads/{talk.pk}/"
    assert "May I join?" in desk.get(page).content.decode()
    for _ in range(2):
        a_reply(author=mei, thread=talk)
    crowded = desk.get(page)
    assert "Leave them the word" in crowded.content.decode()
    assert crowded.context["act"] == Act.NOTHING, "a reply would be refused"
    question = a_thread(author=a_member())
    assert "May I join?" not in desk.get(f"/desk/threads/{question.pk}/").content.decode()
