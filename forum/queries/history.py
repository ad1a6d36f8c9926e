"""What happened on the boards, in the order of time: for those who want to learn from it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from community.members.models import Member, Role
from forum.models import Post, PostState, Thread, ThreadState

CHUNK = 2000
QUESTION_MARKS = ("?", "？", "؟")


class Deed(StrEnum):
    """What can have happened to a thread."""

    OPENED = "opened"
    REPLIED = "replied"
    ACCEPTED = "accepted"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, with what could be seen of it at that moment."""

    at: datetime
    deed: Deed
    thread_id: int
    board_id: int
    lane: str
    author_id: int | None = None  # of the words, where words came
    is_staff: bool = False
    asks: bool = False  # a question mark stands in the words


def told(*, board_group_id: int | None = None, since: datetime | None = None) -> Iterator[Event]:
    """Everything that happened (`since` then), oldest first; of one group of boards if asked.

    Three statements, read as a stream.

    Words that were removed later were there before: they are told too. Of accepting and locking only the last time is
    known. Staff is who is staff now.
    """
    threads = Thread.objects.exclude(state=ThreadState.MERGED)
    posts = Post.objects.exclude(state=PostState.MOVED)
    if board_group_id is not None:
        threads = threads.filter(board__group_id=board_group_id)
        posts = posts.filter(thread__board__group_id=board_group_id)
    if since is not None:
        posts = posts.filter(posted_at__gte=since)
        threads = threads.filter(last_posted_at__gte=since)
    return heapq.merge(_words(posts), _marks(threads, "accepted"), _marks(threads, "locked"), key=_moment)


def _moment(event: Event) -> tuple[datetime, int]:
    return event.at, event.thread_id


def _words(posts: QuerySet[Post]) -> Iterator[Event]:
    staff = set(
        Member.objects.filter(role__in=[Role.MODERATOR, Role.EDITOR, Role.ADMIN]).values_list("pk", flat=True)
    )
    rows = posts.order_by("posted_at", "thread_id", "number").values_list(
        "posted_at", "number", "thread_id", "thread__board_id", "thread__lane", "author_id", "plain"
    )
    for at, number, thread_id, board_id, lane, author_id, plain in rows.iterator(chunk_size=CHUNK):
        yield Event(
            at=at,
            deed=Deed.OPENED if number == 1 else Deed.REPLIED,
            thread_id=thread_id,
            board_id=board_id,
            lane=lane,
            author_id=author_id,
            is_staff=author_id in staff,
            asks=any(mark in plain for mark in QUESTION_MARKS),
        )


def _marks(threads: QuerySet[Thread], name: str) -> Iterator[Event]:
    at = f"{name}_at"
    rows = threads.exclude(**{at: None}).order_by(at, "pk").values_list(at, "pk", "board_id", "lane")
    for when, pk, board_id, lane in rows.iterator(chunk_size=CHUNK):
        yield Event(at=when, deed=Deed(name), thread_id=pk, board_id=board_id, lane=lane)
