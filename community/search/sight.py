"""What a viewer may find: the boards they read, and the last word of the database on every entry an engine found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.utils import timezone

from community.core import clock
from community.members.models import Member
from community.search import marks
from community.search.asking import Asked
from community.search.engine import Found, Question
from community.search.models import Kind, SearchEntry
from forum.models import Board, Lane, PostState, ThreadState
from forum.models.boards import Verb, right_on_board

if TYPE_CHECKING:
    from forum.roles import Viewer

MOST_BOARDS = 64  # named in a question to an engine; beyond that the database sorts out alone


class Candidate(NamedTuple):
    """An entry the viewer may see, with what its place in the order follows from."""

    kind: str
    ref: int
    seq: int
    at: datetime
    title_terms: str = ""
    is_settled: bool = False
    reactions: int = 0
    held: int = 0
    is_unclaimed: bool = False  # a person who was moved in and has not come


class Sight:
    """The boards of one viewer, read once: `readable` in the order of the board list. One statement."""

    def __init__(self, viewer: Viewer) -> None:
        right = right_on_board(viewer, Verb.READ, "pk")
        answer = ExpressionWrapper(right, BooleanField()) if right else Value(True)
        rows = Board.objects.select_related("group").annotate(may_read=answer)
        self.every = list(rows.order_by("group__position", "group_id", "position", "pk").defer("rights"))
        self.readable = [board for board in self.every if getattr(board, "may_read", False)]
        self._ids = {board.pk: board.slug for board in self.readable}

    def slug_of(self, board_id: int) -> str:
        return self._ids[board_id]

    def lacks(self) -> tuple[str, ...]:
        """Marks of what this viewer may not see. Boards beyond a sensible number are left to `look_up`."""
        closed = [board.pk for board in self.every if board.pk not in self._ids]
        return (marks.GONE, *(marks.board(pk) for pk in closed[:MOST_BOARDS]))

    def question(self, asked: Asked) -> Question | None:
        """What to ask an engine; None where a filter names what is not there. One statement for an author.

        Where no kind is asked for, people are left out: they are asked for apart.
        """
        needs: list[tuple[str, ...]] = []
        if asked.board:
            named = [marks.board(board.pk) for board in self.readable if board.slug == asked.board]
            needs.append(tuple(named))
        if asked.author:
            who = Member.objects.filter(name__iexact=asked.author).values_list("pk", flat=True)
            needs.append(tuple(marks.author(pk) for pk in who[:8]))
        if asked.lane:
            needs.append((marks.lane(asked.lane),))
        if asked.tag:
            needs.append((marks.tag(asked.tag_slug),))
        if asked.answered:
            needs.append((marks.ANSWERED if asked.answered == "yes" else marks.OPEN,))
        if asked.thread:
            needs.append((marks.thread(asked.thread),))
        if asked.since or asked.until:
            first, last = (
                at and at.astimezone(UTC).date() for at in (_start(asked.since), _end(asked.until))
            )
            needs.append(tuple(marks.between(first, last, clock.now().date())))
        if asked.type:
            needs.append((_TYPES[asked.type],))
        if not all(needs):
            return None
        lacks = self.lacks() if asked.type else (*self.lacks(), marks.MEMBER)
        return Question(asked.wanted, asked.unwanted, needs=tuple(needs), lacks=lacks)

    def of_people(self, asked: Asked) -> Question:
        """What to ask an engine for people whose names hold this. No statement."""
        return Question(
            asked.wanted, asked.unwanted, titles=True, needs=((marks.MEMBER,),), lacks=(marks.GONE,)
        )

    def look_up(self, found: Sequence[Found], asked: Asked | None = None) -> list[Candidate]:
        """Those of the found that are there, may be seen and pass every filter, in their order.

        One statement for posts, one for people and articles together.
        """
        posts = self._posts([one.ref for one in found if one.kind == Kind.POST], asked)
        others = {} if asked and asked.narrowed else _others([one for one in found if one.kind != Kind.POST])
        seen: list[Candidate] = []
        for one in found:
            row = posts.get(one.ref) if one.kind == Kind.POST else None
            if row is not None:
                settled = row.accepted_id is not None and (row.accepted_id == row.pk or row.number == 1)
                title = one.title_terms if row.number == 1 else ""
                seen.append(Candidate(one.kind, row.pk, one.seq, row.at, title, settled, row.likes, one.held))
            elif (one.kind, one.ref) in others:
                at, unclaimed = others[one.kind, one.ref]
                terms, held = one.title_terms, one.held
                seen.append(
                    Candidate(one.kind, one.ref, one.seq, at, terms, held=held, is_unclaimed=unclaimed)
                )
        return seen

    def _posts(self, ids: Sequence[int], asked: Asked | None) -> dict[int, PostRow]:
        passes = _filter(asked) if asked and (asked.narrowed or asked.type) else None
        return {
            row.pk: row
            for row in _read(ids, with_tags=bool(asked and asked.tag))
            if row.board_id in self._ids and (passes is None or passes(row, self))
        }


class PostRow(NamedTuple):
    """A visible post as the order and the filters need it."""

    pk: int
    number: int
    at: datetime
    author: str
    thread_id: int
    board_id: int
    lane: str
    accepted_id: int | None
    likes: int
    tags: Any


def _read(ids: Sequence[int], *, with_tags: bool) -> Iterator[PostRow]:
    """Those of these posts that are visible in visible threads. One statement, by hand: it reads hundreds of rows."""
    if not ids:
        return
    tags = "t.tag_list" if with_tags else "NULL"
    sql = f"""
        SELECT p.id, p.number, p.posted_at, m.name, p.thread_id, t.board_id, t.lane, t.accepted_post_id,
            p.reactions, {tags}
        FROM forum_post p JOIN forum_thread t ON t.id = p.thread_id
        LEFT JOIN members_member m ON m.id = p.author_id
        WHERE p.id IN ({", ".join(str(int(pk)) for pk in ids)}) AND p.state = %s AND t.state = %s"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [PostState.VISIBLE, ThreadState.VISIBLE])
        for pk, number, at, author, thread, board, lane, accepted, reactions, tagged in cursor.fetchall():
            if at.tzinfo is None:  # SQLite keeps moments in UTC and does not say so
                at = at.replace(tzinfo=UTC)
            counts = () if reactions in ("{}", {}, None) else _json(reactions).values()
            yield PostRow(
                pk, number, at, author or "", thread, board, lane, accepted, sum(counts), _json(tagged)
            )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


