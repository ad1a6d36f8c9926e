"""Every verb of promises, each on rows of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from community.core import clock
from community.members.models import Member
from forum.models import Thread
from moderation.promises import actions
from moderation.promises.actions import watching
from moderation.promises.models import Alert, Calendar, Clock
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.promises import ALWAYS, OFFICE, a_calendar, a_promise
from tests.faults.forum_verbs import Act, World

PROMISES: dict[str, Callable[[World], Act]] = {}
# What these change is in no count of rows: what they return says it.
CHANGED: dict[str, tuple[str, Any]] = {
    "note_seen": ("seen_at", bool),
    "count_template": ("why", "rewritten"),
}
_serial = count(1)


def promises(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    PROMISES[prepare.__name__] = prepare
    return prepare


def _calendar(w: World) -> Calendar:
    return a_calendar(ALWAYS, by=w.admin)


def _asked(w: World, *, minutes: int = 60) -> Thread:
    board = a_board()
    a_promise(board, minutes, calendar=_calendar(w), by=w.admin)
    return a_thread(author=a_member(), board=board)


@promises
def make_calendar(w: World) -> Act:
    return partial(
        actions.make_calendar, actor=w.admin, title=f"Hours {next(_serial)}", zone="UTC", shifts=OFFICE
    )


@promises
def change_calendar(w: World) -> Act:
    calendar = _calendar(w)
    a_promise(a_board(), 60, calendar=calendar, by=w.admin)
    return partial(
        actions.change_calendar,
        actor=w.admin,
        calendar_id=calendar.pk,
        title=calendar.title,
        zone="UTC",
        shifts=OFFICE,
        reason="Other hours",
    )


@promises
def add_shift(w: World) -> Act:
    return partial(
        actions.add_shift,
        actor=w.admin,
        calendar_id=_calendar(w).pk,
        member=w.moderator,
        shift=OFFICE[0],
    )


@promises
def remove_shift(w: World) -> Act:
    row = actions.add_shift(actor=w.admin, calendar_id=_calendar(w).pk, member=w.moderator, shift=OFFICE[0])
    return partial(actions.remove_shift, actor=w.admin, shift_id=row.pk)


@promises
def change_promise(w: World) -> Act:
    return partial(
        actions.change_promise,
        actor=w.admin,
        board_id=a_board().pk,
        calendar_id=_calendar(w).pk,
        minutes=60,
        reason="So that nobody waits",
    )


@promises
def call_no_answer(w: World) -> Act:
    thread = _asked(w)
    post = a_reply(author=w.helper, thread=thread)
    return partial(actions.call_no_answer, actor=thread.author, post_id=post.pk)


@promises
def call_answer(w: World) -> Act:
    thread = _asked(w)
    post = a_reply(author=w.helper, thread=thread)
    actions.call_no_answer(actor=thread.author, post_id=post.pk)
    return partial(actions.call_answer, actor=thread.author, post_id=post.pk)


@promises
def mark_template(w: World) -> Act:
    post = a_reply(author=w.helper, thread=_asked(w))
    return partial(actions.mark_template, actor=w.helper, post_id=post.pk)


@promises
def count_template(w: World) -> Act:
    post = a_reply(author=w.helper, thread=_asked(w))
    actions.mark_template(actor=w.helper, post_id=post.pk)
    return partial(actions.count_template, actor=w.helper, post_id=post.pk, at=clock.now())


@promises
def name_machine(w: World) -> Act:
    robot = a_member()
    a_reply(author=robot, thread=_asked(w))
    return partial(actions.name_machine, actor=w.admin, member=robot, reason="It writes by itself")


@promises
def unname_machine(w: World) -> Act:
    robot = a_member()
    actions.name_machine(actor=w.admin, member=robot, reason="It writes by itself")
    return partial(actions.unname_machine, actor=w.admin, member=robot)


def _watched(w: World) -> Clock:
    """A clock that is due to be looked at; no other is."""
    thread = _asked(w)
    Clock.objects.exclude(thread=thread).update(next_at=None)
    return Clock.objects.get(thread=thread)


@promises
def watch_clocks(w: World) -> Act:
    _watched(w)

    def act() -> int:
        with clock.frozen(clock.now() + timedelta(minutes=31)):
            return watching.watch_clocks()

    return act


@promises
def take_from(w: World) -> Act:
    holder = a_member(role="moderator")
    Clock.objects.filter(pk=_watched(w).pk).update(holder=holder, stage=Clock.Stage.HELD)
    Member.objects.filter(pk=holder.pk).update(role="member")
    return partial(actions.take_from, member_id=holder.pk)


@promises
def note_seen(w: World) -> Act:
    row = _watched(w)
    watching.watch_clocks()
    alert = Alert.objects.get(clock=row)
    Alert.objects.filter(pk=alert.pk).update(recipient=w.moderator)
    return partial(actions.note_seen, actor=w.moderator, alert_id=alert.pk)
