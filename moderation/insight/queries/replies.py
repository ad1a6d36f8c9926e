"""How long questions of a window waited for a person's first reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from community.core.among import among
from community.members.models import Role
from forum.models import Board, Lane, Post, PostState, Thread
from moderation.insight.waits import Waits, waits_of
from moderation.insight.window import Window
from moderation.promises.models import Machine, SetAside

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 20_000  # of the latest questions; pages say when there were more


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `hour` is by the site's clocks; `by`: the role of whoever replied first, "" while nobody has."""

    thread_id: int
    board_id: int
    at: datetime
    hour: int
    wait: timedelta | None
    is_new: bool
    by: str


def questions(board_ids: Iterable[int], window: Window) -> QuerySet[Thread]:
    """Questions that stand in the lists, by anybody, asked in the window."""
    return Thread.objects.public().filter(
        board_id__in=list(board_ids),
        lane=Lane.ASK,
        opened_at__gte=window.since,
        opened_at__lt=window.until,
        imported_from="",
    )


def asked(board_ids: Iterable[int], window: Window) -> list[Asked]:
    """Every question with its first reply, the latest first; at most `MOST`. One statement.

    A reply is somebody else's visible post that no machine wrote, that is more than a template, and of which the asker
    did not say that it is no answer. `is_new`: nobody knew its author's words before.
    """
    marked = SetAside.objects.filter(post_id=OuterRef("pk"))
    reply = (
        Post.objects.filter(thread_id=OuterRef("pk"), state=PostState.VISIBLE, number__gt=1)
        .exclude(author_id=OuterRef("author_id"))
        .exclude(Exists(Machine.objects.filter(member_id=OuterRef("author_id"))))
        .exclude(Exists(marked.exclude(why=SetAside.Why.REWRITTEN)))
        # What was a template at first is told from when it was more.
        .annotate(said_at=Coalesce(Subquery(marked.values("at")[:1]), "posted_at"))
        .order_by("number")
    )
    before = Post.objects.filter(author_id=OuterRef("author_id"), posted_at__lt=OuterRef("opened_at"))
    rows = (
        questions(board_ids, window)
        .annotate(
            first_at=Subquery(reply.values("said_at")[:1]),
            first_by=Subquery(reply.values("author__role")[:1]),
            is_known=Exists(before),
        )
        .order_by("-opened_at", "-id")
        .values_list("pk", "board_id", "opened_at", "first_at", "first_by", "is_known")[:MOST]
    )
    return [
        Asked(
            thread_id=pk,
            board_id=board_id,
            at=at,
            hour=at.astimezone(window.wall).hour,
            wait=None if first is None else max(first - at, timedelta()),
            is_new=not is_known,
            by=by or "",
        )
        for pk, board_id, at, first, by, is_known in rows
    ]


@dataclass(frozen=True, slots=True)
class Replies:
    """First replies, all together and apart."""

    all: Waits
    by_hour: Sequence[Waits]  # 0 to 23
    by_board: Sequence[tuple[Board, Waits]]
    new: Waits
    regular: Waits
    by_role: Mapping[str, int]  # first replies
    is_cut: bool


def replies(boards: Sequence[Board], told: Sequence[Asked]) -> Replies:
    """The figures of what was asked on these boards. No statement."""
    hours: list[list[timedelta | None]] = [[] for _ in range(24)]
    places: dict[int, list[timedelta | None]] = {board.pk: [] for board in boards}
    roles: dict[str, int] = {}
    for one in told:
        hours[one.hour].append(one.wait)
        places[one.board_id].append(one.wait)
        if one.by:
            roles[one.by] = roles.get(one.by, 0) + 1
    return Replies(
        all=waits_of(one.wait for one in told),
        by_hour=[waits_of(hour) for hour in hours],
        by_board=[(board, waits_of(places[board.pk])) for board in boards if places[board.pk]],
        new=waits_of(one.wait for one in told if one.is_new),
        regular=waits_of(one.wait for one in told if not one.is_new),
        by_role=roles,
        is_cut=len(told) == MOST,
    )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of the questions a number counts, as it stands in an address."""

    board: Board | None = None
    hour: int | None = None
    who: str = ""  # new | regular
    only: str = ""  # open: no reply yet; answered
    by: str = ""  # the role of whoever replied first

    @classmethod
    def of(cls, params: Mapping[str, str], boards: Sequence[Board]) -> Narrowed:
        hour, who, only, by = (params.get(name, "") for name in ("hour", "who", "only", "by"))
        return cls(
            board=next((board for board in boards if board.slug == params.get("board")), None),
            hour=int(hour)
            if hour.isascii() and hour.isdigit() and len(hour) < 3 and int(hour) < 24
            else None,
            who=who if who in ("new", "regular") else "",
            only=only if only in ("open", "answered") else "",
            by=by if by in Role.values else "",
        )

    def keeps(self, one: Asked) -> bool:
        return (
            (self.board is None or one.board_id == self.board.pk)
            and (self.hour is None or one.hour == self.hour)
            and (not self.who or one.is_new == (self.who == "new"))
            and (not self.only or (one.wait is None) == (self.only == "open"))
            and (not self.by or one.by == self.by)
        )


def threads(rows: Sequence[Asked]) -> dict[int, Thread]:
    """Titles and authors of some of them. One statement."""
    found = Thread.objects.filter(pk__in=among([row.thread_id for row in rows])).select_related(
        "board", "author"
    )
    return {row.pk: row for row in found.defer("excerpt", "board__rights", "board__form")}
