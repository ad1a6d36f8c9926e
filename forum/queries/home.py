"""What the first page shows: figures everybody may see, what waits for a member, their boards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from community.core import clock
from community.core.prepared import Prepared
from forum.models import (
    Board,
    BoardMark,
    Lane,
    Post,
    PostState,
    Reaction,
    ReactionKind,
    ReadMark,
    Thread,
    ThreadState,
    Verb,
    Watch,
    WatchLevel,
)
from forum.models.boards import right_on_board
from forum.models.threads import UNREAD
from forum.queries.lists import dress
from forum.roles import Kind, values_of

if TYPE_CHECKING:
    from community.members.models import Member

WINDOW = timedelta(days=30)
SAMPLE = 1000  # questions looked at for the usual wait; a month of a busy site


@dataclass(frozen=True, slots=True)
class Figures:
    """Counted over boards that guests may read. The window is the last thirty days."""

    threads: int
    questions: int  # asked in the window
    answered: int  # of these, with a reply by somebody else
    usual_wait: timedelta | None  # median until the first such reply; None while half of them have none


def figures() -> Figures:
    """Two statements, for the whole site: keep the result for some minutes."""
    public = Thread.objects.public().filter(right_on_board(AnonymousUser(), Verb.READ, "board_id"))
    since = clock.now() - WINDOW
    first_answer = (
        Post.objects.visible()
        .filter(thread_id=OuterRef("pk"))
        .exclude(author_id=OuterRef("author_id"))
        .order_by()
        .values("thread_id")
        .annotate(at=Min("posted_at"))
        .values("at")
    )
    asked = public.filter(lane=Lane.ASK, opened_at__gte=since).order_by("-opened_at")
    waits = list(
        asked.annotate(answered_at=Subquery(first_answer)).values_list("opened_at", "answered_at")[:SAMPLE]
    )
    return Figures(
        threads=public.count(),
        questions=len(waits),
        answered=sum(answered is not None for _opened, answered in waits),
        usual_wait=usual_wait(waits),
    )


def usual_wait(waits: list[tuple[datetime, datetime | None]]) -> timedelta | None:
    """Median of the waits; a question nobody answered counts as the longest wait of all."""
    if not waits:
        return None
    seconds = [
        (answered - opened).total_seconds() if answered else float("inf") for opened, answered in waits
    ]
    middle = median(seconds)
    return None if middle == float("inf") else timedelta(seconds=middle)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread that waits for a member, and why: `reply` to them, `choose` an answer, or something `new`."""

    kind: str
    thread: Thread
    reply_id: int | None
    reply_by: str


def _waiting_threads(kind: Kind, size: int, *, viewer_pk: int, joined_at: datetime) -> QuerySet[Thread]:
    member = kind.viewer(viewer_pk=viewer_pk, joined_at=joined_at)
    watched = Watch.objects.filter(member_id=viewer_pk, thread__isnull=False, level=WatchLevel.ALL)
    to_me = (
        Post.objects.visible()
        .filter(thread_id=OuterRef("pk"), reply_to__author_id=viewer_pk, number__gt=OuterRef("read_number"))
        .exclude(author_id=viewer_pk)
        .order_by("-number")
    )
    own_open = Q(
        author_id=viewer_pk,
        lane=Lane.ASK,
        accepted_post__isnull=True,
        answer_count__gt=0,
        locked_at__isnull=True,
    ) & ~Q(last_poster_id=viewer_pk)
    rows = (
        Thread.objects.public()
        .filter(right_on_board(member, Verb.READ, "board_id"), pk__in=watched.values("thread_id"))
        .with_viewer(member)
        .filter((UNREAD & ~Q(last_poster_id=viewer_pk)) | own_open)
        .annotate(
            reply_id=Subquery(to_me.values("pk")[:1]), reply_by=Subquery(to_me.values("author__name")[:1])
        )
        .for_rows()
        .order_by("-last_posted_at", "-id")
    )
    return rows[:size]


