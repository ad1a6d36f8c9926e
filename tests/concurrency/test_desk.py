"""Many moderators at the very same moment: a thread is in one pair of hands."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from community.core.access import Refused
from moderation.desk import actions
from moderation.desk.models import DeskLog, DeskThread
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.concurrency.together import at_once, done

pytestmark = pytest.mark.django_db(transaction=True)
TAKERS = 64


@pytest.fixture
def thread():
    thread = a_thread(author=a_member())
    actions.rescore(thread_ids=[thread.pk])
    return thread


def team(size: int):
    return [a_member(role="moderator") for _ in range(size)]


def test_of_sixty_four_who_take_a_thread_one_has_it_and_the_others_are_told_who(thread):
    takers = team(TAKERS)
    results = at_once(
        *(partial(actions.take, actor=taker, thread_id=thread.pk, version=0) for taker in takers)
    )
    (taken,) = done(results)
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(refused) == TAKERS - 1 and {one.code for one in refused} == {"taken"}
    holder = DeskThread.objects.get(pk=thread.pk).assignee
    assert taken.assignee_id == holder.pk
    assert all(holder.name in one.reason for one in refused)
    assert DeskLog.objects.count() == 1


def test_without_the_lock_many_would_have_taken_it(thread):
    """The control: whoever looks before anybody wrote believes that the thread is free."""
    together = threading.Barrier(8)

    def look(taker):
        row = DeskThread.objects.get(pk=thread.pk)
        together.wait(20)
        if row.version == 0:
            DeskThread.objects.filter(pk=thread.pk).update(assignee=taker, version=1)
            return True
        return False

    assert sum(at_once(*(partial(look, taker) for taker in team(8)))) == 8


def test_one_answers_and_the_others_see_it(thread):
    results = at_once(
        *(partial(actions.begin_answer, actor=taker, thread_id=thread.pk) for taker in team(16))
    )
    assert len(done(results)) == 1


def test_one_step_is_taken_back_once(thread):
    (mei,) = team(1)
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    results = at_once(*[partial(actions.undo, actor=mei)] * 8)
    assert len(done(results)) == 1
    row = DeskThread.objects.get(pk=thread.pk)
    assert (row.assignee_id, row.version) == (None, 2)


def test_replies_rescores_and_acts_at_once_leave_one_true_row(thread):
    mei, author = team(1)[0], thread.author
    posts = [a_reply(author=mei, thread=thread) for _ in range(4)]
    acts = [partial(actions.note_answer, actor=mei, thread_id=thread.pk, post_id=posts[0].pk)] * 4
    acts += [partial(actions.rescore, thread_ids=[thread.pk])] * 4
    acts += [
        partial(actions.note_words, board_id=thread.board_id, moments=[post.posted_at]) for post in posts
    ]
    at_once(*acts)
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.score == sum(points for _why, points in row.reasons)
    assert DeskLog.objects.filter(verb="answered").count() == 1
    assert author.pk != row.assignee_id
