"""Stored counts of threads, boards and members, and how they are kept.

Callers hold the thread row. Locks are taken thread → post → board → member → tag, always in this order,
and several of a kind by rising id.
Every count here has a recount in `forum.counters`; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from community.core import clock
from community.core.prepared import PreparedUpdate
from community.members import counts as member_counts
from forum import policy
from forum.models import Board, Post, PostState, Tag, TagUse, Thread, ThreadState


def refresh_thread(thread: Thread) -> None:
    """Recompute what a thread derives from its posts, for rare changes; a reply adds instead. One statement."""
    visible = Post.objects.filter(thread_id=thread.pk, state=PostState.VISIBLE).order_by("number")
    posts = list(visible.values_list("number", "author_id", "posted_at", "reactions"))
    replies = [(author_id, at) for number, author_id, at, _reactions in posts if number > 1]
    thread.reply_count = len(replies)
    thread.answer_count = sum(1 for author_id, _at in replies if author_id != thread.author_id)
    thread.reaction_count = sum(sum(reactions.values()) for *_rest, reactions in posts)
    # By date, not by number: what was merged in, or moved in late, stands at the end and may be old.
    latest = max(((at, number, author_id) for number, author_id, at, _reactions in posts), default=None)
    if latest and latest[2]:
        thread.last_posted_at, thread.latest_number, thread.last_poster_id = latest
    thread.shown_number = max((number for number, *_rest in posts), default=1)
    days: dict[str, int] = {}
    for at in [thread.opened_at, *(at for _author, at in replies)]:
        days[at.date().isoformat()] = days.get(at.date().isoformat(), 0) + 1
    thread.days = dict(sorted(days.items())[-policy.STRIP_DAYS :])
    settle(thread)


def settle(thread: Thread) -> None:
    """Set the fields that follow from others on the same row."""
    thread.needs_answer = policy.needs_answer(
        lane=thread.lane,
        state=thread.state,
        locked=thread.is_locked,
        accepted=thread.accepted_post_id is not None,
        answers=thread.answer_count,
    )
    thread.heat = policy.heat(
        opened_at=thread.opened_at,
        answers=thread.answer_count,
        replies=thread.reply_count,
        reactions=thread.reaction_count,
    )


DERIVED = [
    "reply_count",
    "answer_count",
    "reaction_count",
    "last_poster",
    "last_posted_at",
    "latest_number",
    "shown_number",
    "days",
    "needs_answer",
    "heat",
]


def visible_posts(thread: Thread) -> int:
    """How many visible posts a thread gives its board: none while it is out of sight."""
    return thread.reply_count + 1 if thread.state == ThreadState.VISIBLE else 0


def hold_board(board_id: int) -> None:
    """Lock a board before what comes after it in the order of locks."""
    list(Board.objects.select_for_update(of=("self",), no_key=True).filter(pk=board_id).values_list("pk"))


def _board_counts(
    *, board_id: int, threads: int, posts: int, fresh: int
) -> tuple[QuerySet[Board], dict[str, Any]]:
    return Board.objects.filter(pk=board_id), {
        "thread_count": Greatest(F("thread_count") + threads, 0),
        "post_count": Greatest(F("post_count") + posts, 0),
        "week_count": F("week_count") + fresh,
    }


_board_counts_shifted = PreparedUpdate(_board_counts)


def shift_board(board_id: int, *, threads: int = 0, posts: int = 0, lane: str = "", fresh: int = 0) -> None:
    """Add to a board's counts, `fresh` of the posts written just now.

    One statement; two under its row lock where a lane's count changes.
    """
    if threads and lane:
        board = (
            Board.objects.select_for_update(of=("self",), no_key=True).only("lane_counts").get(pk=board_id)
        )
        board.lane_counts = {**board.lane_counts, lane: max(0, board.lane_counts.get(lane, 0) + threads)}
        board.save(update_fields=["lane_counts"])
    _board_counts_shifted.run(board_id=board_id, threads=threads, posts=posts, fresh=fresh)


def _wrote_earlier(thread_id: int, at: datetime) -> Q:
    return (
        Q(last_posted_at=None) | Q(last_posted_at__lt=at) | Q(last_posted_at=at, last_thread__lte=thread_id)
    )


def _last_of_board(*, board_id: int, thread_id: int, at: datetime) -> tuple[QuerySet[Board], dict[str, Any]]:
    rows = Board.objects.filter(_wrote_earlier(thread_id, at), pk=board_id)
    return rows, {"last_thread_id": thread_id, "last_posted_at": at}


_last_of_board_noted = PreparedUpdate(_last_of_board)


def note_last_thread(thread: Thread) -> None:
    """Make this the board's latest thread, unless somebody wrote elsewhere on it meanwhile. One statement, no read."""
    _last_of_board_noted.run(board_id=thread.board_id, thread_id=thread.pk, at=thread.last_posted_at)