_threads_waiting = Prepared(_waiting_threads)


def waiting(member: Member, size: int = 20) -> list[Waiting]:
    """Watched threads with something unread, and the member's own answered questions without a chosen answer.

    The latest first. One statement. Replies to the member are looked for in watched threads: writing in a
    thread watches it.
    """
    rows = _threads_waiting.rows(Kind.of(member), size, **values_of(member))
    return [_waiting(member, dress(thread)) for thread in rows]


def _waiting(member: Member, thread: Thread) -> Waiting:
    reply_id: int | None = getattr(thread, "reply_id", None)
    if reply_id:
        return Waiting("reply", thread, reply_id, str(getattr(thread, "reply_by", "")))
    is_own_open = (
        thread.author_id == member.pk and thread.lane == Lane.ASK and thread.accepted_post_id is None
    )
    if is_own_open and thread.answer_count and not thread.is_locked:
        return Waiting("choose", thread, None, "")
    return Waiting("new", thread, None, "")


@dataclass(frozen=True, slots=True)
class MyBoard:
    board: Board
    new: int  # threads with something unread


def _watched_boards(kind: Kind, size: int, *, viewer_pk: int, joined_at: datetime) -> QuerySet[Board]:
    member = kind.viewer(viewer_pk=viewer_pk)
    read = ReadMark.objects.filter(
        member_id=viewer_pk, thread_id=OuterRef("pk"), number__gte=OuterRef("shown_number")
    )
    # Asked once for each board, not for each of its threads.
    horizon = BoardMark.objects.filter(member_id=viewer_pk, board_id=OuterRef(OuterRef("pk")))
    fresh = (
        Thread.objects.public()
        .filter(board_id=OuterRef("pk"))
        .filter(last_posted_at__gt=Coalesce(Subquery(horizon.values("at")[:1]), joined_at))
        .filter(~Exists(read))
        .order_by()
        .values("board_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        Board.objects.readable_by(member)
        .filter(watches__member_id=viewer_pk, watches__level=WatchLevel.ALL)
        .annotate(fresh=Coalesce(Subquery(fresh, output_field=IntegerField()), 0))
        .order_by(F("fresh").desc(), F("last_posted_at").desc(nulls_last=True), "pk")
    )
    return rows[:size]


_boards_watched = Prepared(_watched_boards)


def my_boards(member: Member, size: int = 8) -> list[MyBoard]:
    """Boards the member watches, with how many threads there have something new. One statement."""
    rows = _boards_watched.rows(Kind.of(member), size, **values_of(member))
    return [MyBoard(board, int(getattr(board, "fresh", 0))) for board in rows]


def while_away(member: Member, since: datetime) -> tuple[int, int]:
    """How many people found a post of the member's useful, or answered one, since then. One statement.

    Only what the member may see themselves: visible posts in visible threads of boards they may read.
    """
    threads = Thread.objects.visible_to(member).filter(state=ThreadState.VISIBLE).values("pk")
    mine = Post.objects.filter(author=member, state=PostState.VISIBLE, thread__in=threads)
    useful = Reaction.objects.filter(post__in=mine.values("pk"), at__gt=since)
    useful = useful.filter(kind__in=[ReactionKind.USEFUL, ReactionKind.THANKS]).exclude(member=member)
    answers = Post.objects.filter(
        reply_to__in=mine.values("pk"), state=PostState.VISIBLE, posted_at__gt=since
    )
    helped = useful.order_by().values(what=Value("helped")).annotate(n=Count("member", distinct=True))
    said = (
        answers.exclude(author=member)
        .order_by()
        .values(what=Value("said"))
        .annotate(n=Count("author", distinct=True))
    )
    found = dict(helped.values_list("what", "n").union(said.values_list("what", "n"), all=True))
    return found.get("helped", 0), found.get("said", 0)
