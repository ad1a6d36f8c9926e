"""What nobody looks after: boards without a visit by staff, and promises about to be broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from community.core import clock
from community.members.models import Member, Role
from forum.models import Board, ReadMark
from moderation.desk.queries import boards_for
from moderation.insight.queries.operations import STAFF
from moderation.promises.models import RUNNING, Clock, Promise
from moderation.topics.queries import Shown, owing

QUIET_AFTER = timedelta(hours=48)  # a board without a visit for so long is told of
ROWS = 20


@dataclass(frozen=True, slots=True)
class Unvisited:
    """A board and when somebody of staff last read or wrote there; None: nobody ever did."""

    board: Board
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Watch:
    """`near`: clocks of which three quarters are over, and those that broke and still wait, the first due first.

    `late`: themes of the calendar whose owner owes a thread or a summary.
    """

    unvisited: Sequence[Unvisited]
    near: Sequence[Clock]
    late: Sequence[Shown]

    @property
    def is_calm(self) -> bool:
        return not (self.unvisited or self.near or self.late)


def watch(boards: Sequence[Board]) -> Watch:
    """At most four statements."""
    ids = [board.pk for board in boards]
    since = clock.now() - QUIET_AFTER
    seen = last_visits(ids)
    quiet = [
        Unvisited(board, seen.get(board.pk))
        for board in boards
        if not board.is_closed
        and board.last_posted_at
        and _waits(board.last_posted_at, seen.get(board.pk), since)
    ]
    near = Clock.objects.filter(RUNNING, board_id__in=ids, stage__gte=Clock.Stage.LATE).select_related(
        "thread", "board", "terms"
    )
    return Watch(
        sorted(quiet, key=lambda one: (one.at is not None, one.at or since, one.board.pk)),
        list(near.defer("thread__excerpt", "board__rights", "board__form").order_by("due_at", "id")[:ROWS]),
        [one for one in owing(ids) if one.is_late][:ROWS],
    )


@dataclass(frozen=True, slots=True)
class Unseen:
    """A board that somebody has to look after: who, and since when nobody did."""

    member_id: int
    unvisited: Unvisited

    @property
    def key(self) -> str:
        """The same until somebody looks: nobody is told twice of one silence."""
        since = int(self.unvisited.at.timestamp()) if self.unvisited.at else 0
        return f"unseen:{self.unvisited.board.pk}:{self.member_id}:{since}"


def unseen() -> list[Unseen]:
    """Every unvisited board with its lead; administrators where it has none. Two statements, and three a person.

    The lead is the one of the calendar behind its promise, as long as they keep order on it.
    """
    promised = Promise.objects.filter(minutes__isnull=False, calendar__lead__is_active=True)
    leads = dict(promised.values_list("board_id", "calendar__lead_id"))
    people = Member.objects.filter(Q(pk__in=leads.values()) | Q(role=Role.ADMIN), is_active=True, source="")
    found: list[Unseen] = []
    led: set[int] = set()
    for member in sorted(people, key=lambda one: (one.pk not in leads.values(), one.pk)):
        for one in watch(boards_for(member)).unvisited:
            if leads.get(one.board.pk) == member.pk:
                led.add(one.board.pk)
                found.append(Unseen(member.pk, one))
            elif member.role == Role.ADMIN and one.board.pk not in led:
                found.append(Unseen(member.pk, one))
    return found


def _waits(written_at: datetime, seen_at: datetime | None, since: datetime) -> bool:
    """Whether something was written that nobody of staff saw, and for so long. A board where nobody writes needs none."""
    if seen_at is None:
        return written_at <= since
    return seen_at <= since and written_at > seen_at


def last_visits(board_ids: Sequence[int]) -> dict[int, datetime]:
    """When somebody of staff last had a post of these boards on screen; boards without any visit are left out."""
    marks = ReadMark.objects.filter(thread__board_id__in=board_ids, member__role__in=STAFF)
    return dict(marks.values_list("thread__board_id").annotate(at=Max("at")).order_by())
