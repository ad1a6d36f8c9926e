"""The answer that settled a question."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import counts as member_counts
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import advance, log
from forum.facts import AnswerAccepted, AnswerWithdrawn
from forum.models import PostState, Thread, ThreadLog


@action
def accept_answer(*, actor: Member, post_id: int) -> Thread:
    """Mark a reply as the answer; an earlier choice gives way. Repeatable."""
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_accept(actor, thread))
    if post.is_opening or post.state != PostState.VISIBLE:
        raise Refused(_("Only a visible reply can be the accepted answer."), "not_answer")
    if thread.accepted_post_id == post.pk:
        return thread
    before = totals.helper_of(thread)
    thread.accepted_post, thread.accepted_at = post, clock.now()
    after = totals.helper_of(thread)
    if before != after:
        changes = ((before, -1), (after, 1))
        member_counts.shift_many({member: (0, 0, by) for member, by in changes if member is not None})
    _save(thread)
    log(thread, ThreadLog.Kind.ACCEPTED, actor, post=post.pk, number=post.number)
    publish(
        AnswerAccepted(
            thread_id=thread.pk,
            post_id=post.pk,
            actor_id=actor.pk,
            at=thread.accepted_at,
            sequence=thread.sequence,
        )
    )
    return thread


@action
def unaccept_answer(*, actor: Member, thread_id: int) -> Thread:
    """Take the mark away: the question is open again. Repeatable."""
    thread = access.thread_for_change(actor, thread_id=thread_id)
    require(access.may_accept(actor, thread))
    if thread.accepted_post_id is None:
        return thread
    post_id = thread.accepted_post_id
    totals.withdraw_answer(thread)
    _save(thread)
    log(thread, ThreadLog.Kind.UNACCEPTED, actor, post=post_id)
    publish(
        AnswerWithdrawn(
            thread_id=thread.pk,
            post_id=post_id,
            actor_id=actor.pk,
            at=clock.now(),
            sequence=thread.sequence,
        )
    )
    return thread


def _save(thread: Thread) -> None:
    totals.settle(thread)
    advance(thread)
    thread.save(update_fields=["accepted_post", "accepted_at", "needs_answer", "heat", "sequence"])
