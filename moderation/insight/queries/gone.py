"""What went out of sight, by how it went and why, and on which days it was written. Boards that guests may not read are
in no figure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from forum.models import GoneFor, Post, PostState, Thread, ThreadLog, ThreadState
from moderation.insight.window import Window

# How something went out of sight, in the order of the page.
WAYS = ("staff_hid", "staff_removed", "staff_erased", "own", "left")
BY_STAFF = WAYS[:3]
POSTS, THREADS = "posts", "threads"  # what went
LEAST_TOLD = 3  # of one kind of reason; fewer would point at somebody


@dataclass(frozen=True, slots=True)
class Gone:
    """Posts and whole threads of the window that are out of sight now, by how they went."""

    way: str
    posts: int
    threads: int


def in_window(window: Window, board_ids: Collection[int]) -> QuerySet[Post]:
    return Post.objects.filter(
        posted_at__gte=window.since,
        posted_at__lt=window.until,
        thread__board_id__in=board_ids,
        imported_from="",
    )


def told_reasons(why: Mapping[str, int]) -> list[tuple[str, int]]:
    """Kinds of reasons in their order; what was rarer than may be told stands with the others. Same sum."""
    told = {kind: n for kind, n in why.items() if n >= LEAST_TOLD and kind != GoneFor.OTHER}
    rest = sum(why.values()) - sum(told.values())
    found = [(kind, told[kind]) for kind in GoneFor.values if kind in told]
    return [*found, (GoneFor.OTHER.value, rest)] if rest else found


def gone_of(window: Window, board_ids: Collection[int]) -> tuple[list[Gone], dict[str, int]]:
    """By way, and what staff took away by kind of reason. Two statements.

    A post that went with its thread is counted with the thread alone.
    """
    counted: list[list[Mapping[str, Any]]] = []
    for of in (POSTS, THREADS):
        counts = {way: Count("pk", filter=is_it) for way, is_it in _ways(of).items()}
        rows = _out_of_sight(window, board_ids, of).values("gone_for").annotate(**counts)
        counted.append(list(rows.order_by()))
    why: dict[str, int] = {}
    for row in (row for rows in counted for row in rows):
        if n := sum(row.get(way, 0) for way in BY_STAFF):
            kind = row["gone_for"] or GoneFor.OTHER.value
            why[kind] = why.get(kind, 0) + n
    ways = [[sum(row.get(way, 0) for row in rows) for rows in counted] for way in WAYS]
    return [Gone(way, *told) for way, told in zip(WAYS, ways, strict=True)], why


def _out_of_sight(window: Window, board_ids: Collection[int], of: str) -> QuerySet[Any]:
    if of == POSTS:
        rows = in_window(window, board_ids).filter(thread__state=ThreadState.VISIBLE)
        return rows.exclude(state__in=(PostState.VISIBLE, PostState.MOVED))
    went = ThreadLog.objects.filter(
        thread_id=OuterRef("pk"), kind__in=(ThreadLog.Kind.HIDDEN, ThreadLog.Kind.REMOVED)
    ).order_by("-at", "-id")
    return Thread.objects.filter(
        board_id__in=board_ids,
        opened_at__gte=window.since,
        opened_at__lt=window.until,
        state__in=(ThreadState.HIDDEN, ThreadState.REMOVED),
        imported_from="",
    ).annotate(gone_by=Subquery(went.values("actor_id")[:1]))


def _ways(of: str) -> dict[str, Q]:
    """How each kind went out of sight; whole threads go in three of the ways."""
    if of == POSTS:
        own = Q(state_by=F("author"))
        return {
            "staff_hid": Q(state=PostState.HIDDEN),
            "staff_removed": Q(state=PostState.REMOVED) & ~own,
            "staff_erased": Q(state=PostState.PURGED, state_by__isnull=False),
            "own": Q(state=PostState.REMOVED) & own,
            "left": Q(state=PostState.PURGED, state_by=None),
        }
    return {
        "staff_hid": Q(state=ThreadState.HIDDEN),
        "staff_removed": Q(state=ThreadState.REMOVED) & ~Q(gone_by=F("author_id")),
        "own": Q(state=ThreadState.REMOVED, gone_by=F("author_id")),
    }


def gone_by_day(window: Window, board_ids: Collection[int], way: str, of: str) -> list[tuple[date, int]]:
    """On which days what went this way was written, the latest first; none where it is too little to be told. One
    statement."""
    is_it = _ways(of).get(way)
    if is_it is None:
        return []
    at = "posted_at" if of == POSTS else "opened_at"
    rows = _out_of_sight(window, board_ids, of).filter(is_it)
    by_day = rows.annotate(day=TruncDate(at, tzinfo=window.wall)).values_list("day").annotate(n=Count("pk"))
    told = [(day, n) for day, n in by_day.order_by("-day")]
    return told if sum(n for _day, n in told) >= LEAST_TOLD else []
