"""Putting a thread higher on its board's own list, and back. Budgets and the ledger are the business of another room."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from community.core import clock
from community.core.access import absent
from community.core.retrying import action
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import advance, hold_thread, publish_change
from forum.models import Board, Raised, Thread


@action
def put_up(
    *,
    actor: Member,
    thread_id: int,
    reason: str,
    until: datetime,
    as_before: tuple[int | None, datetime] | None = None,
) -> Raised:
    """Let a thread stand higher until a moment; again it only changes who, why and until when. Counts and dates stay.

    Needs the board's moderation. The caller has cleaned the reason and spent the budget. `as_before`: who lifted it and
    when, where it comes back as it stood.
    """
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    row = Raised.objects.filter(thread=thread).first()
    if row is None:
        row = Raised(thread=thread, board_id=thread.board_id)
        totals.hold_board(thread.board_id)
        Board.objects.filter(pk=thread.board_id).update(raised_count=F("raised_count") + 1)
    row.by_id, row.at = as_before or (actor.pk, clock.now())
    row.reason, row.until = reason, until
    row.save()
    _say(thread, actor, "raised")
    return row


@action
def take_down(*, actor: Member | None, thread_id: int) -> Thread:
    """Let a thread stand where its last reply puts it. Repeatable. Whether the actor may is for the caller to ask."""
    hold_thread(thread_id)
    thread = Thread.objects.filter(pk=thread_id).first()
    if thread is None:
        raise absent()
    row = Raised.objects.filter(thread=thread).first()
    if row is not None:
        totals.hold_board(row.board_id)
        Board.objects.filter(pk=row.board_id).update(raised_count=Greatest(F("raised_count") - 1, 0))
        row.delete()
        _say(thread, actor, "lowered")
    return thread


def _say(thread: Thread, actor: Member | None, what: str) -> None:
    advance(thread)
    thread.save(update_fields=["sequence"])
    publish_change(thread, what, actor)
