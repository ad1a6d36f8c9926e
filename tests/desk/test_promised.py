"""The desk shows what was promised: in the queue, beside the thread, and to whom before; and how its author stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.core import clock
from community.core.tasks.testing import run_due
from community.members import actions as members
from moderation.desk import actions
from moderation.desk.models import DeskThread
from moderation.desk.scoring import Why
from moderation.promises import actions as promises
from moderation.promises.models import Clock, Promise
from moderation.promises.tasks import watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(frozen_clock):
    board = a_board()
    a_promise(board, 120, calendar=a_calendar(ALWAYS))
    return board


def asked(board, **told):
    thread = a_thread(author=told.pop("author", None) or a_member(), board=board, **told)
    run_due()
    return thread


def test_the_queue_says_how_long_a_promise_has_left_or_is_late(desk, board, frozen_clock):
    thread = asked(board)
    frozen_clock.move(timedelta(minutes=30))
    assert "<b>1 h</b><small>left</small>" in desk.get("/desk/").content.decode()
    frozen_clock.move(timedelta(minutes=75))
    assert "<b>15 min</b><small>left</small>" in desk.get("/desk/").content.decode()
    near = DeskThread.objects.get(pk=thread.pk).score
    frozen_clock.move(timedelta(hours=3))
    actions.rescore(thread_ids=[thread.pk])
    words = desk.get("/desk/").content.decode()
    assert "<b>2 h</b><small>late</small>" in words and "The promise of an answer is broken" in words
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.score > near and Why.BROKEN in {reason.why for reason in row.why}


def test_beside_the_thread_stands_by_when_it_is_promised_and_what_was_promised_before(
    desk, mei, board, frozen_clock
):
    asker = a_member()
    kept, missed = (asked(board, author=asker, title=title) for title in ("Kept one", "Missed one"))
    frozen_clock.move(timedelta(minutes=24))
    a_reply(author=mei, thread=kept)
    frozen_clock.move(timedelta(hours=4))
    thread = asked(board, author=asker, title="The third")
    frozen_clock.move(timedelta(minutes=30))
    words = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert "A first answer is promised by" in words and ": 1 h left by the clock." in words
    assert "Promised before" in words and "Kept: answered after 24 min of working time" in words
    assert "missed so far" in words and "First answer to this question" in words
    late = desk.get(f"/desk/threads/{missed.pk}/").content.decode()
    assert "That was missed, and the miss stays in the public record." in late


def test_a_thread_that_was_promised_nothing_says_nothing_of_it(desk, frozen_clock):
    thread = asked(a_board())
    words = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert "Promised" not in words and "promised" not in words and "<small>quiet</small>" in words


def test_promises_cost_no_statement_a_row(desk, board):
    for _ in range(12):
        asked(board)
    desk.get("/desk/")
    with CaptureQueriesContext(connection) as seen:
        words = desk.get("/desk/").content.decode()
    assert words.count("<small>left</small>") == 12
    assert len(seen) <= 8, [one["sql"] for one in seen]


def test_the_author_stands_there_with_how_they_stand_until_when_and_why(desk, board, frozen_clock):
    thread = asked(board)
    page = f"/desk/threads/{thread.pk}/"
    assert "Good standing" in desk.get(page).content.decode()
    members.set_standing(
        actor=a_member(role="admin"),
        member=thread.author,
        standing="muted",
        reason="Shouting <loud>",
        until=clock.now() + timedelta(days=2),
    )
    words = desk.get(page).content.decode()
    assert "Muted" in words and "until" in words and "Shouting &lt;loud&gt;" in words
    frozen_clock.move(timedelta(days=3))
    run_due()
    again = desk.get(page).content.decode()
    assert "Good standing" in again and "Shouting" not in again, "over is over"


def test_whom_the_rota_gave_it_to_stands_in_the_queue_and_beside_the_thread(desk, mei, board, frozen_clock):
    li = a_member(name="Li Wei", role="moderator")
    calendar, admin = Promise.objects.get(board=board).calendar, a_member(role="admin")
    days = [(weekday, 0, 24 * 60) for weekday in range(7)]
    for day in days:
        promises.add_shift(actor=admin, calendar_id=calendar.pk, member=li, shift=day, language="")
    thread = asked(board)
    watch.func()

    def there(view):
        return [row.thread.pk for row in desk.get(f"/desk/?view={view}").context["queue"]]

    words = desk.get("/desk/").content.decode()
    assert "with Li Wei, by the rota" in words and "Reply" in words, "anybody may still answer it"
    assert "The rota gave it to Li Wei." in desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert (there("due"), there("free"), there("mine"), there("team")) == (
        [thread.pk],
        [],
        [],
        [thread.pk],
    )
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    assert (there("mine"), there("team")) == ([thread.pk], []), "whoever took it has it"
    actions.release(actor=mei, thread_id=thread.pk, version=1)
    Clock.objects.update(holder=mei)
    assert (there("free"), there("mine"), there("team")) == ([thread.pk], [thread.pk], [])
    a_reply(author=li, thread=thread)
    run_due()
    assert "by the rota" not in desk.get("/desk/?view=snoozed").content.decode()


@pytest.mark.parametrize("verb", ["answered", "settled"])
def test_what_the_asker_calls_no_answer_is_due_again_and_not_when_the_promise_is_long_broken(
    desk, mei, board, frozen_clock, verb
):
    thread = asked(board)
    frozen_clock.move(timedelta(minutes=5))
    if verb == "settled":
        reply = a_reply(author=a_member(), thread=thread)
        run_due()
        actions.settle(actor=mei, thread_id=thread.pk, version=version_of(thread), reason="Said")
    else:
        reply = a_reply(author=mei, thread=thread)
        run_due()
    assert DeskThread.objects.get(pk=thread.pk).place != "due"
    before = version_of(thread)
    frozen_clock.move(timedelta(minutes=5))
    promises.call_no_answer(actor=thread.author, post_id=reply.pk)
    run_due()
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.place == "due" and row.snoozed_until is None and row.version == before + 1
    assert thread.title in desk.get("/desk/").content.decode()


def test_what_is_set_aside_since_the_clock_began_anew_stays_so(mei, board, frozen_clock):
    thread = asked(board)
    frozen_clock.move(timedelta(minutes=5))
    reply = a_reply(author=mei, thread=thread)
    run_due()
    frozen_clock.move(timedelta(minutes=5))
    promises.call_no_answer(actor=thread.author, post_id=reply.pk)
    run_due()
    frozen_clock.move(timedelta(minutes=5))
    actions.settle(actor=mei, thread_id=thread.pk, version=version_of(thread), reason="Said twice")
    actions.note_clocks(thread_ids=[thread.pk])
    assert DeskThread.objects.get(pk=thread.pk).place == "settled"


def version_of(thread) -> int:
    return DeskThread.objects.get(pk=thread.pk).version
