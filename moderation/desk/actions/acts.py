"""What somebody at the desk does with a thread: take, hand on, set aside, find that it needs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from community.core import clock, display
from community.core.access import Invalid, Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import access as forum
from forum.actions import change_lane, clean_reason, hold_thread, pin_thread, tie_threads
from forum.models import LinkKind, Thread
from forum.queries.links import same_question
from moderation.desk import access, policy
from moderation.desk.actions.hearing import note_reply
from moderation.desk.actions.stepping import FREE, step
from moderation.desk.facts import ThreadHandedOn
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.raises.queries import up_now
from moderation.solutions import actions as solutions

MOST = 300  # characters of a note or a reason


def held_row(actor: Member, thread_id: int, version: int | None) -> tuple[Thread, DeskThread]:
    """The thread and its row, locked, as the actor saw it. 404 for what is not theirs; Refused ("taken") where
    somebody was quicker, who is named, and ("closed") where the thread is open no more."""
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    require(forum.may_moderate(actor, thread))
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    if row is None:
        raise Refused(no(_("This thread is not open any more, so it left the desk."), "closed"))
    if version is not None and row.version != version:
        raise Refused(no(quicker(row, actor), "taken"))
    return thread, row


def quicker(row: DeskThread, actor: Member) -> str:
    """What became of a thread, to tell somebody who had seen it as it was before: who did what. One statement.

    Nobody was quicker than themselves, and a member's word that made it due again is in no log.
    """
    lines = DeskLog.objects.filter(thread_id=row.pk).select_related("actor")
    line = lines.order_by("-pk").first()
    if line is not None and line.version < row.version:
        return _("A member wrote there meanwhile. Look once more, then decide.")
    if line is None or line.actor is None or line.version != row.version:
        return _("This thread changed while you looked at it. Look once more, then decide.")
    told = {
        "name": line.actor.name,
        "what": line.get_verb_display(),
        "when": display.ago(line.at, clock.now()),
    }
    if line.actor_id == actor.pk:
        return (
            _("You did something else with it since: %(what)s, %(when)s. Look once more, then decide.") % told
        )
    return _("%(name)s was quicker: %(what)s, %(when)s. Look once more, then decide.") % told


_PUTS_DOWN = (DeskLog.Verb.ASSIGNED, DeskLog.Verb.RELEASED, DeskLog.Verb.SNOOZED, DeskLog.Verb.SETTLED)


def put(
    row: DeskThread,
    actor: Member | None,
    verb: DeskLog.Verb,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> DeskThread:
    """Change a held row and write down who did what, why, and what it said before. Without an actor the site did it.

    Whoever puts a thread down does not write there any more.
    """
    actor_id = actor.pk if actor else None
    if verb in _PUTS_DOWN and actor_id is not None and row.writer_id == actor_id:
        changes = {**changes, "writer_id": None, "writing_until": None}
    step(row, verb, changes, actor_id=actor_id, at=clock.now(), reason=reason, data=data)
    return row


def clean_why(text: str, *, field: str, required: bool) -> str:
    return clean_reason(
        text,
        required=required,
        field=field,
        most=MOST,
        missing=_("Say why, in a few words."),
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )


@action
def take(*, actor: Member, thread_id: int, version: int) -> DeskThread:
    """Take a thread in hand. Of many who take it at once, one does."""
    _thread, row = held_row(actor, thread_id, version)
    changes = {"assignee_id": actor.pk, "assigned_by_id": actor.pk, "note": "", "due_at": None}
    return put(row, actor, DeskLog.Verb.TOOK, changes)


@action
def release(*, actor: Member, thread_id: int, version: int) -> DeskThread:
    """Give a thread back: it is free for everybody."""
    _thread, row = held_row(actor, thread_id, version)
    return put(row, actor, DeskLog.Verb.RELEASED, FREE)


@action
def assign(
    *,
    actor: Member,
    thread_id: int,
    version: int,
    to_id: int,
    note: str = "",
    due: policy.Due = policy.Due.NONE,
    anyway: bool = False,
) -> DeskThread:
    """Hand a thread to somebody who moderates its board, with a note and by when. Invalid for anybody else.

    Refused ("writing") as `snooze` does, but for who writes it: the thread may be handed to them.
    """
    note = clean_why(note, field="note", required=False)
    thread, row = held_row(actor, thread_id, version)
    if row.writer_id != to_id:
        _undisturbed(row, actor, anyway)
    other = access.team_for(thread).filter(pk=to_id).first()
    if other is None:
        raise Invalid(_("Choose somebody who moderates this board."), field="to")
    changes = {
        "assignee_id": other.pk,
        "assigned_by_id": actor.pk,
        "note": note,
        "due_at": policy.due_at(due, clock.now()),
        "place": Place.DUE,
        "snoozed_until": None,
        "wakes_on_reply": False,
    }
    told = {"to": other.pk, "name": other.name}
    row = put(row, actor, DeskLog.Verb.ASSIGNED, changes, reason=note, data=told)
    publish(ThreadHandedOn(thread_id, other.pk, actor.pk, row.version, note))
    return row


@action
def snooze(
    *, actor: Member, thread_id: int, version: int, until: datetime | None, anyway: bool = False
) -> DeskThread:
    """Set a thread aside until a moment, or (None) until somebody writes.

    Refused ("writing") while somebody else answers it, unless it is meant `anyway`.
    """
    if until is not None and until <= clock.now():
        raise Invalid(_("Choose a moment that is still to come."), field="until")
    _thread, row = held_row(actor, thread_id, version)
    _undisturbed(row, actor, anyway)
    changes = {"place": Place.SNOOZED, "snoozed_until": until, "wakes_on_reply": until is None}
    data = {"until": until.isoformat() if until else ""}
    return put(row, actor, DeskLog.Verb.SNOOZED, changes, data=data)


@action
def settle(*, actor: Member, thread_id: int, version: int, reason: str, anyway: bool = False) -> DeskThread:
    """Find that a thread needs nothing, and say why. It comes back when a member writes.

    Refused ("writing") as `snooze` does.
    """
    reason = clean_why(reason, field="reason", required=True)
    _thread, row = held_row(actor, thread_id, version)
    _undisturbed(row, actor, anyway)
    changes: dict[str, Any] = {"place": Place.SETTLED, "snoozed_until": None, "wakes_on_reply": False}
    changes |= {"assignee_id": None, "assigned_by_id": None, "note": "", "due_at": None}
    return put(row, actor, DeskLog.Verb.SETTLED, changes, reason=reason)


@action
def wake(*, actor: Member, thread_id: int, version: int) -> DeskThread:
    """Take up again what was set aside or needed nothing."""
    _thread, row = held_row(actor, thread_id, version)
    changes = {"place": Place.DUE, "snoozed_until": None, "wakes_on_reply": False}
    return put(row, actor, DeskLog.Verb.WOKE, changes)


@action
def link_answer(
    *, actor: Member, thread_id: int, version: int, target_id: int, solution_id: int | None = None
) -> DeskThread:
    """Link a thread to the known answer of another: its own, the one that it leads to, or the one accepted there, which
    becomes known by this. Where there is none the two are tied as the same question, once whichever way round.

    Invalid ("target") for what is linked or tied already, and for what would close a circle.
    """
    _thread, row = held_row(actor, thread_id, version)
    for pk in sorted((thread_id, target_id)):  # in one order, so that two who link crosswise wait only once
        hold_thread(pk)
    is_tied = target_id in same_question(actor, thread_id)
    is_new = tie_threads(actor=actor, thread_id=thread_id, target_id=target_id, kind=LinkKind.SAME)
    reached = solutions.link_to_thread(
        actor=actor, thread_id=thread_id, target_id=target_id, solution_id=solution_id
    )
    if reached.link is not None and not reached.is_new:
        raise Invalid(_("This thread is linked to that answer already."), field="target")
    if reached.link is None and is_tied:
        raise Invalid(
            _("These two are tied as the same question already, and that thread has no known answer yet."),
            field="target",
        )
    link = reached.link.pk if reached.link else None
    data = {"target": target_id, "is_new": is_new, "link": link, "made": reached.made}
    return put(row, actor, DeskLog.Verb.LINKED, {}, data=data)


@action
def feature(*, actor: Member, thread_id: int, version: int, until: datetime, reason: str) -> DeskThread:
    """Pin a thread to the top of its board until a moment, with a reason that readers see."""
    _thread, row = held_row(actor, thread_id, version)
    thread = forum.thread_for_moderation(actor, thread_id=thread_id)
    up = up_now(thread_id)  # what is pinned stands raised no more: taken back, it does again
    data = {"until": until.isoformat(), "was": pin_of(thread), "raise": up.pk if up else None}
    pin_thread(actor=actor, thread_id=thread_id, until=until, reason=reason)
    return put(row, actor, DeskLog.Verb.FEATURED, {}, reason=reason[:MOST], data=data)


def pin_of(thread: Thread) -> dict[str, str] | None:
    """How a thread is pinned, as a line of the log keeps it; None where it is not."""
    if not thread.is_pinned or thread.pinned_until is None:
        return None
    return {"until": thread.pinned_until.isoformat(), "why": thread.pin_reason}


@action
def set_lane(*, actor: Member, thread_id: int, version: int, lane: str, reason: str) -> DeskThread:
    """Say that a thread wants something else, and why; its author hears both. Refused as `change_lane` does."""
    reason = clean_why(reason, field="reason", required=True)
    thread, row = held_row(actor, thread_id, version)
    if lane == thread.lane:
        raise Invalid(_("It stands in this lane already."), field="lane")
    before = thread.lane
    change_lane(actor=actor, thread_id=thread_id, lane=lane, reason=reason)
    return put(row, actor, DeskLog.Verb.LANED, {}, reason=reason, data={"lane": lane, "was": before})


def _undisturbed(row: DeskThread, actor: Member, anyway: bool) -> None:
    if not anyway and row.is_being_answered and row.writer_id != actor.pk:
        name = row.writer.name if row.writer else ""
        said = _("%(name)s is answering this now. Press again if you mean it all the same.")
        raise Refused(no(said % {"name": name}, "writing"))


@action
def begin_answer(*, actor: Member, thread_id: int) -> DeskThread:
    """Say that one answers, so that nobody else does meanwhile. Refused ("writing") while somebody else is at it."""
    _thread, row = held_row(actor, thread_id, None)
    if row.is_being_answered and row.writer_id != actor.pk:
        raise Refused(no(is_writing(row), "writing"))
    row.writer_id, row.writing_until = actor.pk, clock.now() + policy.WRITING_FOR
    row.save(update_fields=["writer", "writing_until"])
    return row


def is_writing(row: DeskThread) -> str:
    name = row.writer.name if row.writer else ""
    return _("%(name)s is answering this. Send again if yours is needed as well.") % {"name": name}


@action
def note_answer(*, actor: Member, thread_id: int, post_id: int) -> DeskThread | None:
    """What was sent from the desk is done there at once; a reply from elsewhere is noted by its fact.

    Its row as it is then, None where it left the desk.
    """
    note_reply(thread_id=thread_id, author_id=actor.pk, role=actor.role, post_id=post_id, at=clock.now())
    rows = DeskThread.objects.select_related("assignee")
    return rows.filter(pk=thread_id).first()
