"""How a raise ends, and what followed it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import YES, Verdict, absent, no
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member, Role
from forum import access as forum_access
from forum import actions as forum
from forum import totals
from forum.models import Post, PostState, Thread
from moderation.raises import policy
from moderation.raises.access import may_stand
from moderation.raises.budgets import room_on_board
from moderation.raises.facts import LedgerChanged
from moderation.raises.models import Raise

State, End = Raise.State, Raise.End
BATCH = 100
STAFF = (Role.EDITOR, Role.MODERATOR, Role.ADMIN)


@action
def withdraw_raise(*, actor: Member, raise_id: int) -> Raise:
    """Take a raise back: the thread stands where it stood, the ledger keeps the row. Repeatable."""
    thread_id = Raise.objects.filter(pk=raise_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise absent()
    forum_access.thread_for_moderation(actor, thread_id=thread_id)
    row = Raise.objects.get(pk=raise_id)
    if row.is_up:
        end(row, End.WITHDRAWN, clock.now(), actor)
    return row


def end(row: Raise, why: Raise.End, at: datetime, actor: Member | None = None) -> None:
    """End a raise whose thread the caller holds."""
    row.ended_at, row.ended_why, row.ended_by = at, why, actor
    row.save(update_fields=["ended_at", "ended_why", "ended_by"])
    forum.take_down(actor=actor, thread_id=row.thread_id)
    publish(LedgerChanged(raise_id=row.pk, thread_id=row.thread_id, board_id=row.board_id))


@action
def resume_raise(*, actor: Member, raise_id: int) -> Verdict:
    """Let a thread stand raised again as it did, where what ended its raise was itself taken back: same name, same words,
    same end, and nothing spent anew. Yes, or why it does not; repeated it changes nothing.
    """
    thread_id = Raise.objects.filter(pk=raise_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise absent()
    thread = forum_access.thread_for_moderation(actor, thread_id=thread_id)
    totals.hold_board(thread.board_id)
    row = Raise.objects.get(pk=raise_id)
    if row.is_up:
        return YES
    verdict = _may_resume(row, thread)
    if verdict:
        row.ended_at, row.ended_why, row.ended_by = None, "", None
        row.save(update_fields=["ended_at", "ended_why", "ended_by"])
        forum.put_up(
            actor=actor,
            thread_id=thread.pk,
            reason=row.reason,
            until=row.until,
            as_before=(row.by_id, row.at),
        )
        publish(LedgerChanged(raise_id=row.pk, thread_id=row.thread_id, board_id=row.board_id))
    return verdict


def _may_resume(row: Raise, thread: Thread) -> Verdict:
    later = Raise.objects.filter(thread=thread, state=State.RAISED, at__gt=row.at)
    if row.state != State.RAISED or row.ended_why != End.CLOSED or row.board_id != thread.board_id:
        return no(_("It was ended otherwise."), "ended")
    if later.exists():
        return no(_("It was raised anew since."), "later")
    if row.until <= clock.now():
        return no(_("Its time is over."), "time")
    return may_stand(thread) and room_on_board(thread.board_id)


@action
def end_due_raises() -> int:
    """End what has stood for as long as was said, up to a hundred; how many."""
    due = Raise.objects.filter(state=State.RAISED, ended_at=None, until__lte=clock.now()).order_by(
        "thread_id"
    )
    ended = 0
    for thread_id in list(due.values_list("thread_id", flat=True)[:BATCH]):
        forum.hold_thread(thread_id)
        row = Raise.objects.filter(
            thread_id=thread_id, state=State.RAISED, ended_at=None, until__lte=clock.now()
        ).first()
        if row is not None:
            end(row, End.TIME, row.until)
            ended += 1
    return ended


@action
def count_followed() -> int:
    """Count what followed raises (and what was left out) whose 48 hours are over, up to a hundred; how many."""
    now = clock.now()
    rows = list(
        Raise.objects.select_for_update(of=("self",), no_key=True)
        .filter(followed=None, at__lte=now - policy.WATCHED)
        .order_by("at", "pk")[:BATCH]
    )
    for row in rows:
        row.followed = followed(row)
        row.save(update_fields=["followed"])
        publish(LedgerChanged(raise_id=row.pk, thread_id=row.thread_id, board_id=row.board_id))
    return len(rows)


def followed(row: Raise) -> int:
    """Visible replies within 48 hours by members who are neither staff nor the thread's author. One statement."""
    replies = Post.objects.filter(thread_id=row.thread_id, number__gt=1, state=PostState.VISIBLE)
    within = replies.filter(posted_at__gt=row.at, posted_at__lte=row.at + policy.WATCHED)
    return (
        within.exclude(author_id=row.author_id).exclude(author__role__in=STAFF).exclude(author=None).count()
    )
