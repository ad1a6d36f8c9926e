"""What boards promise and how they kept it, for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Min, Q, QuerySet

from community.core import clock
from community.core.near import near
from forum.models import Board, Lane, PostState, Thread
from moderation.promises.models import Clock, Promise, Terms
from moderation.promises.policy import DAYS_TOLD, Hours, Record, record_of, worked
from moderation.promises.queries.clocks import count_record, count_records, missed, told_clocks

if TYPE_CHECKING:
    from forum.roles import Viewer

KEY = "promises.shown.2"
SECONDS = 300
MOST_LOOKED_AT = 1000
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on a board's page and beside its composer. The record is what the rows said at `counted_at`."""

    minutes: int
    record: Record
    counted_at: datetime


def lines() -> Mapping[int, Line]:
    """What every board promises, by board: they are few, and every page asks. No statement most of the time.

    Counted from rows once in five minutes, and at once where a record says something else: a window moves on by itself.
    """
    return near(KEY, _lines, SECONDS)


def _lines() -> dict[int, Line]:
    now = clock.now()
    promised = dict(Promise.objects.filter(minutes__isnull=False).values_list("board_id", "minutes"))
    records = count_records(promised, now)
    return {pk: Line(minutes or 0, records[pk], now) for pk, minutes in promised.items()}


def record_line(promise: Promise) -> Line:
    """The record of a board that promises or once did, with when it was counted. No statement, one for who once did."""
    found = lines().get(promise.board_id)
    if found is not None:
        return found
    now = clock.now()
    return Line(promise.minutes or 0, count_record(promise.board_id, now), now)


def promise_of(board_id: int) -> Promise | None:
    """A board's promise with its calendar. One statement."""
    return Promise.objects.select_related("calendar").filter(board_id=board_id).first()


def past_terms(board_id: int) -> list[Terms]:
    """What a board promised and promises, the newest first. One statement."""
    return list(Terms.objects.filter(board_id=board_id).select_related("by").order_by("-from_at", "-id")[:50])


def misses(viewer: Viewer, board_id: int) -> list[Clock]:
    """The promises that the record counts as broken, as far as the viewer may see the questions. One statement.

    A question that was merged into another is told too: its address leads there.
    """
    now = clock.now()
    rows = told_clocks([board_id], now).filter(missed(now))
    return list(_named_to(viewer, rows).order_by("-due_at", "-id")[:MOST_LISTED])


def in_time(viewer: Viewer, board_id: int) -> list[Clock]:
    """The promises that the record counts as kept, the latest first, as `misses`. One statement."""
    now = clock.now()
    rows = told_clocks([board_id], now).exclude(missed(now))
    return list(_named_to(viewer, rows).order_by("-asked_at", "-id")[:MOST_LISTED])


def _named_to(viewer: Viewer, rows: QuerySet[Clock]) -> QuerySet[Clock]:
    seen = Thread.objects.named_to(viewer).values("pk")
    return rows.filter(thread__in=seen).select_related("thread", "terms").defer("thread__excerpt")


def effect_of(board: Board, hours: Hours, minutes: int) -> Record:
    """How a promise would have been kept by first replies to the questions of the last thirty days. One statement."""
    now = clock.now()
    other = Q(posts__number__gt=1, posts__state=PostState.VISIBLE)
    rows = (
        Thread.objects.public()
        .filter(board=board, lane=Lane.ASK, opened_at__gt=now - timedelta(days=DAYS_TOLD), imported_from="")
        .annotate(first=Min("posts__posted_at", filter=other & ~Q(posts__author=F("author"))))
        .order_by("-opened_at")
        .values_list("opened_at", "first")[:MOST_LOOKED_AT]
    )
    target = timedelta(minutes=minutes)
    return record_of(
        outcome
        for opened, first in rows
        if (outcome := _outcome(hours, target, opened, first, now)) is not None
    )


def _outcome(
    hours: Hours, target: timedelta, opened: datetime, first: datetime | None, now: datetime
) -> tuple[bool, int | None] | None:
    waited = worked(hours, opened, first or now)
    if first is None:
        return (False, None) if waited > target else None
    return waited <= target, int(waited.total_seconds())
