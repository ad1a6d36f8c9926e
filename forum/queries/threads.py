"""One thread and its posts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import Http404

from community.core import clock
from community.core.access import absent
from community.core.pagination import NumberedPage, number_to_page, numbered, page_bounds
from community.core.prepared import Prepared
from community.members.access import may_see_field
from forum import access, policy
from forum.models import Board, Post, PostRevision, PostState, Thread, ThreadLog, ThreadState, Verb
from forum.queries.lists import unread_count
from forum.roles import Kind, values_of

if TYPE_CHECKING:
    from forum.models.posts import PostQuerySet
    from forum.roles import Viewer

VERSIONS_PER_PAGE = 10


@dataclass(slots=True)
class ThreadPage:
    """A thread as one viewer sees one of its pages."""

    thread: Thread
    posts: list[Post]
    pages: NumberedPage
    first_unread: int | None
    accepted: Post | None = None
    can: dict[str, bool] = field(default_factory=dict)
    reply_verdict: object = None


def page_number(value: str | None, thread: Thread) -> int:
    """A page that exists: what was asked for, held between the first and the last."""
    last = number_to_page(max(1, thread.last_number), policy.POSTS_PER_PAGE)
    try:
        wanted = int(value or 1)
    except ValueError:
        return 1
    return min(max(1, wanted), last)


def _post_to_read(
    kind: Kind,
    is_first_page: bool,
    size: int,
    *,
    thread_id: int,
    first: int,
    last: int,
    accepted_id: int | None = None,
    **viewer_values: Any,
) -> PostQuerySet:
    here = Q(thread_id=thread_id, number__range=(first, last))
    if accepted_id:
        here |= Q(pk=accepted_id)
    rows = Post.objects.for_page(kind.viewer(**viewer_values)).filter(here).order_by("number")
    # The first page quotes the accepted answer under the question. The bound tells the planner what the numbers
    # mean: without it, it prepares for half of a very long thread.
    rows = rows if accepted_id and is_first_page else rows.defer("plain")
    return rows[: size + bool(accepted_id)]


_posts_to_read = Prepared(_post_to_read)


def thread_page(viewer: Viewer, thread: Thread, page: int) -> ThreadPage:
    """The posts of one page. One statement; one more where its log has lines, others where it was moved, merged or split.

    `thread` comes from `access.thread_for_reading`. Costs the same on page 1 and on the last: a page is a range of
    numbers, reached by the unique index. The accepted answer comes along wherever it stands.
    """
    first, last = page_bounds(page, policy.POSTS_PER_PAGE)
    values = {"thread_id": thread.pk, "first": first, "last": min(last, thread.last_number)}
    if thread.accepted_post_id:
        values["accepted_id"] = thread.accepted_post_id
    shape = Kind.of(viewer), page == 1, policy.POSTS_PER_PAGE
    found = _posts_to_read.rows(*shape, **values, **values_of(viewer, with_horizon=False))
    rows = [post for post in found if first <= post.number <= last]
    accepted = next((post for post in found if post.pk == thread.accepted_post_id), None)
    if accepted is not None:
        _introduce(viewer, accepted)
    moderates = access.has_right(viewer, thread, Verb.MODERATE)
    unread = first_unread(viewer, thread)
    for post in rows:
        post.thread = thread
        _dress(viewer, thread, post, moderates=moderates)
        post.is_first_unread = post.number == unread
    by_number = {post.number: post for post in rows}
    for line in _log_lines(viewer, thread, first, last):
        place = by_number.get(line.after_number)
        if place is not None:
            place.log_after.append(line)
    return ThreadPage(
        thread=thread,
        posts=rows,
        pages=numbered(thread.last_number, page, policy.POSTS_PER_PAGE),
        first_unread=unread,
        accepted=accepted,
        can=_verdicts(viewer, thread, moderates=moderates),
        reply_verdict=access.may_reply(viewer, thread),
    )


@dataclass(frozen=True, slots=True)
class Undoable:
    """The viewer's own post that can still be taken back, and for how many seconds."""

    post: Post
    seconds: int


def undoable(viewer: Viewer, page: ThreadPage) -> Undoable | None:
    """Whether the last post of this page was written by the viewer a moment ago. No statement."""
    post = page.posts[-1] if page.posts else None
    if post is None or not access.may_undo(viewer, page.thread, post):
        return None
    left = post.posted_at + policy.UNDO_FOR - clock.now()
    return Undoable(post, math.ceil(left.total_seconds())) if left.total_seconds() > 0 else None


def posts_for(viewer: Viewer, thread: Thread, post_ids: Iterable[int]) -> list[Post]:
    """Some posts of a thread as this viewer sees them, by number. One statement."""
    posts = list(Post.objects.for_page(viewer).filter(thread=thread, pk__in=post_ids).order_by("number"))
    dress(viewer, thread, posts)
    return posts


def dress(viewer: Viewer, thread: Thread, posts: Iterable[Post]) -> None:
    """Put on posts what this viewer may see and do. No statement."""
    moderates = access.has_right(viewer, thread, Verb.MODERATE)
    for post in posts:
        post.thread = thread
        _dress(viewer, thread, post, moderates=moderates)
        post.is_first_unread = False


def page_of(viewer: Viewer, thread: Thread, posts: list[Post]) -> ThreadPage:
    """Posts dressed for this viewer, as a page that `drawing` draws from. No statement."""
    return ThreadPage(
        thread=thread,
        posts=posts,
        pages=numbered(thread.last_number, 1, policy.POSTS_PER_PAGE),
        first_unread=None,
        can=_verdicts(viewer, thread, moderates=access.has_right(viewer, thread, Verb.MODERATE)),
    )