def _reply_of_board(*, board_id: int, thread_id: int, at: datetime) -> tuple[QuerySet[Board], dict[str, Any]]:
    is_latest = _wrote_earlier(thread_id, at)
    return Board.objects.filter(pk=board_id), {
        "post_count": F("post_count") + 1,
        "week_count": F("week_count") + 1,
        "last_thread_id": Case(
            When(is_latest, then=Value(thread_id)),
            default=F("last_thread_id"),
            output_field=BigIntegerField(),
        ),
        "last_posted_at": Case(When(is_latest, then=Value(at)), default=F("last_posted_at")),
    }


_reply_of_board_counted = PreparedUpdate(_reply_of_board)


def count_reply(thread: Thread) -> None:
    """One reply more on a thread's board, whose latest it is unless somebody wrote elsewhere meanwhile. One statement."""
    _reply_of_board_counted.run(board_id=thread.board_id, thread_id=thread.pk, at=thread.last_posted_at)


def settle_board(board_id: int) -> None:
    """Look a board's latest thread and its week up again, after something left or came in one piece."""
    last = Thread.objects.public().filter(board_id=board_id).order_by("-last_posted_at", "-id").first()
    Board.objects.filter(pk=board_id).update(
        last_thread=last,
        last_posted_at=last.last_posted_at if last else None,
        week_count=posts_of_the_week().filter(thread__board_id=board_id).count(),
    )


def posts_of_the_week() -> QuerySet[Post]:
    """Posts of the last seven days that everybody sees who may read their board."""
    week = Post.objects.visible().filter(posted_at__gte=clock.now() - timedelta(days=7))
    return week.filter(thread__state=ThreadState.VISIBLE)


def shift_member(member_id: int | None, *, threads: int = 0, posts: int = 0, helped: int = 0) -> None:
    """Add to an author's counts."""
    if member_id is not None and (threads or posts or helped):
        member_counts.shift_counts(member_id=member_id, threads=threads, posts=posts, helped=helped)


def fold_reply(thread: Thread, post: Post) -> None:
    """Add one new visible reply to the thread it was written in. The caller saves the thread."""
    thread.last_number = thread.shown_number = post.number
    thread.reply_count += 1
    thread.answer_count += int(post.author_id != thread.author_id)
    if post.posted_at >= thread.last_posted_at:  # an answer that moves in late is older
        thread.last_poster_id = post.author_id or thread.last_poster_id
        thread.last_posted_at, thread.latest_number = post.posted_at, post.number
    thread.days = policy.note_day(thread.days, post.posted_at)
    settle(thread)


def shift_tags(tag_ids: list[int], board_id: int, *, by: int) -> None:
    """Add to the thread counts of tags, on this board and in all. Nothing for no tags."""
    if not tag_ids:
        return
    hold_tags(tag_ids)
    Tag.objects.filter(pk__in=tag_ids).update(thread_count=F("thread_count") + by)
    _shift_uses(tag_ids, board_id, by)


def move_tags(tag_ids: list[int], source_id: int, target_id: int) -> None:
    """Count tags of one thread on another board."""
    if tag_ids:
        hold_tags(tag_ids)
        _shift_uses(tag_ids, source_id, -1)
        _shift_uses(tag_ids, target_id, 1)


def _shift_uses(tag_ids: list[int], board_id: int, by: int) -> None:
    # Whoever holds the tags is alone with their rows here.
    uses = TagUse.objects.filter(tag__in=tag_ids, board_id=board_id)
    changed = uses.update(thread_count=Greatest(F("thread_count") + by, 0))
    if changed < len(set(tag_ids)) and by > 0:
        known = set(uses.values_list("tag_id", flat=True))
        new = [TagUse(tag_id=pk, board_id=board_id, thread_count=by) for pk in sorted({*tag_ids} - known)]
        TagUse.objects.bulk_create(new)


def hold_tags(tag_ids: list[int]) -> None:
    """Lock tags in one order, for whoever counts several of them."""
    list(Tag.objects.select_for_update(no_key=True).filter(pk__in=tag_ids).order_by("pk").values_list("pk"))


def helper_of(thread: Thread) -> int | None:
    """Whose accepted answer counts as help; answering one's own question is no help to somebody else."""
    if thread.accepted_post_id is None:
        return None
    author_id = Post.objects.values_list("author_id", flat=True).get(pk=thread.accepted_post_id)
    return author_id if author_id != thread.author_id else None


def withdraw_answer(thread: Thread) -> None:
    """Take the accepted mark off a thread, the helper's credit with it. The caller saves the thread.

    Locks the helper: a caller that will touch boards holds them already.
    """
    shift_member(helper_of(thread), helped=-1)
    thread.accepted_post, thread.accepted_at = None, None
