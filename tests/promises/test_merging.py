"""A question's clock when threads are merged and split; a recount always agrees."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from forum import actions as forum
from moderation.promises import actions
from moderation.promises.queries.boards import misses
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.promises.street import HOUR, assert_recount_agrees, clock_of

pytestmark = pytest.mark.django_db


def test_a_merge_brings_answers_from_then_on_but_not_what_the_other_asker_wrote(street):
    target, source = street.asks(), a_thread(author=a_member(), board=street.board)
    street.later(0.5)
    answer = street.answers(source)
    street.later(0.5)
    forum.merge_threads(
        actor=street.moderator, source_id=source.pk, target_id=target.pk, reason="The same question"
    )
    row = clock_of(target)
    assert (row.answer, row.answered_at) == (answer, street.began + HOUR)
    assert clock_of(source).answered_at == street.began + 0.5 * HOUR, "its own promise was kept"
    assert_recount_agrees()


def test_a_merge_brings_no_answer_that_was_called_none_before_and_gives_no_new_time(street):
    target, source = street.asks(), street.asks()
    post = street.answers(source)
    street.later(0.5)
    actions.call_no_answer(actor=street.asker, post_id=post.pk)
    street.later(0.5)
    forum.merge_threads(
        actor=street.moderator, source_id=source.pk, target_id=target.pk, reason="The same question"
    )
    row = clock_of(target)
    assert row.is_running and (row.laps, row.due_at) == (1, street.began + 2 * HOUR)
    assert_recount_agrees()
    actions.call_answer(actor=street.asker, post_id=post.pk)
    assert clock_of(target).answered_at == street.began + HOUR, "taken back, it counts from the merge"


def test_a_reply_that_came_by_a_merge_can_be_called_no_answer_afterwards(street):
    target, source = street.asks(), street.asks()
    post = street.answers(source)
    street.later(0.5)
    forum.merge_threads(
        actor=street.moderator, source_id=source.pk, target_id=target.pk, reason="The same question"
    )
    street.later(0.5)
    actions.call_no_answer(actor=street.asker, post_id=post.pk)
    row = clock_of(target)
    assert row.is_running and (row.laps, row.due_at) == (2, street.began + 3 * HOUR)
    assert_recount_agrees()


def test_no_answer_is_heard_from_a_clock_that_was_set_back(street):
    thread = street.asks()
    street.held.set(street.began - HOUR)
    post = street.answers(thread)
    actions.call_no_answer(actor=street.asker, post_id=post.pk)
    assert clock_of(thread).is_running and clock_of(thread).laps == 2
    street.held.set(street.began + HOUR)


def test_a_question_merged_away_unanswered_stands_aside_and_answers_nothing(street):
    target, source = street.asks(), a_thread(author=a_member(), board=street.board)
    forum.merge_threads(
        actor=street.moderator, source_id=source.pk, target_id=target.pk, reason="The same question"
    )
    assert clock_of(source).is_aside and clock_of(target).is_running
    assert_recount_agrees()


def test_a_reply_split_off_is_no_answer_and_what_it_asks_is_promised_from_then_on(street):
    thread = street.asks()
    post = street.answers(thread)
    street.later(1)
    new = forum.split_thread(
        actor=street.moderator,
        thread_id=thread.pk,
        post_ids=[post.pk],
        title="Another question",
        reason="Own",
    )
    assert clock_of(thread).is_running and clock_of(thread).started_at == street.began
    assert clock_of(new).started_at == street.held.now() and clock_of(new).due_at == street.began + 3 * HOUR
    assert_recount_agrees()


def test_a_missed_promise_is_listed_after_its_question_was_merged_away(street):
    target, source = street.asks(), a_thread(author=a_member(), board=street.board)
    street.answers(target)
    street.later(3)
    forum.merge_threads(
        actor=street.moderator, source_id=source.pk, target_id=target.pk, reason="The same question"
    )
    assert [row.thread_id for row in misses(AnonymousUser(), street.board.pk)] == [source.pk]
    page = Client().get(reverse("promises:board", args=[street.board.slug]))
    assert source.title in page.content.decode() and "None that you may read" not in page.content.decode()
    led = Client().get(source.get_absolute_url(), follow=True)
    assert led.status_code == 200 and led.request["PATH_INFO"] == target.get_absolute_url()
    forum.hide_thread(actor=street.moderator, thread_id=target.pk, reason="Look")
    assert misses(AnonymousUser(), street.board.pk) == []
