"""A member's feed, gathered when it is read: nothing is copied, so nothing that was hidden since can stand there.

Four sources, each asked for no more than one page behind the cursor and each excluding what a stronger one shows:
posts of people, new threads of boards, new threads with tags, answers that were accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from community.core.pagination import BadCursor, seal, unseal
from community.core.text import excerpt
from community.members.access import current_standing, may_see_field
from community.members.models import Follow, Ignore, Member, Standing, all_but_face
from forum.models import (
    BoardMark,
    Post,
    PostState,
    ReadMark,
    TagFollow,
    Thread,
    ThreadState,
    Verb,
    Watch,
    WatchLevel,
)
from forum.models.boards import right_on_board
from forum.raising import said

PER_PAGE = 20
WORDS = 200
SUGGESTED = 6
_UNSHOWN_BOARD = ("rights", "about_en", "about_zh", "lane_counts")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did, and why it stands here. `why`: person, board or tag; `of` is the tag's name."""

    at: datetime
    rank: int
    pk: int
    kind: str  # opened | reply | accepted
    thread: Thread
    post_id: int | None
    author: Member
    words: str
    lang: str
    why: str
    of: str = ""

    @property
    def raised(self) -> str:
        """Who raised its thread and why, "" for one that stands where it stands. No statement."""
        return said(self.thread)


@dataclass(frozen=True, slots=True)
class FeedPage:
    items: list[Entry]
    next: str | None = None
    previous: str | None = None
    bad_cursor: bool = False


Place = tuple[datetime, int, int]
Source = Callable[[Member, Place | None, bool, int], list[Entry]]


def feed(member: Member, cursor: str | None = None, *, unread: bool = False) -> FeedPage:
    """A page of the member's feed, the newest first. Four statements, three with `unread`."""
    place, bad = None, False
    if cursor:
        try:
            at, rank, pk = unseal(cursor)
            place = (at, rank, pk) if isinstance(at, datetime) else None
        except (BadCursor, ValueError):
            bad = True
    sources = _SOURCES[:-1] if unread else _SOURCES
    found = [entry for source in sources for entry in source(member, place, unread, PER_PAGE + 1)]
    found.sort(key=lambda entry: (entry.at, entry.rank, entry.pk), reverse=True)
    items = found[:PER_PAGE]
    last = items[-1] if len(found) > PER_PAGE else None
    return FeedPage(items, seal([last.at, last.rank, last.pk]) if last else None, bad_cursor=bad)


def _followed(member: Member) -> QuerySet[Follow, int]:
    return Follow.objects.filter(member=member).values_list("target_id", flat=True)


def _watched(member: Member) -> QuerySet[Watch, int | None]:
    rows = Watch.objects.filter(member=member, level=WatchLevel.ALL, board__isnull=False)
    return rows.values_list("board_id", flat=True)


def _shown(member: Member, *, author: str, thread: str, board: str) -> Q:
    """SQL form of "this member may and wants to see it", for rows with these columns.

    Not their own, on a board they may read and did not mute, and nobody's whom either of the two keeps away.
    """
    muted = Watch.objects.filter(member=member, level=WatchLevel.MUTED)
    mine = Ignore.objects.filter(member=member, target_id=OuterRef(author))
    theirs = Ignore.objects.filter(member_id=OuterRef(author), target=member, blocks=True)
    return (
        right_on_board(member, Verb.READ, board)
        & ~Q(**{author: member.pk})
        & ~Exists(mine)
        & ~Exists(theirs)
        & ~Exists(muted.filter(thread_id=OuterRef(thread)))
        & ~Exists(muted.filter(board_id=OuterRef(board)))
    )


def _unseen(rows: QuerySet[Any], member: Member, *, thread: str, board: str, number: Any, at: str) -> Any:
    """Only what is behind neither the member's mark in the thread nor what counts as read on the board."""
    marks = ReadMark.objects.filter(member=member, thread_id=OuterRef(thread)).values("number")[:1]
    boards = BoardMark.objects.filter(member=member, board_id=OuterRef(board)).values("at")[:1]
    return rows.annotate(
        seen_number=Coalesce(Subquery(marks), Value(0), output_field=IntegerField()),
        seen_at=Coalesce(Subquery(boards), Value(member.joined_at)),
        own_number=number,
    ).filter(own_number__gt=F("seen_number"), **{f"{at}__gt": F("seen_at")})


def _stretch(rows: QuerySet[Any], at: str, rank: int, place: Place | None, most: int) -> QuerySet[Any]:
    if place is not None:
        moment, beside, pk = place
        behind = Q(**{f"{at}__lt": moment})
        if rank < beside:
            behind |= Q(**{at: moment})
        elif rank == beside:
            behind |= Q(**{at: moment, "pk__lt": pk})
        # The bound stands outside too, where the database turns it into a range of the index.
        rows = rows.filter(behind, **{f"{at}__lte": moment})
    return rows.order_by(f"-{at}", "-pk")[:most]


