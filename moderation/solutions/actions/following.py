"""What becomes of answers and links when threads are merged and split and posts go. The forum holds the threads."""

from __future__ import annotations

from collections.abc import Collection

from community.core import clock
from community.core.retrying import action
from community.members.models import Member
from forum import actions as forum
from forum.models import Post, ThreadLog
from moderation.solutions.actions._shared import (
    CURRENT,
    links_here,
    links_to,
    note_change,
    say,
    settle,
    withdraw,
)
from moderation.solutions.models import Change, Link, Solution
from moderation.solutions.policy import is_material


def follow_merge(*, source_id: int, target_id: int, actor: Member | None) -> None:
    """Answers and links go where the posts went. Links stay one by one, so that no count changes; only what would lead
    a thread to itself, on from an answer that serves others, or to two answers at once, ends. None where nothing is.
    """
    here = Solution.objects.filter(thread=source_id)
    linked = Link.objects.filter(CURRENT, thread=source_id)
    if not here.exists() and not linked.exists():
        return
    here.update(thread=target_id)
    linked.update(thread=target_id)
    ended = _end_circles(target_id, actor)
    if ended:
        forum.note_known(actor=actor, thread_id=target_id, kind=ThreadLog.Kind.UNLINKED, has_known=True)
    for pk in (source_id, target_id):
        settle(pk)
    for row in Solution.objects.filter(thread=target_id):
        say(row)


def _end_circles(thread_id: int, actor: Member | None) -> int:
    told = {"ended_at": clock.now(), "ended_by": actor}
    ended = links_here(thread_id).filter(solution__thread=thread_id)
    count = Link.objects.filter(pk__in=list(ended.values_list("pk", flat=True))).update(**told)
    rows = list(links_here(thread_id).order_by("pk"))
    if rows and links_to(thread_id).exists():
        lost = rows
    else:
        first = next((row for row in rows if row.origin_id == thread_id), rows[0] if rows else None)
        lost = [row for row in rows if first is not None and row.solution_id != first.solution_id]
    return count + Link.objects.filter(pk__in=[row.pk for row in lost]).update(**told)


def follow_split(*, source_id: int, new_id: int, post_ids: Collection[int]) -> None:
    """Answers go with their posts. One statement where none of them is one."""
    moved = list(Solution.objects.filter(post__in=post_ids).order_by("pk"))
    if not moved:
        return
    Solution.objects.filter(pk__in=[row.pk for row in moved]).update(thread=new_id)
    for pk in (source_id, new_id):
        settle(pk)
    for row in moved:
        row.thread_id = new_id
        say(row)


def let_go(*, post_ids: Collection[int], actor: Member | None) -> None:
    """Posts that went for good answer nothing any more. One statement where none of them did."""
    rows = Solution.objects.select_related("post").select_for_update(of=("self",), no_key=True)
    for row in rows.filter(post__in=post_ids, withdrawn_at=None).order_by("pk"):
        withdraw(row, actor)


@action
def note_edit(*, solution_id: int, editor_id: int | None) -> Change | None:
    """Tell everybody concerned if an answer says something else than when they last heard.

    Repeatable: what was compared once counts as told.
    """
    row = Solution.objects.select_related("post").select_for_update(of=("self",), no_key=True)
    solution = row.filter(pk=solution_id, withdrawn_at=None).first()
    if solution is None or solution.post.edit_count <= solution.told_version:
        return None
    before = _words_at(solution.post, solution.told_version)
    if before is not None and not is_material(before, solution.post.source):
        return None
    solution.told_version = solution.post.edit_count
    solution.save(update_fields=["told_version"])
    return note_change(solution, Change.What.EDITED, editor_id)


def _words_at(post: Post, version: int) -> str | None:
    """The words of a post when it had been edited so many times; None where they are kept no more."""
    return post.revisions.filter(number=version + 1).values_list("source", flat=True).first()
