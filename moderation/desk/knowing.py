"""What is known of open threads now: the same that `past` tells of a moment in a history, read from the boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from community.core.among import among
from community.members.models import Role
from forum.models import Lane, Post, ReadMark, Thread, ThreadState, Watch, WatchLevel
from forum.queries.history import QUESTION_MARKS
from moderation.desk import promises
from moderation.desk.models import BoardRhythm
from moderation.desk.past import Known, hours
from moderation.desk.rhythm import Rhythm
from polls.models import Poll, PollState

STAFF = (Role.MODERATOR, Role.EDITOR, Role.ADMIN)
READING = timedelta(minutes=15)  # since a member had something of the thread on screen


def open_threads() -> QuerySet[Thread]:
    """Threads that take a reply and have no accepted answer."""
    return Thread.objects.filter(
        state=ThreadState.VISIBLE, locked_at=None, accepted_post=None, board__is_closed=False
    )


def known_now(thread_ids: Iterable[int], now: datetime) -> list[Known]:
    """Those of these threads that are open, by number. Three statements; a fourth where one of them has a poll."""
    rows = list(_told(open_threads().filter(pk__in=among(thread_ids)), now).order_by("pk"))
    rhythms = {
        row.pk: row.rhythm for row in BoardRhythm.objects.filter(board__in={row["board_id"] for row in rows})
    }
    ended = _ended_polls([row["pk"] for row in rows if row["poll_count"]], now)
    left = promises.hours_left([row["pk"] for row in rows])
    return [_known(row, now, rhythms, ended, left) for row in rows]


def _told(threads: QuerySet[Thread], now: datetime) -> QuerySet[Any, Any]:
    words = Post.objects.filter(thread_id=OuterRef("pk"))
    marks = Q()
    for mark in QUESTION_MARKS:
        marks |= Q(plain__contains=mark)
    asks = Case(When(marks, then=Value(True)), default=Value(False), output_field=BooleanField())
    others = words.visible().filter(number__gt=1).exclude(author_id=OuterRef("author_id"))
    earlier = Post.objects.filter(author_id=OuterRef("author_id"), posted_at__lt=OuterRef("opened_at"))
    watches = Watch.objects.filter(thread_id=OuterRef("pk"), level=WatchLevel.ALL)
    readers = ReadMark.objects.filter(thread_id=OuterRef("pk"), at__gt=now - READING)
    return threads.annotate(
        opening_asks=Subquery(words.filter(number=1).values(asks=asks)[:1]),
        last_asks=Subquery(words.visible().order_by("-number").values(asks=asks)[:1]),
        staff=_count(others.filter(author__role__in=STAFF), "thread_id"),
        is_newcomer=~Exists(earlier),
        watchers=_count(watches.exclude(member_id=OuterRef("author_id")), "thread_id"),
        viewers=_count(
            readers.exclude(member_id=OuterRef("author_id")).exclude(member__role__in=STAFF), "thread_id"
        ),
        is_key=F("author__is_key_member"),
    ).values(
        "pk", "board_id", "lane", "author_id", "opened_at", "last_posted_at", "last_poster_id", "answer_count",
        "poll_count", "opening_asks", "last_asks", "staff", "is_newcomer", "watchers", "viewers", "is_key",
    )  # fmt: skip


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def _ended_polls(thread_ids: list[int], now: datetime) -> dict[int, datetime]:
    """When the latest poll of each thread ended, where it has. One statement, none for no threads."""
    if not thread_ids:
        return {}
    polls = Poll.objects.filter(thread__in=thread_ids, state__in=(PollState.OPEN, PollState.ARCHIVED))
    ends = polls.values_list("thread_id").annotate(end=Max(Coalesce("closed_at", "closes_at")))
    return {pk: end for pk, end in ends if end is not None and end <= now}


def _known(
    row: dict[str, Any],
    now: datetime,
    rhythms: Mapping[int, Rhythm],
    ended: Mapping[int, datetime],
    left: Mapping[int, float],
) -> Known:
    pk, rhythm = row["pk"], rhythms.get(row["board_id"]) or Rhythm()
    others = row["answer_count"]
    is_own = row["last_poster_id"] == row["author_id"]
    return Known(
        thread_id=pk,
        board_id=row["board_id"],
        lane=row["lane"],
        age=max(0.0, hours(now - row["opened_at"])),  # a clock that was set back takes nothing away
        quiet=max(0.0, hours(now - row["last_posted_at"])),
        others=others,
        staff=row["staff"],
        asks=row["lane"] == Lane.ASK or bool(row["opening_asks"]),
        follow_up=bool(others and is_own and row["last_asks"]),
        author_posts=0 if row["is_newcomer"] else 1,  # rankings ask only whether there were any
        rhythm=rhythm.share_ahead(now),
        pace=rhythm.pace_at(now),
        viewers=row["viewers"],
        watchers=row["watchers"],
        is_key=row["is_key"],
        poll_closed=hours(now - ended[pk]) if pk in ended else None,
        promise=left.get(pk),
    )
