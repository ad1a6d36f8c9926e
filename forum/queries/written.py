"""How much somebody wrote, as far as the viewer may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db.models import Count, F

from forum.models import Board, Post, Thread

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.roles import Viewer


def tell_counts(viewer: Viewer, people: Iterable[Member]) -> None:
    """Set `told_posts`, `told_threads` and `told_helped` on each of these people.

    Those are the stored counts, less what stands on boards that the viewer cannot read: a difference would tell of
    it. None for nobody, else one statement; where there are such boards, four.
    """
    by_id: dict[int, list[Member]] = {}
    for person in people:  # the same one may be there twice
        by_id.setdefault(person.pk, []).append(person)
    if not by_id:
        return
    readable = Board.objects.readable_by(viewer).values("pk")
    closed = set(Board.objects.exclude(pk__in=readable).values_list("pk", flat=True))
    posts, threads, helped = _on(closed, by_id) if closed else ({}, {}, {})
    for pk, rows in by_id.items():
        for row in rows:
            row.told_posts = max(0, row.post_count - posts.get(pk, 0))  # type: ignore[attr-defined]
            row.told_threads = max(0, row.thread_count - threads.get(pk, 0))  # type: ignore[attr-defined]
            row.told_helped = max(0, row.helped_count - helped.get(pk, 0))  # type: ignore[attr-defined]


def _on(boards: Iterable[int], authors: Iterable[int]) -> tuple[Mapping[int, int], ...]:
    """What these authors have on these boards, counted as `counters.rebuild_members` counts it."""
    written = Post.objects.visible().filter(author__in=authors, thread__board__in=boards)
    opened = Thread.objects.public().filter(author__in=authors, board__in=boards)
    accepted = Thread.objects.filter(accepted_post__author__in=authors, board__in=boards).exclude(
        author=F("accepted_post__author")
    )
    return (
        dict(written.values_list("author_id").annotate(n=Count("pk"))),
        dict(opened.values_list("author_id").annotate(n=Count("pk"))),
        dict(accepted.values_list("accepted_post__author_id").annotate(n=Count("pk"))),
    )
