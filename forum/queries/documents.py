"""Posts as search sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from forum.fields import searchable
from forum.models import Post, PostState, ThreadState


@dataclass(frozen=True, slots=True)
class PostDocument:
    """A post's words with what it answered to its board's form, and what it can be narrowed by.

    `tags` are the thread's: (slug, name).
    """

    post_id: int
    thread_id: int
    board_id: int
    author_id: int | None
    number: int
    title: str
    tags: tuple[tuple[str, str], ...]
    lane: str
    is_answered: bool
    is_visible: bool  # to whoever may read the board
    plain: str
    posted_at: datetime

    @property
    def is_opening(self) -> bool:
        return self.number == 1


_COLUMNS = (
    "pk", "thread_id", "thread__board_id", "author_id", "number", "thread__title", "thread__tag_list",
    "thread__lane", "thread__accepted_post_id", "state", "thread__state", "plain", "particulars", "posted_at",
)  # fmt: skip


def of_posts(post_ids: Iterable[int]) -> list[PostDocument]:
    """The posts that have words, whoever may read them: rights are applied when somebody searches. One statement."""
    rows = (
        Post.objects.filter(pk__in=list(post_ids))
        .exclude(state__in=[PostState.MOVED, PostState.PURGED])
        .values_list(*_COLUMNS)
    )
    return [
        PostDocument(
            post_id=pk,
            thread_id=thread_id,
            board_id=board_id,
            author_id=author_id,
            number=number,
            title=title,
            tags=tuple((slug, name) for slug, name in tags),
            lane=lane,
            is_answered=accepted is not None,
            is_visible=state == PostState.VISIBLE and thread_state == ThreadState.VISIBLE,
            plain=f"{plain}\n{searchable(particulars)}" if particulars else plain,
            posted_at=posted_at,
        )
        for (
            pk, thread_id, board_id, author_id, number, title, tags, lane, accepted, state, thread_state,
            plain, particulars, posted_at,
        ) in rows
    ]  # fmt: skip


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
