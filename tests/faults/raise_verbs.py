"""Every verb of raises, each on rows of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

from community.core import clock
from forum import actions as forum
from moderation.desk import actions as desk
from moderation.desk.models import DeskLog
from moderation.raises import actions, policy
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.faults.forum_verbs import Act, World

RAISES: dict[str, Callable[[World], Act]] = {}
CHANGED: dict[str, tuple[str, Any]] = {
    "withdraw_raise": ("ended_why", "withdrawn"),
    "resume_raise": ("ended_at", None),
    "count_followed": ("followed", lambda n: n == 0),
}


def raises(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    RAISES[prepare.__name__] = prepare
    return prepare


def _raisable(w: World) -> dict[str, Any]:
    thread = a_thread(author=a_member(), board=a_board())
    reason = "Needs somebody who drives one"
    return {"actor": w.moderator, "thread_id": thread.pk, "reason": reason, "hours": 6, "by_lot": False}


def _raised(told: dict[str, Any]) -> Raise:
    """Raised on a board of one thread: a page full of them would take long to write, and the budget is not at stake."""
    with mock.patch.object(policy, "budget", return_value=1):
        return actions.raise_thread(**told)


@raises
def raise_thread(w: World) -> Act:
    return partial(_raised, _raisable(w))


@raises
def note_raise(w: World) -> Act:
    """At the desk, as if the raise itself had left no line there."""
    told = _raisable(w)
    desk.rescore(thread_ids=[told["thread_id"]])
    row = _raised(told)
    DeskLog.objects.filter(thread=row.thread_id).delete()
    return partial(desk.note_raise, raise_id=row.pk, is_new=True)


@raises
def withdraw_raise(w: World) -> Act:
    row = _raised(_raisable(w))
    return partial(actions.withdraw_raise, actor=w.moderator, raise_id=row.pk)


@raises
def resume_raise(w: World) -> Act:
    """What a pin ended, after the pin came off."""
    row = _raised(_raisable(w))
    forum.pin_thread(
        actor=w.moderator, thread_id=row.thread_id, until=clock.now() + timedelta(days=1), reason="Read"
    )
    forum.unpin_thread(actor=w.moderator, thread_id=row.thread_id)

    def act() -> Raise:
        with mock.patch.object(policy, "budget", return_value=1):
            assert actions.resume_raise(actor=w.moderator, raise_id=row.pk)
        return row

    return act


def _later(w: World, act: Callable[[], int]) -> Act:
    """One raise is due, and no other."""
    row = _raised(_raisable(w))
    Raise.objects.exclude(pk=row.pk).update(ended_at=row.at, followed=0)

    def run() -> int:
        with clock.frozen(clock.now() + timedelta(hours=49)):
            return act()

    return run


@raises
def count_followed(w: World) -> Act:
    row = _raised(_raisable(w))
    Raise.objects.exclude(pk=row.pk).update(ended_at=row.at, followed=0)
    Raise.objects.filter(pk=row.pk).update(at=row.at - timedelta(hours=49))

    def act() -> Raise:
        assert actions.count_followed() <= 1
        return row

    return act


@raises
def end_due_raises(w: World) -> Act:
    return _later(w, actions.end_due_raises)
