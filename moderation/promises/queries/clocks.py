"""What clocks show: for the desk, for a thread's page, and for the record of a board."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.core import clock
from community.core.among import among
from community.core.pagination import KeysetPage, keyset
from community.core.prepared import Prepared
from community.members.models import all_but_face
from forum.models import Thread, Verb
from forum.models.boards import right_on_board
from moderation.promises.models import RUNNING, Alert, Clock, Promise, SetAside
from moderation.promises.policy import DAYS_TOLD, Record, record_of, worked

if TYPE_CHECKING:
    from community.members.models import Member

ROWS = 30
MOST_PROMISED = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A question's clock at a moment. `hours_left` by the clock on the wall, below 0 when the promise is broken."""

    thread_id: int
    asked_at: datetime
    due_at: datetime
    hours_left: float
    working_left: timedelta
    holder_id: int | None
    is_first: bool
    stage: int


def clocks_of(thread_ids: Iterable[int]) -> dict[int, Shown]:
    """The running clocks of these threads, by thread. One statement; what was answered or stands aside has none."""
    now = clock.now()
    rows = Clock.objects.filter(RUNNING, thread_id__in=among(list(thread_ids)))
    return {row.thread_id: shown(row, now) for row in rows.select_related("terms")}


def shown(row: Clock, now: datetime) -> Shown:
    return Shown(
        thread_id=row.thread_id,
        asked_at=row.asked_at,
        due_at=row.due_at,
        hours_left=(row.due_at - now).total_seconds() / 3600,
        working_left=worked(row.terms.hours, now, row.due_at),
        holder_id=row.holder_id,
        is_first=row.is_first,
        stage=row.stage,
    )


def clock_of(thread_id: int) -> Clock | None:
    """One question's clock with its terms and its answer. One statement."""
    return Clock.objects.select_related("terms", "answer").filter(thread_id=thread_id).first()


def rejected(thread_id: int) -> list[SetAside]:
    """Replies of a thread of which its asker said that they are no answer. One statement."""
    rows = SetAside.objects.filter(post__thread_id=thread_id, why=SetAside.Why.NOT_ANSWER)
    return list(
        rows.select_related("post__author").defer("post__html", "post__source").order_by("post__number")
    )


def promised_to(viewer: Member, member_id: int | None) -> list[Clock]:
    """What was promised to who asked, the latest first, as far as the viewer may see the questions. One statement."""
    if member_id is None:
        return []
    seen = Thread.objects.visible_to(viewer).filter(author=member_id)
    rows = Clock.objects.filter(thread__in=seen.values("pk")).select_related("thread", "terms")
    return list(rows.defer("thread__excerpt").order_by("-asked_at", "-id")[:MOST_PROMISED])


def has_promise(board_id: int) -> bool:
    """Whether a board promises anything now. One statement."""
    return Promise.objects.filter(board_id=board_id, minutes__isnull=False).exists()


def has_clock(thread_id: int) -> bool:
    return Clock.objects.filter(thread_id=thread_id).exists()


_running = Prepared(lambda *, thread_id: Clock.objects.filter(RUNNING, thread_id=thread_id).only("pk")[:1])


def runs(thread_id: int) -> bool:
    """Whether a thread's clock waits for a reply. One statement."""
    return bool(_running.rows(thread_id=thread_id))


def missed(now: datetime) -> Q:
    """Clocks whose promise is broken, noted already or not yet."""
    return Q(broken_at__isnull=False) | (RUNNING & Q(due_at__lte=now))


def told_clocks(board_ids: Collection[int], now: datetime) -> QuerySet[Clock]:
    """The clocks that boards' records speak of: questions of the last thirty days that were answered, or broke."""
    rows = Clock.objects.filter(board__in=board_ids, asked_at__gt=now - timedelta(days=DAYS_TOLD))
    return rows.filter(Q(answered_at__isnull=False) | missed(now))


def count_record(board_id: int, now: datetime) -> Record:
    """The record as its rows have it. One statement."""
    return count_records([board_id], now)[board_id]


def count_records(board_ids: Collection[int], now: datetime) -> dict[int, Record]:
    """The record of each of these boards as its rows have it. One statement, none for no boards."""
    told: dict[int, list[tuple[bool, int | None]]] = {board_id: [] for board_id in board_ids}
    rows = told_clocks(board_ids, now) if board_ids else Clock.objects.none()
    for board_id, answered, broken, waited in rows.values_list(
        "board_id", "answered_at", "broken_at", "waited"
    ):
        kept = broken is None and answered is not None
        told[board_id].append((kept, waited if answered is not None else None))
    return {board_id: record_of(outcomes) for board_id, outcomes in told.items()}


# Pages of the team -----------------------------------------------------------------------------------------------


def _mine(viewer: Member, rows: QuerySet[Any], thread: str) -> QuerySet[Any]:
    """Only what stands on boards the viewer keeps order on now."""
    return rows.filter(right_on_board(viewer, Verb.MODERATE, f"{thread}board_id"))


def running(viewer: Member, cursor: str | None, *, own: bool = False) -> KeysetPage[Clock]:
    """Questions that wait, the first due first, on boards the viewer moderates; `own`: those that are with them.

    Each with `is_unheard`: at its stage nobody could be asked to look. One statement.
    """
    rows = Clock.objects.filter(RUNNING)
    if own:
        rows = rows.filter(holder=viewer)
    rows = _mine(viewer, rows, "thread__").select_related(
        "thread__board", "thread__author", "holder", "terms"
    )
    rows = rows.defer(*all_but_face("thread__author", "holder"), "thread__excerpt", "thread__board__form")
    unheard = Alert.objects.filter(
        clock=OuterRef("pk"), lap=OuterRef("laps"), stage=OuterRef("stage"), recipient=None
    )
    rows = rows.annotate(is_unheard=Exists(unheard))
    return keyset(rows, order=("due_at", "id"), cursor=cursor, size=ROWS)


def alerts(viewer: Member) -> list[Alert]:
    """What the viewer was asked to look at and has not put away, the newest first; no more than thirty. One statement."""
    rows = _mine(viewer, Alert.objects.filter(recipient=viewer, seen_at=None), "clock__thread__")
    return list(rows.select_related("clock__thread__board").order_by("-at", "-id")[:ROWS])


def broken(viewer: Member) -> list[Clock]:
    """Promises broken in the last thirty days on boards the viewer moderates; at most thirty. One statement."""
    now = clock.now()
    rows = Clock.objects.filter(broken_at__gt=now - timedelta(days=DAYS_TOLD))
    rows = _mine(viewer, rows, "thread__").select_related("thread__board")
    return list(rows.order_by("-broken_at", "-id")[:ROWS])
