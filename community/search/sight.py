"""What a viewer may find: the boards they read, and the last word of the database on every entry an engine found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.utils import timezone

from community.core import clock
from community.members.models import Member
from community.search import marks
from community.search.asking import Asked
from community.search.engine import Found, Question
from community.search.models import Kind, SearchEntry
from forum.models import Board, Lane, Post, PostState, ThreadState
from forum.models.boards import Verb, right_on_board

if TYPE_CHECKING:
    from forum.roles import Viewer

MOST_BOARDS = 64  # named in a question to an engine; beyond that the database sorts out alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry the viewer may see, with what its place in the order follows from."""

    kind: str
    ref: int
    seq: int
    at: datetime
    title_terms: str = ""
    is_settled: bool = False
    reactions: int = 0
    held: int = 0
    thread_id: int = 0


class Sight:
    """The boards of one viewer, read once: `readable` in the order of the board list. One statement."""

    def __init__(self, viewer: Viewer) -> None:
        right = right_on_board(viewer, Verb.READ, "pk")
        answer = ExpressionWrapper(right, BooleanField()) if right else Value(True)
        rows = Board.objects.select_related("group").annotate(may_read=answer)
        self.every = list(rows.order_by("group__position", "group_id", "position", "pk").defer("rights"))
        self.readable = [board for board in self.every if getattr(board, "may_read", False)]
        self._ids = {board.pk for board in self.readable}

    def lacks(self) -> tuple[str, ...]:
        """Marks of what this viewer may not see. Boards beyond a sensible number are left to `look_up`."""
        closed = [board.pk for board in self.every if board.pk not in self._ids]
        return (marks.GONE, *(marks.board(pk) for pk in closed[:MOST_BOARDS]))

    def question(self, asked: Asked) -> Question | None:
        """What to ask an engine; None where a filter names what is not there. One statement for an author."""
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
            needs.append(tuple(marks.between(asked.since, asked.until, clock.now().date())))
        if asked.type:
            needs.append((_TYPES[asked.type],))
        if not all(needs):
            return None
        return Question(asked.wanted, asked.unwanted, needs=tuple(needs), lacks=self.lacks())

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
                number, at, thread_id, accepted, reactions = row
                settled = accepted is not None and (accepted == one.ref or number == 1)
                likes = sum(reactions.values()) if reactions else 0
                title = one.title_terms if number == 1 else ""
                seen.append(
                    Candidate(one.kind, one.ref, one.seq, at, title, settled, likes, one.held, thread_id)
                )
            elif (one.kind, one.ref) in others:
                at = others[one.kind, one.ref]
                seen.append(Candidate(one.kind, one.ref, one.seq, at, one.title_terms, held=one.held))
        return seen

    def _posts(self, ids: Sequence[int], asked: Asked | None) -> dict[int, tuple[Any, ...]]:
        if not ids:
            return {}
        rows = Post.objects.filter(pk__in=ids, state=PostState.VISIBLE, thread__state=ThreadState.VISIBLE)
        if asked:
            rows = rows.filter(**_filters(asked))
        shown = rows.values_list(
            "pk",
            "thread__board_id",
            "number",
            "posted_at",
            "thread_id",
            "thread__accepted_post_id",
            "reactions",
        )
        return {row[0]: row[2:] for row in shown if row[1] in self._ids}


_TYPES = {
    "thread": marks.OPENING,
    "reply": marks.REPLY,
    "member": marks.MEMBER,
    "article": marks.ARTICLE,
}


def _filters(asked: Asked) -> dict[str, Any]:
    """What a question narrows to, on the posts themselves."""
    wanted: dict[str, Any] = {
        "thread__board__slug": asked.board,
        "author__name__iexact": asked.author,
        "thread__lane": asked.lane,
        "thread__tags__slug": asked.tag_slug,
        "thread_id": asked.thread,
        "posted_at__gte": _start(asked.since),
        "posted_at__lte": _end(asked.until),
    }
    wanted = {name: value for name, value in wanted.items() if value}
    if asked.type in ("thread", "reply"):
        wanted |= {"number": 1} if asked.type == "thread" else {"number__gt": 1}
    if asked.answered:
        wanted |= {"thread__lane": Lane.ASK, "thread__accepted_post__isnull": asked.answered == "no"}
    return wanted


def _others(found: Iterable[Found]) -> dict[tuple[str, int], datetime]:
    """(kind, id) → when, of the people and articles among these that are still there."""
    members = [one.ref for one in found if one.kind == Kind.MEMBER]
    articles = [one.ref for one in found if one.kind == Kind.ARTICLE]
    if not members and not articles:
        return {}
    rows = SearchEntry.objects.filter(
        Q(member_id__in=members, member__is_active=True) | Q(article_id__in=articles, article__live=True)
    ).values_list("kind", "member_id", "article_id", "at")
    return {(kind, member or article): at for kind, member, article, at in rows}


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _end(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
