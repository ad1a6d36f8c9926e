"""The clock is set back: nothing waits for it to catch up, and no figure falls below nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core import clock
from community.core.tasks.testing import run_due
from moderation.desk import actions
from moderation.desk.knowing import known_now
from moderation.desk.models import DeskThread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
BACK = timedelta(hours=-6)


@pytest.fixture
def thread(frozen_clock):
    thread = a_thread(author=a_member(), board=a_board())
    a_reply(author=thread.author, thread=thread, body="Nobody yet?")
    run_due()
    return thread


def test_a_thread_of_tomorrow_is_as_old_as_one_just_opened(thread, frozen_clock):
    frozen_clock.move(BACK)
    (known,) = known_now([thread.pk], clock.now())
    assert (known.age, known.quiet) == (0, 0)
    actions.rescore(thread_ids=[thread.pk])
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.score == sum(points for _why, points in row.reasons) and row.scored_at == clock.now()


def test_what_was_ranked_ahead_of_now_is_ranked_anew_by_time(thread, frozen_clock):
    assert actions.stale(limit=9) == []
    frozen_clock.move(BACK)
    assert actions.stale(limit=9) == [thread.pk]
    actions.rescore(thread_ids=[thread.pk])
    assert actions.stale(limit=9) == []


def test_nobody_is_answering_for_six_hours(thread, desk, frozen_clock):
    li = a_member(name="Li", role="moderator")
    actions.begin_answer(actor=li, thread_id=thread.pk)
    free = "/desk/?view=free"
    assert not list(desk.get(free).context["queue"])
    frozen_clock.move(BACK)
    assert not DeskThread.objects.get(pk=thread.pk).is_being_answered
    assert [row.thread for row in desk.get(free).context["queue"]] == [thread]
    actions.begin_answer(actor=a_member(role="moderator"), thread_id=thread.pk)
