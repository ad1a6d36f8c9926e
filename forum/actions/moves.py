"""Moving, merging and splitting threads. Every post keeps its permanent address; every number stays taken."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import advance, clean_lane, clean_reason, clean_title, log
from forum.actions.carrying import BATCH, merge_marks, merge_watches, split_marks, split_watches
from forum.facts import ThreadMoved, ThreadsMerged, ThreadSplit
from forum.models import Board, Post, PostState, Thread, ThreadLog, ThreadState
from forum.rendering import note_opening, set_title

MOST_AT_ONCE = 5_000  # replies in one split: whoever posts in the thread waits for it


def _target_board(actor: Member, board_id: int) -> Board:
    board = access.board_for_writing(actor, board_id=board_id)
    require(access.may_moderate(actor, board))
    return board


def _lock_boards(*board_ids: int) -> None:
    """Take the board rows in one order, so that two moves never wait for each other."""
    list(
        Board.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=board_ids)
        .order_by("pk")
        .values_list("pk")
    )


@action
def move_thread(*, actor: Member, thread_id: int, board_id: int, reason: str = "") -> Thread:
    """Put a thread on another board. Its address stays; its log says from where. Needs both boards' moderation."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    board = _target_board(actor, board_id)
    if board.pk == thread.board_id:
        return thread
    if board.lanes and thread.lane not in board.lanes:
        raise Refused(
            _("The board “%(board)s” has no lane “%(lane)s”. Change the lane first.")
            % {"board": board.title, "lane": thread.lane_label},
            "lane",
        )
    text = clean_reason(reason, required=False)
    source = thread.board
    _lock_boards(source.pk, board.pk)
    shown = thread.state == ThreadState.VISIBLE
    thread.board = board
    thread.is_pinned, thread.pinned_until, thread.pin_reason = False, None, ""
    advance(thread)
    thread.save(update_fields=["board", "is_pinned", "pinned_until", "pin_reason", "sequence"])
    if shown:
        posts = totals.visible_posts(thread)
        totals.shift_board(source.pk, threads=-1, posts=-posts, lane=thread.lane)
        totals.shift_board(board.pk, threads=1, posts=posts, lane=thread.lane)
    totals.settle_board(source.pk)
    totals.settle_board(board.pk)
    if shown:
        totals.move_tags(list(thread.tags.values_list("pk", flat=True)), source.pk, board.pk)
    log(thread, ThreadLog.Kind.MOVED, actor, reason=text, source=source.pk, target=board.pk)
    publish(
        ThreadMoved(
            thread_id=thread.pk,
            from_board_id=source.pk,
            to_board_id=board.pk,
            actor_id=actor.pk,
            at=clock.now(),
            sequence=thread.sequence,
        )
    )
    return thread


def _require_in_sight(source: Thread) -> None:
    """What was taken out of sight does not come back into it by another door."""
    if source.state != ThreadState.VISIBLE:
        raise Refused(access.OUT_OF_SIGHT)


def _thread_to_merge(actor: Member, thread_id: int, target_id: int) -> Thread:
    """One of the two, locked. The target was typed: what is none, for all the actor may know, is told on its field."""
    try:
        return access.thread_for_moderation(actor, thread_id=thread_id)
    except Http404:
        if thread_id != target_id:
            raise
        raise _unknown_target() from None


def _unknown_target() -> Invalid:
    return Invalid(_("There is no such thread for you."), field="target")


def _thread_that_stays(source_id: int, target_id: int) -> int:
    """The target; where it was itself merged, the thread it went into."""
    went = Thread.objects.filter(pk=target_id, state=ThreadState.MERGED)
    target_id = went.values_list("merged_into_id", flat=True).first() or target_id
    if source_id == target_id:
        raise Invalid(_("Choose another thread: a thread cannot be merged into itself."), field="target")
    return target_id


def _require_public(target: Thread) -> None:
    if target.state != ThreadState.VISIBLE:
        raise Invalid(_("The thread to merge into must be public."), field="target", code="not_visible")