def _log_lines(viewer: Viewer, thread: Thread, first: int, last: int) -> list[ThreadLog]:
    """What was done with the thread between these posts. Boards and threads are named only to those who may read them."""
    if not thread.log_count:
        return []
    rows = ThreadLog.objects.filter(thread=thread, after_number__gte=first, after_number__lte=last)
    lines = list(rows.select_related("actor"))
    moves = [line for line in lines if line.kind == ThreadLog.Kind.MOVED]
    if moves:
        boards = Board.objects.readable_by(viewer).in_bulk({line.data["source"] for line in moves})
        for line in moves:
            line.from_board = boards.get(line.data["source"])
    if others := {line.other_id for line in lines if line.other_id}:
        threads = Thread.objects.named_to(viewer).only("title", "merged_into").in_bulk(others)
        for line in lines:
            line.other = threads.get(line.other_id or 0)
    return lines


def _introduce(viewer: Viewer, post: Post) -> None:
    """What its author says of themselves, as far as this viewer may read it."""
    for name in ("drives", "headline"):
        told = post.author is not None and may_see_field(viewer, post.author, name)
        setattr(post, name, getattr(post.author, name) if told else "")


def _dress(viewer: Viewer, thread: Thread, post: Post, *, moderates: bool) -> None:
    """What the template needs to know about this viewer and this post, decided here by the rules in `access`."""
    _introduce(viewer, post)
    post.shown = access.may_see_post(viewer, thread, post)
    post.can_edit = bool(access.may_edit(viewer, thread, post))
    post.can_remove = bool(access.may_remove(viewer, thread, post))
    post.can_react = bool(access.may_react(viewer, thread, post))
    post.can_moderate = moderates
    post.is_accepted = post.pk == thread.accepted_post_id
    post.log_after = []
    post.is_mine = viewer.is_authenticated and post.author_id == viewer.pk


def _verdicts(viewer: Viewer, thread: Thread, *, moderates: bool) -> dict[str, bool]:
    return {
        "reply": bool(access.may_reply(viewer, thread)),
        "moderate": moderates and bool(access.may_moderate(viewer, thread)),
        "describe": bool(access.may_describe(viewer, thread)),
        "accept": bool(access.may_accept(viewer, thread)),
    }


def first_unread(viewer: Viewer, thread: Thread) -> int | None:
    """The number of the first post the member has not had on screen; None for guests and when all is read."""
    if not viewer.is_authenticated:
        return None
    first = int(getattr(thread, "first_new", 0))
    return first if 1 < first <= thread.shown_number and unread_count(thread) else None


def page_of_post(post: Post) -> int:
    return number_to_page(post.number, policy.POSTS_PER_PAGE)


def merged_target(viewer: Viewer, thread_id: int) -> tuple[Thread, int] | None:
    """Where the posts of a merged thread went: the thread and the first number there. Two statements."""
    target_id = (
        Thread.objects.filter(pk=thread_id, state=ThreadState.MERGED)
        .values_list("merged_into", flat=True)
        .first()
    )
    if target_id is None:
        return None
    thread = access.thread_for_reading(viewer, thread_id=target_id)
    line = ThreadLog.objects.filter(
        thread=thread, kind=ThreadLog.Kind.MERGED_IN, data__source=thread_id
    ).first()
    return thread, int(line.data.get("first", 1)) if line else 1


def post_address(viewer: Viewer, post_id: int) -> tuple[Thread, Post]:
    """The thread and post a permanent address leads to. 404 unless both may be known. Two statements.

    From the stub of a post that moved, four: to the post, or where the viewer may not know that, to the stub.
    """
    thread, post = access.post_for_reading(viewer, post_id=post_id)
    if post.state == PostState.MOVED and post.moved_to_id:
        with suppress(Http404):
            return access.post_for_reading(viewer, post_id=post.moved_to_id)
    return thread, post


@dataclass(frozen=True, slots=True)
class History:
    """Earlier versions of a post, newest first, each with the version that came after it."""

    thread: Thread
    post: Post
    steps: list[tuple[PostRevision, PostRevision | Post]]
    pages: NumberedPage


def history(viewer: Viewer, post_id: int, page: int = 1) -> History:
    """A page of a post's earlier versions. Four statements. 404 unless its words may be seen."""
    thread, post = access.post_for_reading(viewer, post_id=post_id)
    if not access.may_see_post(viewer, thread, post):
        raise absent()
    rows = PostRevision.objects.filter(post=post).select_related("editor").order_by("-number")
    newest = rows.values_list("number", flat=True).first() or 0
    pages = numbered(newest, page, VERSIONS_PER_PAGE)
    top = newest - pages.first + 1  # numbers count from the oldest, pages from the newest
    found = list(rows.filter(number__gt=top - VERSIONS_PER_PAGE, number__lte=top + 1))
    newer: PostRevision | Post = found.pop(0) if found and found[0].number > top else post
    steps = []
    for version in found:
        steps.append((version, newer))
        newer = version
    return History(thread=thread, post=post, steps=steps, pages=pages)


def activity_of(viewer: Viewer, author_id: int, size: int = 20) -> list[Post]:
    """Someone's latest visible posts in threads the viewer may read. One statement."""
    rows = (
        Post.objects.visible()
        .filter(author_id=author_id, thread__in=Thread.objects.public().visible_to(viewer))
        .select_related("thread", "thread__board")
        .defer("source", "html")
        .order_by("-posted_at", "-id")
    )
    return list(rows[:size])
