"""Recounts: what every stored count must equal. `manage.py rebuild_counters` runs them; tests compare."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from community.core.counters import register
from community.members import counts as member_counts
from forum import totals
from forum.models import Board, Post, PostState, Raised, Reaction, Tag, TagUse, Thread, ThreadState

BATCH = 500


def rebuild_posts() -> int:
    """Reaction counts on posts. Returns how many rows were wrong."""
    wrong = 0
    real: dict[int, Counter[str]] = {}
    for post_id, kind, n in (
        Reaction.objects.values_list("post_id", "kind").annotate(n=Count("pk")).iterator()
    ):
        real.setdefault(post_id, Counter())[kind] = n
    with transaction.atomic():
        stored = Post.objects.exclude(reactions={}).values_list("pk", "reactions")
        pks = set(real) | {pk for pk, _counts in stored.iterator()}
        for post in Post.objects.filter(pk__in=pks).only("pk", "reactions").iterator(chunk_size=BATCH):
            counts = dict(real.get(post.pk, {}))
            if counts != post.reactions:
                Post.objects.filter(pk=post.pk).update(reactions=counts)
                wrong += 1
    return wrong


def rebuild_threads() -> int:
    """Counts, last post, strip, heat and needs-answer of every thread, one short transaction each."""
    wrong = 0
    for pk in (
        Thread.objects.exclude(state=ThreadState.MERGED)
        .order_by("pk")
        .values_list("pk", flat=True)
        .iterator()
    ):
        with transaction.atomic():
            thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            before = _derived(thread)
            totals.refresh_thread(thread)
            if _derived(thread) != before:
                thread.save(update_fields=list(totals.DERIVED))
                wrong += 1
    return wrong


def _derived(thread: Thread) -> dict[str, Any]:
    values = {name: getattr(thread, name) for name in totals.DERIVED if name != "last_poster"}
    return values | {"last_poster": thread.last_poster_id, "heat": round(thread.heat, 6)}


def rebuild_boards() -> int:
    """Thread, post and lane counts and the latest thread of every board."""
    wrong = 0
    for pk in Board.objects.values_list("pk", flat=True):
        with transaction.atomic():
            board = Board.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            kept = {lane: n for lane, n in board.lane_counts.items() if n}
            before = (board.thread_count, board.post_count, kept, board.last_thread_id, board.last_posted_at)
            threads = Thread.objects.public().filter(board_id=pk)
            lanes = dict(threads.values_list("lane").annotate(n=Count("pk")))
            posts = Post.objects.filter(
                thread__board_id=pk, thread__state=ThreadState.VISIBLE, state=PostState.VISIBLE
            ).count()
            last = threads.order_by("-last_posted_at", "-id").first()
            latest = (last.pk, last.last_posted_at) if last else (None, None)
            after = (sum(lanes.values()), posts, lanes, *latest)
            if before != after:
                Board.objects.filter(pk=pk).update(thread_count=after[0], post_count=posts, lane_counts=lanes)
                totals.settle_board(pk)
                wrong += 1
    return wrong


def rebuild_members() -> int:
    """Post, thread and help counts of every member."""
    posts = Counter(
        dict(Post.objects.visible().exclude(author=None).values_list("author_id").annotate(n=Count("pk")))
    )
    threads = Counter(dict(Thread.objects.public().values_list("author_id").annotate(n=Count("pk"))))
    helped: Counter[int] = Counter()
    for author_id, helper_id in (
        Thread.objects.exclude(accepted_post=None)
        .values_list("author_id", "accepted_post__author_id")
        .iterator()
    ):
        if helper_id and helper_id != author_id:
            helped[helper_id] += 1
    return member_counts.set_counts(posts=posts, threads=threads, helped=helped)


def rebuild_tags() -> int:
    """Thread counts of tags."""
    wrong = 0
    visible = Count("threads", filter=Q(threads__state=ThreadState.VISIBLE))
    for tag in Tag.objects.annotate(real=visible):
        if tag.real != tag.thread_count:
            Tag.objects.filter(pk=tag.pk).update(thread_count=tag.real)
            wrong += 1
    return wrong


def rebuild_tag_uses() -> int:
    """Thread counts of tags on each board."""
    threads = Thread.tags.through.objects.filter(thread__state=ThreadState.VISIBLE)
    real = {
        (tag, board): n
        for tag, board, n in threads.values_list("tag_id", "thread__board_id").annotate(n=Count("pk"))
    }
    wrong = 0
    for use in TagUse.objects.iterator():
        n = real.pop((use.tag_id, use.board_id), 0)
        if n != use.thread_count:
            TagUse.objects.filter(pk=use.pk).update(thread_count=n)
            wrong += 1
    for (tag, board), n in real.items():
        TagUse.objects.update_or_create(tag_id=tag, board_id=board, defaults={"thread_count": n})
    return wrong + len(real)


def rebuild_weeks() -> int:
    """Posts of the last seven days of every board. Also run by the clock: days pass without anybody writing."""
    real = dict(totals.posts_of_the_week().values_list("thread__board_id").annotate(n=Count("pk")))
    wrong = 0
    for board, stored in Board.objects.values_list("pk", "week_count"):
        if stored != real.get(board, 0):
            Board.objects.filter(pk=board).update(week_count=real.get(board, 0))
            wrong += 1
    return wrong


def rebuild_raised() -> int:
    """How many threads of each board stand raised."""
    real = dict(Raised.objects.values_list("board_id").annotate(n=Count("pk")))
    wrong = 0
    for board, stored in Board.objects.values_list("pk", "raised_count"):
        if stored != real.get(board, 0):
            Board.objects.filter(pk=board).update(raised_count=real.get(board, 0))
            wrong += 1
    return wrong


for _name, _rebuild in {
    "forum.posts": rebuild_posts,
    "forum.threads": rebuild_threads,
    "forum.boards": rebuild_boards,
    "forum.members": rebuild_members,
    "forum.tags": rebuild_tags,
    "forum.tag_uses": rebuild_tag_uses,
    "forum.weeks": rebuild_weeks,
    "forum.raised": rebuild_raised,
}.items():
    register(_name, _rebuild)