def require_merge_target(*, actor: Member, source_id: int, target_id: int) -> None:
    """Refused where merging into this target would be, as things stand: a form tells it beside its other errors."""
    target_id = _thread_that_stays(source_id, target_id)
    try:
        target = access.thread_for_reading(actor, thread_id=target_id)
    except Http404:
        raise _unknown_target() from None
    require(access.may_moderate(actor, target))
    _require_public(target)


@action
def merge_threads(*, actor: Member, source_id: int, target_id: int, reason: str) -> Thread:
    """Append the posts of one thread to another, in order; the emptied thread redirects.

    A target that was itself merged stands for the thread it went into.
    """
    target_id = _thread_that_stays(source_id, target_id)
    text = clean_reason(reason)
    locked = {pk: _thread_to_merge(actor, pk, target_id) for pk in sorted((source_id, target_id))}
    source, target = locked[source_id], locked[target_id]
    _require_in_sight(source)
    _require_public(target)
    _lock_boards(source.board_id, target.board_id)
    moved = list(Post.objects.filter(thread=source).order_by("number").values_list("pk", flat=True))
    offset = target.last_number
    source_posts, source_was_visible = totals.visible_posts(source), source.state == ThreadState.VISIBLE
    target_posts = totals.visible_posts(target)

    Post.objects.filter(thread=source).update(thread=target, number=F("number") + offset)
    target.last_number = offset + len(moved)
    source.state, source.merged_into = ThreadState.MERGED, target
    totals.withdraw_answer(source)
    source.is_pinned, source.pinned_until, source.pin_reason = False, None, ""
    Thread.objects.filter(merged_into=source).update(merged_into=target)
    _move_merged_lines(source, target, offset)
    merge_watches(source, target)
    merge_marks(source, target, last_number=target.last_number)
    totals.settle(source)
    advance(source)
    source.save()
    totals.refresh_thread(target)
    advance(target)
    target.save(update_fields=["last_number", "sequence", *totals.DERIVED])

    if source_was_visible:
        totals.shift_board(source.board_id, threads=-1, posts=-source_posts, lane=source.lane)
        totals.shift_member(source.author_id, threads=-1)
        totals.shift_tags(list(source.tags.values_list("pk", flat=True)), source.board_id, by=-1)
    totals.shift_board(target.board_id, posts=totals.visible_posts(target) - target_posts)
    totals.settle_board(source.board_id)
    totals.settle_board(target.board_id)
    log(
        target,
        ThreadLog.Kind.MERGED_IN,
        actor,
        reason=text,
        source=source.pk,
        first=offset + 1,
        title="",  # the release before this one names what stands here
    )
    publish(
        ThreadsMerged(
            source_id=source.pk,
            target_id=target.pk,
            actor_id=actor.pk,
            moved_post_ids=tuple(moved),
            at=clock.now(),
            sequence=target.sequence,
            source_sequence=source.sequence,
        )
    )
    return target


