"""A question's clock through everything that the forum does to it; a recount always agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.core.access import Invalid, Refused
from forum import actions as forum
from moderation.promises import actions
from moderation.promises.counters import rebuild_clocks, refresh_records
from moderation.promises.models import Clock, Promise, Terms
from moderation.promises.queries.clocks import clocks_of
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.builders.promises import a_calendar, a_promise
from tests.promises.street import HOUR, assert_recount_agrees, clock_of

pytestmark = pytest.mark.django_db


def test_a_question_starts_a_clock_and_a_reply_by_anybody_else_stops_it(street):
    thread = street.asks()
    row = clock_of(thread)
    assert row.is_running and row.is_first and row.due_at == street.began + 2 * HOUR
    street.later(0.5)
    street.answers(thread, author=street.asker)
    assert clock_of(thread).is_running, "who asked does not answer themselves"
    street.later(0.5)
    post = street.answers(thread)
    row = clock_of(thread)
    assert (row.answer, row.waited, row.broken_at) == (post, 3600, None)
    assert_recount_agrees()


def test_a_reply_by_staff_counts_like_any_other(street):
    thread = street.asks()
    street.answers(thread, author=street.moderator)
    assert not clock_of(thread).is_running


def test_clocks_are_for_questions_and_first_posts_on_boards_that_promise(street):
    street.asks(lane="chat")  # the first thing this person writes
    street.later()
    assert Clock.objects.get().is_first
    street.asks(lane="tell")
    street.asks(board=street.elsewhere)
    assert Clock.objects.count() == 1
    assert_recount_agrees()


def test_machines_and_templates_do_not_stop_it(street):
    thread, robot = street.asks(), a_member()
    admin = a_member(role="admin")
    street.later(0.25)
    street.answers(thread, author=robot)
    assert not clock_of(thread).is_running
    actions.name_machine(actor=admin, member=robot, reason="It greets everybody")
    assert clock_of(thread).is_running and clock_of(thread).started_at == street.began
    canned = street.answers(thread)
    actions.mark_template(actor=street.helper, post_id=canned.pk)
    assert clock_of(thread).is_running
    street.later(0.25)
    own_words = street.answers(thread)
    assert clock_of(thread).answer == own_words and clock_of(thread).waited == 1800
    actions.unname_machine(actor=admin, member=robot)
    assert clock_of(thread).waited == 900, "a person after all: the reply of a quarter of an hour counts"


def test_not_an_answer_is_for_who_asked_to_say_and_can_be_taken_back(street):
    thread = street.asks()
    street.later(1)
    post = street.answers(thread)
    street.later(1)
    for other in (street.helper, street.moderator):
        with pytest.raises(Refused):
            actions.call_no_answer(actor=other, post_id=post.pk)
    for _ in range(2):
        actions.call_no_answer(actor=street.asker, post_id=post.pk)
    row = clock_of(thread)
    assert row.is_running and row.laps == 2 and row.due_at == street.began + 4 * HOUR
    assert_recount_agrees()
    actions.call_answer(actor=street.asker, post_id=post.pk)
    assert clock_of(thread).answer == post and clock_of(thread).laps == 1


def test_what_is_no_reply_of_somebody_else_cannot_be_no_answer(street):
    thread = street.asks()
    own = street.answers(thread, author=street.asker)
    opening = thread.posts.get(number=1)
    accepted = street.answers(thread)
    forum.accept_answer(actor=street.asker, post_id=accepted.pk)
    for post in (own, opening, accepted):
        with pytest.raises(Refused):
            actions.call_no_answer(actor=street.asker, post_id=post.pk)


def test_a_reply_that_is_hidden_never_counted_and_restored_counts_from_when_it_was_written(street):
    thread = street.asks()
    street.later(1)
    post = street.answers(thread)
    street.later(2)
    forum.hide_post(actor=street.moderator, post_id=post.pk, reason="Rude")
    row = clock_of(thread)
    assert row.is_running and row.started_at == street.began and row.broken_at == street.began + 2 * HOUR
    forum.restore_post(actor=street.moderator, post_id=post.pk)
    row = clock_of(thread)
    assert row.answered_at == street.began + HOUR and row.broken_at is None
    forum.remove_post(actor=street.helper, post_id=post.pk)
    assert clock_of(thread).is_running
    forum.restore_post(actor=street.moderator, post_id=post.pk)
    forum.purge_post(actor=street.moderator, post_id=post.pk, reason="Private")
    assert clock_of(thread).is_running


def test_a_reply_taken_back_never_was_and_a_question_taken_back_has_no_clock(street):
    thread = street.asks()
    post = street.answers(thread)
    forum.undo_post(actor=street.helper, post_id=post.pk)
    assert clock_of(thread).is_running and clock_of(thread).answer is None
    forum.undo_post(actor=street.asker, post_id=thread.posts.get().pk)
    assert not Clock.objects.exists()


def test_an_edit_changes_nothing(street):
    thread = street.asks()
    post = street.answers(thread)
    before = clock_of(thread).answered_at
    street.later()
    forum.edit_post(actor=street.helper, post_id=post.pk, body="Other words")
    forum.rename_thread(actor=street.asker, thread_id=thread.pk, title="Another title for it")
    assert clock_of(thread).answered_at == before


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (
            lambda s, t: forum.hide_thread(actor=s.moderator, thread_id=t.pk, reason="Look"),
            lambda s, t: forum.restore_thread(actor=s.moderator, thread_id=t.pk),
        ),
        (
            lambda s, t: forum.lock_thread(actor=s.moderator, thread_id=t.pk, reason="Calm"),
            lambda s, t: forum.unlock_thread(actor=s.moderator, thread_id=t.pk),
        ),
        (
            lambda s, t: forum.change_lane(actor=s.moderator, thread_id=t.pk, lane="tell", reason="A story"),
            lambda s, t: forum.change_lane(
                actor=s.moderator, thread_id=t.pk, lane="ask", reason="A question"
            ),
        ),
        (
            lambda s, t: forum.accept_answer(actor=s.asker, post_id=s.answers(t, author=s.asker).pk),
            lambda s, t: forum.unaccept_answer(actor=s.asker, thread_id=t.pk),
        ),
    ],
    ids=["out of sight", "locked", "no question", "solved by who asked"],
)
def test_while_nobody_owes_an_answer_it_stands_aside_and_then_goes_on(street, away, back):
    a_thread(author=street.asker, board=street.elsewhere)  # so that this is not a first post
    thread = street.asks()
    street.later(1)
    away(street, thread)
    assert clock_of(thread).is_aside
    assert_recount_agrees()
    street.later(5)
    back(street, thread)
    row = clock_of(thread)
    assert row.is_running and row.started_at == street.held.now() and row.broken_at is None
    assert (row.waited, row.laps, row.due_at) == (3600, 1, street.held.now() + HOUR)
    assert_recount_agrees()


def test_a_move_takes_the_promise_along_and_does_not_start_it_anew(street):
    a_promise(street.elsewhere, 30)
    thread = street.asks()
    street.later(1)
    forum.move_thread(actor=street.moderator, thread_id=thread.pk, board_id=street.elsewhere.pk)
    row = clock_of(thread)
    assert (row.board, row.started_at, row.due_at) == (street.board, street.began, street.began + 2 * HOUR)
    assert_recount_agrees()


def test_a_question_that_comes_to_a_board_with_a_promise_is_promised_from_then_on(street):
    thread = street.asks(board=street.elsewhere)
    street.later(3)
    forum.move_thread(actor=street.moderator, thread_id=thread.pk, board_id=street.board.pk)
    assert clock_of(thread).started_at == street.held.now()
    answered = street.asks(board=street.elsewhere)
    street.answers(answered)
    street.later(0.1)
    forum.move_thread(actor=street.moderator, thread_id=answered.pk, board_id=street.board.pk)
    assert not Clock.objects.filter(thread=answered).exists()
    assert_recount_agrees()


def test_terms_hold_from_then_on_and_what_runs_keeps_its_own(street):
    first = street.asks()
    street.later(0.5)
    admin = a_member(role="admin")
    actions.change_promise(
        actor=admin,
        board_id=street.board.pk,
        calendar_id=street.promise.calendar_id,
        minutes=30,
        reason="Faster",
    )
    second = street.asks()
    assert clock_of(first).due_at == street.began + 2 * HOUR
    assert clock_of(second).due_at == street.began + HOUR
    street.later(0.1)
    actions.change_calendar(
        actor=admin,
        calendar_id=street.promise.calendar_id,
        title="Late",
        zone="UTC",
        shifts=[(1, 600, 660)],
        reason="Short of people",
    )
    third = street.asks()
    assert clock_of(third).due_at == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    street.later(0.1)
    actions.change_promise(
        actor=admin,
        board_id=street.board.pk,
        calendar_id=street.promise.calendar_id,
        minutes=None,
        reason="Too few hands",
    )
    street.asks()
    assert Clock.objects.count() == 3 and Terms.objects.count() == 4
    assert_recount_agrees()


def test_a_record_is_counted_from_its_rows_and_a_miss_stays(street):
    for _ in range(3):
        thread = street.asks()
        street.later(0.5)
        street.answers(thread)
    missed = street.asks()
    waiting = street.asks()
    street.later(2.5)
    rebuild_clocks()
    row = Promise.objects.get(pk=street.promise.pk)
    assert (row.asked_count, row.kept_count, row.median) == (5, 3, 1800)
    street.answers(missed)
    street.answers(waiting)
    row.refresh_from_db()
    assert (row.asked_count, row.kept_count) == (5, 3)
    rows = list(Clock.objects.filter(answered_at__isnull=False))
    waits = sorted(one.waited for one in rows)
    assert row.median == waits[len(waits) // 2], "the page equals a raw query"
    street.held.move(timedelta(days=31))
    refresh_records()
    row.refresh_from_db()
    assert (row.asked_count, row.kept_count, row.median) == (0, 0, None)


def test_the_desk_asks_for_the_clocks_of_threads_in_one_statement(street, django_assert_num_queries):
    threads = [street.asks() for _ in range(3)]
    street.answers(threads[2])
    street.later(1)
    with django_assert_num_queries(1):
        found = clocks_of([thread.pk for thread in threads])
    assert set(found) == {threads[0].pk, threads[1].pk}
    assert found[threads[0].pk].hours_left == 1 and found[threads[0].pk].working_left == HOUR


@pytest.mark.parametrize("minutes", [0, 4, 60 * 24 * 15])
def test_a_promise_that_nobody_can_keep_or_check_is_refused(street, minutes):
    with pytest.raises(Invalid):
        a_promise(street.board, minutes, calendar=street.promise.calendar)


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Europe/Nowhere"},
        {"shifts": []},
        {"shifts": [(7, 0, 60)]},
        {"shifts": [(0, 540, 540)]},
        {"title": " "},
        {"title": "x" * 61},
        {"lead": "member"},
    ],
    ids=str,
)
def test_a_calendar_that_no_clock_shows_is_refused(frozen_clock, wrong):
    if wrong.get("lead"):
        wrong = {"lead": a_member()}
    with pytest.raises(Invalid):
        a_calendar(**wrong)


def test_only_administrators_promise(street):
    for role in ("moderator", "editor", ""):
        with pytest.raises(Refused):
            a_promise(street.board, 60, by=a_member(role=role))


def test_a_clock_set_back_breaks_nothing(street):
    thread = street.asks()
    street.held.set(street.began - HOUR)
    street.answers(thread)
    assert (clock_of(thread).answered_at, clock_of(thread).waited) == (street.began, 0)
    street.held.set(street.began + HOUR)
