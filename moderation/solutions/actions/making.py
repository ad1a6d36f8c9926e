"""Which posts answer for other threads too, and for which cars."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, no, require
from community.core.retrying import action
from community.members.models import Member
from forum import access as forum
from forum import actions as forum_actions
from forum.actions import clean_reason
from forum.models import Post, PostState, Thread, ThreadLog, ThreadState
from forum.typed import find_key
from moderation.solutions import access, ranges
from moderation.solutions.actions._shared import (
    CURRENT,
    answers_in,
    links_here,
    note_change,
    say,
    withdraw,
)
from moderation.solutions.models import Change, Link, Solution, Solved
from moderation.solutions.policy import Range


@action
def make_known(
    *,
    actor: Member,
    post_id: int,
    held: Range | None = None,
    review_after: date | None = None,
    reason: str = "",
) -> Solution:
    """Let a post answer for other threads too; one that was taken back comes back with its links.

    Repeated it changes nothing. Refused ("linked") in a thread that is itself linked elsewhere. `held`: for which cars.
    """
    text, cleaned = clean_reason(reason, required=False), ranges.clean(held or Range())
    day = _day(review_after)
    thread, post = forum.post_for_change(actor, post_id=post_id)
    require(access.may_tie(actor, thread))
    _require_shown(thread, post)
    row = Solution.objects.select_for_update(of=("self",), no_key=True).filter(post=post).first()
    if row is not None and row.is_current:
        return row
    access.require_room(actor, thread)
    row = row or Solution(post=post)
    row.post, row.thread, row.withdrawn_at = post, thread, None
    row.made_by, row.made_at, row.reason = actor, clock.now(), text
    row.told_version = post.edit_count
    _put_range(row, cleaned, day)
    row.save()
    _log_known(row, actor, text)
    say(row, post.author_id)
    return row


def _require_shown(thread: Thread, post: Post) -> None:
    if post.state != PostState.VISIBLE or thread.state != ThreadState.VISIBLE:
        raise Refused(no(_("Only a post that everybody on its board sees can be a known answer."), "hidden"))
    if links_here(thread.pk).exists():
        raise Refused(
            no(_("This thread is linked to a known answer elsewhere. Take that link away first."), "linked")
        )


def _log_known(row: Solution, actor: Member, reason: str) -> None:
    forum_actions.note_known(
        actor=actor,
        thread_id=row.thread_id,
        kind=ThreadLog.Kind.KNOWN,
        has_known=True,
        reason=reason,
        number=row.post.number,
    )


def _put_range(row: Solution, held: Range, review_after: date | None) -> None:
    row.car, row.car_key = held.car, find_key(held.car)
    row.year_from, row.year_to = held.year_from, held.year_to
    row.software_from, row.software_to = held.software_from, held.software_to
    row.review_after = review_after


def _day(review_after: date | None) -> date | None:
    if review_after is not None and review_after <= clock.now().date():
        raise Invalid(_("Choose a day that is still to come."), field="review_after")
    return review_after


@action
def change_range(
    *, actor: Member, solution_id: int, held: Range, review_after: date | None = None
) -> Solution:
    """For which cars an answer holds, and when somebody looks again; who relies on it hears when it holds for fewer.

    Invalid for what is no range.
    """
    cleaned, day = ranges.clean(held), _day(review_after)
    row = access.solution_for_change(actor, solution_id=solution_id)
    require(access.may_change(actor, row))
    if (row.range, row.review_after) != (cleaned, day):
        if row.is_current and ranges.narrows(row.range, cleaned):
            note_change(row, Change.What.NARROWED, actor.pk)
        _put_range(row, cleaned, day)
        row.save()
        say(row, row.post.author_id)
    return row


@action
def replace(*, actor: Member, solution_id: int, post_id: int, reason: str) -> Solution:
    """Let another post of the same thread take an answer's place: its links follow, and everybody concerned hears.

    What people said of the first answer stays its own. Repeated it changes nothing.
    """
    text = clean_reason(reason)
    row = access.solution_for_change(actor, solution_id=solution_id)
    require(access.may_change(actor, row))
    if row.post_id == post_id:
        return row
    post = Post.objects.filter(pk=post_id, thread=row.thread_id, state=PostState.VISIBLE).first()
    if post is None:
        raise Invalid(_("Choose a post of this thread that everybody sees."), field="post")
    other = Solution.objects.select_for_update(of=("self",), no_key=True).filter(post=post).first()
    now = clock.now()
    if other is None or not other.is_current:
        other = other or Solution(post=post, thread=row.thread)
        other.post, other.thread, other.withdrawn_at = post, row.thread, None
        other.made_by, other.made_at, other.reason = actor, now, text
        other.told_version = post.edit_count
        _put_range(other, row.range, row.review_after)
        other.save()
    Link.objects.filter(CURRENT, solution=row).update(solution=other)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    _log_known(other, actor, text)
    note_change(other, Change.What.REPLACED, actor.pk, reason=text, before=row, at=now)
    say(row)
    say(other, post.author_id)
    return other


@action
def take_back(*, actor: Member, solution_id: int, reason: str) -> Solution:
    """An answer is true no more, or never was: nothing leads to it, and everybody concerned hears."""
    text = clean_reason(reason)
    row = access.solution_for_change(actor, solution_id=solution_id)
    require(access.may_change(actor, row))
    withdraw(row, actor, reason=text)
    return row


@action
def take_back_unused(*, actor: Member, solution_id: int, reason: str) -> bool:
    """Take back an answer that the actor made known and that nobody relies on by now; whether it went."""
    row = Solution.objects.filter(pk=solution_id, withdrawn_at=None, made_by=actor).first()
    if row is None or Link.objects.filter(CURRENT, solution=row).exists():
        return False
    if Solved.objects.filter(solution=row).exists():
        return False
    take_back(actor=actor, solution_id=row.pk, reason=reason)
    return True


def take_back_all(thread_id: int, actor: Member) -> None:
    """Answers of a thread that is linked elsewhere itself from now on. The caller holds it."""
    for row in answers_in(thread_id).select_related("post").order_by("pk"):
        withdraw(row, actor)