@action
def split_thread(
    *,
    actor: Member,
    thread_id: int,
    post_ids: Sequence[int],
    title: str,
    reason: str,
    board_id: int | None = None,
    lane: str | None = None,
) -> Thread:
    """Make a new thread of some replies; each leaves a stub that points to where it went."""
    text, new_title = clean_reason(reason), clean_title(title)
    if len(post_ids) > MOST_AT_ONCE:
        raise Invalid(
            _(
                "At most %(most)d replies go at once. Split the rest off next, and merge it into the new thread."
            )
            % {"most": MOST_AT_ONCE},
            field="posts",
        )
    source = access.thread_for_moderation(actor, thread_id=thread_id)
    _require_in_sight(source)
    board = _target_board(actor, board_id) if board_id else source.board
    new_lane = clean_lane(lane or source.lane, board)
    posts = list(
        Post.objects.select_for_update(of=("self",), no_key=True)
        .filter(thread=source, pk__in=post_ids, number__gt=1)
        .exclude(state__in=[PostState.MOVED, PostState.PURGED])
        .order_by("number")
    )
    if not posts or len(posts) != len(set(post_ids)) or posts[0].state != PostState.VISIBLE:
        raise Invalid(_("Choose replies of this thread, beginning with a visible one."), field="posts")
    _lock_boards(source.board_id, board.pk)
    source_posts = totals.visible_posts(source)
    first = posts[0]
    assert first.author_id is not None
    new = Thread(
        board=board,
        author_id=first.author_id,
        lane=new_lane,
        opened_at=first.posted_at,
        last_posted_at=first.posted_at,
        last_poster_id=first.author_id,
        last_number=len(posts),
    )
    set_title(new, new_title)
    note_opening(new, first.plain)
    new.save(force_insert=True)
    split_marks(source, new, posts)
    split_watches(source, new, posts)
    _leave_stubs(source, new, posts, actor)
    if source.accepted_post_id in {post.pk for post in posts}:
        totals.withdraw_answer(source)
    advance(source)
    for thread in (source, new):
        totals.refresh_thread(thread)
        thread.save(update_fields=["accepted_post", "accepted_at", "sequence", *totals.DERIVED])
    if source.state == ThreadState.VISIBLE:
        totals.shift_board(source.board_id, posts=totals.visible_posts(source) - source_posts)
    totals.shift_board(board.pk, threads=1, posts=totals.visible_posts(new), lane=new.lane)
    totals.shift_member(new.author_id, threads=1)
    totals.settle_board(source.board_id)
    totals.settle_board(board.pk)
    log(source, ThreadLog.Kind.SPLIT_OFF, actor, reason=text, target=new.pk, posts=len(posts))
    log(new, ThreadLog.Kind.SPLIT_FROM, actor, reason=text, source=source.pk)
    publish(
        ThreadSplit(
            source_id=source.pk,
            new_thread_id=new.pk,
            actor_id=actor.pk,
            moved_post_ids=tuple(post.pk for post in posts),
            at=clock.now(),
            sequence=source.sequence,
        )
    )
    return new


def _leave_stubs(source: Thread, new: Thread, posts: Sequence[Post], actor: Member) -> None:
    """Move the posts. What stays and answered one of them answers its stub, which tells nobody more than its number."""
    moved = {post.pk for post in posts}
    stubs = [
        Post(
            thread=source,
            number=post.number,
            author_id=post.author_id,
            source="",
            html="",
            posted_at=post.posted_at,
            state=PostState.MOVED,
            state_by=actor,
            moved_to=post,
        )
        for post in posts
    ]
    for number, post in enumerate(posts, start=1):
        post.thread, post.number = new, number
        if post.reply_to_id not in moved:
            post.reply_to = None  # the new board may be read by others than the old one
    Post.objects.bulk_update(posts, ["thread", "number", "reply_to"], batch_size=BATCH)
    left = {stub.moved_to_id: stub for stub in Post.objects.bulk_create(stubs, batch_size=BATCH)}
    answers = list(Post.objects.filter(thread=source, reply_to__thread=new).only("reply_to"))
    for answer in answers:
        answer.reply_to = left[answer.reply_to_id]
    Post.objects.bulk_update(answers, ["reply_to"], batch_size=BATCH)


def _move_merged_lines(source: Thread, target: Thread, offset: int) -> None:
    """Where the posts of threads merged earlier begin is told by the thread they stand in now."""
    lines = list(ThreadLog.objects.filter(thread=source, kind=ThreadLog.Kind.MERGED_IN))
    for line in lines:
        line.thread, line.after_number = target, line.after_number + offset
        line.data = {**line.data, "first": line.data.get("first", 1) + offset}
    ThreadLog.objects.bulk_update(lines, ["thread", "after_number", "data"])
    source.log_count -= len(lines)
    target.log_count += len(lines)