def _of_people(member: Member, place: Place | None, unread: bool, most: int) -> list[Entry]:
    """What people the member follows wrote."""
    rows = Post.objects.visible().filter(
        _shown(member, author="author_id", thread="thread_id", board="thread__board_id"),
        thread__state=ThreadState.VISIBLE,
        author_id__in=_followed(member),
    )
    if unread:
        rows = _unseen(
            rows, member, thread="thread_id", board="thread__board_id", number=F("number"), at="posted_at"
        )
    rows = rows.select_related("author", "thread__board", "thread__raised__by").defer(
        "source",
        "html",
        "thread__days",
        *(f"thread__board__{name}" for name in _UNSHOWN_BOARD),
        *all_but_face("author", "thread__raised__by"),
    )
    return [
        Entry(
            at=post.posted_at,
            rank=3,
            pk=post.pk,
            kind="opened" if post.is_opening else "reply",
            thread=post.thread,
            post_id=None if post.is_opening else post.pk,
            author=post.author,
            words=excerpt(post.plain, WORDS),
            lang=post.lang,
            why="person",
        )
        for post in _stretch(rows, "posted_at", 3, place, most)
    ]


def _threads(member: Member, unread: bool) -> QuerySet[Thread]:
    rows = (
        Thread.objects.public()
        .filter(_shown(member, author="author_id", thread="pk", board="board_id"))
        .exclude(author_id__in=_followed(member))
    )
    if unread:
        rows = _unseen(rows, member, thread="pk", board="board_id", number=Value(1), at="opened_at")
    return rows.select_related("author", "board", "raised__by").defer(
        "days", *(f"board__{name}" for name in _UNSHOWN_BOARD), *all_but_face("author", "raised__by")
    )


def _opened(thread: Thread, rank: int, why: str) -> Entry:
    return Entry(
        at=thread.opened_at,
        rank=rank,
        pk=thread.pk,
        kind="opened",
        thread=thread,
        post_id=None,
        author=thread.author,
        words=excerpt(thread.excerpt, WORDS),
        lang=thread.lang,
        why=why,
        of=getattr(thread, "tag_name", "") or "",
    )


def _of_boards(member: Member, place: Place | None, unread: bool, most: int) -> list[Entry]:
    """New threads of boards the member watches."""
    rows = _threads(member, unread).filter(board_id__in=_watched(member))
    return [_opened(thread, 2, "board") for thread in _stretch(rows, "opened_at", 2, place, most)]


def _of_tags(member: Member, place: Place | None, unread: bool, most: int) -> list[Entry]:
    """New threads with a tag the member follows, elsewhere."""
    tagged = TagFollow.objects.filter(member=member, tag__threads=OuterRef("pk"))
    rows = (
        _threads(member, unread)
        .exclude(board_id__in=_watched(member))
        .filter(Exists(tagged))
        .annotate(tag_name=Subquery(tagged.values("tag__name")[:1]))
    )
    return [_opened(thread, 1, "tag") for thread in _stretch(rows, "opened_at", 1, place, most)]


def _of_answers(member: Member, place: Place | None, unread: bool, most: int) -> list[Entry]:
    """Answers of people the member follows that were accepted."""
    return list(_accepted(_stretch(answered_threads(member), "accepted_at", 0, place, most)))


def answered_threads(member: Member) -> QuerySet[Thread]:
    """Threads that an answer of somebody the member follows was accepted in; read along the index of such moments."""
    return (
        Thread.objects.public()
        .filter(
            _shown(member, author="accepted_post__author_id", thread="pk", board="board_id"),
            accepted_at__isnull=False,
            accepted_post__state=PostState.VISIBLE,
            accepted_post__author_id__in=_followed(member),
        )
        .select_related("accepted_post__author", "board", "raised__by")
        .defer(
            "days",
            "accepted_post__source",
            "accepted_post__html",
            *(f"board__{name}" for name in _UNSHOWN_BOARD),
            *all_but_face("accepted_post__author", "raised__by"),
        )
    )


def _accepted(threads: QuerySet[Thread]) -> Iterator[Entry]:
    for thread in threads:
        post = thread.accepted_post
        if post is not None and post.author is not None and thread.accepted_at is not None:
            yield Entry(
                at=thread.accepted_at,
                rank=0,
                pk=thread.pk,
                kind="accepted",
                thread=thread,
                post_id=post.pk,
                author=post.author,
                words=excerpt(post.plain, WORDS),
                lang=post.lang,
                why="person",
            )


_SOURCES: tuple[Source, ...] = (_of_people, _of_boards, _of_tags, _of_answers)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody the member might follow, and why. `why`: helped (answered them) or drives (the same car)."""

    member: Member
    why: str


def suggestions(member: Member) -> list[Suggestion]:
    """People who answered the member's questions, then people who drive the same and say so. One statement."""
    helped = Thread.objects.public().filter(author=member, accepted_post__author_id=OuterRef("pk"))
    near = Ignore.objects.filter(
        Q(member=member, target_id=OuterRef("pk")) | Q(target=member, member_id=OuterRef("pk"), blocks=True)
    )
    same = Q(drives__iexact=member.drives) if member.drives else Q(pk=None)
    rows: QuerySet[Any] = (
        Member.objects.listed()
        .filter(Q(Exists(helped)) | same, ~Exists(near), source="")
        .exclude(pk=member.pk)
        .exclude(pk__in=_followed(member))
        .annotate(weight=Case(When(Exists(helped), then=1), default=0, output_field=IntegerField()))
        .order_by("-weight", "-helped_count", "name_key")
    )
    kept = (
        Suggestion(one, "helped" if one.weight else "drives")
        for one in rows[: 4 * SUGGESTED]
        if current_standing(one) != Standing.SUSPENDED
        and (one.weight or may_see_field(member, one, "drives"))
    )
    return list(islice(kept, SUGGESTED))