_TYPES = {
    "thread": marks.OPENING,
    "reply": marks.REPLY,
    "member": marks.MEMBER,
    "article": marks.ARTICLE,
}


def _filter(asked: Asked) -> Callable[[PostRow, Sight], bool]:
    """Whether a post passes what a question narrows to."""
    slug, author = asked.tag_slug if asked.tag else "", asked.author.casefold()
    since, until = _start(asked.since), _end(asked.until)

    def passes(row: PostRow, sight: Sight) -> bool:
        return not (
            (asked.board and sight.slug_of(row.board_id) != asked.board)
            or (author and row.author.casefold() != author)
            or (asked.lane and row.lane != asked.lane)
            or (slug and all(one != slug for one, _name in row.tags))
            or (asked.thread and row.thread_id != asked.thread)
            or (since and row.at < since)
            or (until and row.at > until)
            or (asked.type == "thread" and row.number != 1)
            or (asked.type == "reply" and row.number == 1)
            or (asked.answered and row.lane != Lane.ASK)
            or (asked.answered == "yes" and row.accepted_id is None)
            or (asked.answered == "no" and row.accepted_id is not None)
        )

    return passes


def _others(found: Iterable[Found]) -> dict[tuple[str, int], tuple[datetime, bool]]:
    """(kind, id) → when and whether unclaimed, of the people and articles among these that are still there."""
    members = [one.ref for one in found if one.kind == Kind.MEMBER]
    articles = [one.ref for one in found if one.kind == Kind.ARTICLE]
    if not members and not articles:
        return {}
    rows = SearchEntry.objects.filter(
        Q(member_id__in=members, member__is_active=True) | Q(article_id__in=articles, article__live=True)
    ).values_list("kind", "member_id", "article_id", "at", "member__source", "member__claimed_at")
    return {
        (kind, member or article): (at, bool(source) and claimed_at is None)
        for kind, member, article, at, source, claimed_at in rows
    }


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _end(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
