"""Posts as search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from forum.models import Post, PostState


@dataclass(frozen=True, slots=True)
class PostDocument:
    post_id: int
    title: str
    tags: tuple[str, ...]
    plain: str
    posted_at: datetime
    is_opening: bool


def of_posts(post_ids: Iterable[int]) -> list[PostDocument]:
    """The posts that have words, whoever may read them: rights are applied when somebody searches. One statement."""
    rows = (
        Post.objects.filter(pk__in=list(post_ids))
        .exclude(state__in=[PostState.MOVED, PostState.PURGED])
        .values_list("pk", "number", "plain", "posted_at", "thread__title", "thread__tag_list")
    )
    return [
        PostDocument(
            post_id=pk,
            title=title,
            tags=tuple(name for _slug, name in tags),
            plain=plain,
            posted_at=posted_at,
            is_opening=number == 1,
        )
        for pk, number, plain, posted_at, title, tags in rows
    ]


def all_ids(size: int = 1000) -> Iterator[list[int]]:
    """Ids of every post in batches, oldest first, so that newer posts get higher places in the index."""
    last = 0
    while batch := list(Post.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield batch
        last = batch[-1]


def opening_of(thread_id: int) -> int | None:
    """The id of a thread's opening post. One statement."""
    return Post.objects.filter(thread_id=thread_id, number=1).values_list("pk", flat=True).first()


def of_threads(thread_ids: Iterable[int]) -> list[int]:
    """Ids of every post in these threads. One statement."""
    return list(
        Post.objects.filter(thread_id__in=list(thread_ids)).order_by("pk").values_list("pk", flat=True)
    )


def count() -> int:
    """How many posts `all_ids` will give. One statement; for progress bars, not for pages."""
    return Post.objects.count()
