"""Telling a group that a post calls it, batch by batch; and taking it back."""

from __future__ import annotations

from activity.notices import policy, telling
from activity.notices.kinds import Kind
from activity.notices.models import OPEN, Notification
from activity.notices.occasions import STALE, Step, as_wished, is_first_run, post_of, thread_subject, told_of
from activity.notices.policy import Candidate
from activity.notices.telling import BATCH, Happening
from community.core import clock
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from community.members.queries import unreachable_ids
from forum.calls import groups_called
from forum.models import Post, PostState
from forum.queries import readers
from forum.queries.calls import hearers


@action
def about_call(*, post_id: int, group: str, actor_id: int | None = None, after: int = 0) -> Step | None:
    """Tell the next of a group that a post calls it, if it still does. None when a run before this one did.

    A post calls each group once, however often it is edited. Whoever heard of the post already, because it names
    them or by another group, hears nothing more. `actor_id`: who put the call in, when it was not the author.
    """
    post = post_of(post_id)
    if post is None or post.state != PostState.VISIBLE or post.author is None:
        return Step()
    if group not in groups_called(post.html) or clock.now() - post.posted_at > STALE:
        return Step()
    if not is_first_run(f"notices:call:{post_id}:{group}:{after}"):
        return None
    caller = Member.objects.get(pk=actor_id) if actor_id else post.author
    rows = hearers(post.thread.board, group).filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    without = {post.author.pk, caller.pk} | unreachable_ids(caller, ids) | told_of(post, ids)
    without |= readers.have_read(post.thread_id, post.number, ids)
    candidates = as_wished(
        post.thread, [Candidate(pk, Kind.CALLED, group) for pk in ids if pk not in without]
    )
    happening = Happening(thread_subject(post.thread_id), caller.pk, post.thread, post.pk)
    sent = telling.tell(happening, policy.strongest(candidates))
    return Step(sent, ids[-1] if len(ids) == BATCH else None)


@action
def take_back_calls(*, post_id: int, groups: tuple[str, ...], after: int = 0) -> int | None:
    """An edit took these groups out: who has not looked yet was never called; after whom to go on. Repeatable."""
    post = Post.objects.filter(pk=post_id).first()
    gone = set(groups) - groups_called(post.html) if post is not None else set()
    if post is None or not gone:
        return None
    rows = Notification.objects.filter(OPEN, kind=Kind.CALLED, thread_id=post.thread_id, why__in=gone)
    following = rows.filter(recipient_id__gt=after).order_by("recipient_id")
    people = list(following.values_list("recipient_id", flat=True)[:BATCH])
    held = [member.pk for member in counts.hold(people)]
    telling.take_back_posts(list(rows.filter(recipient__in=held)), {post.pk})
    telling.changed(held)
    return people[-1] if len(people) == BATCH else None
