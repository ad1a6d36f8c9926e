"""What teams did, what raises and templates did, and how promises went, on some boards. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from community.members.models import Role
from forum.models import Post, ThreadState
from moderation.canned.models import Use
from moderation.desk.models import DeskLog
from moderation.insight.queries.operations import STAFF
from moderation.insight.window import Window
from moderation.promises.models import Clock, SetAside
from moderation.raises.models import Raise


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody of one role together. `people`: who of them wrote."""

    role: str
    people: int
    posts: int
    first_replies: int
    desk_acts: int
    raises: int

    @property
    def label(self) -> str:
        return str(Role(self.role).label)


def teams(board_ids: Collection[int], window: Window, first_replies: dict[str, int]) -> list[Team]:
    """Staff by role, those without any work left out. Three statements."""
    posts = (
        Post.objects.visible()
        .filter(
            posted_at__gte=window.since,
            posted_at__lt=window.until,
            author__role__in=STAFF,
            thread__board_id__in=board_ids,
            thread__state=ThreadState.VISIBLE,
            imported_from="",
        )
        .values_list("author__role")
        .annotate(n=Count("pk"), people=Count("author", distinct=True))
        .order_by()
    )
    wrote = {role: (n, people) for role, n, people in posts}
    acts = dict(
        DeskLog.objects.filter(
            at__gte=window.since, at__lt=window.until, thread__board_id__in=board_ids, undone_at=None
        )
        .exclude(verb=DeskLog.Verb.UNDID)
        .values_list("actor__role")
        .annotate(n=Count("pk"))
        .order_by()
    )
    lifted = dict(
        Raise.objects.filter(at__gte=window.since, at__lt=window.until, board_id__in=board_ids)
        .values_list("by__role")
        .annotate(n=Count("pk"))
        .order_by()
    )
    told = [
        Team(
            role=role.value,
            people=wrote.get(role.value, (0, 0))[1],
            posts=wrote.get(role.value, (0, 0))[0],
            first_replies=first_replies.get(role.value, 0),
            desk_acts=acts.get(role.value, 0),
            raises=lifted.get(role.value, 0),
        )
        for role in STAFF
    ]
    return [team for team in told if team.posts or team.desk_acts or team.raises or team.first_replies]


@dataclass(frozen=True, slots=True)
class Canned:
    """Replies begun from an answer kept ready, and what their askers made of them. `bare`: hardly a word was added."""

    used: int
    bare: int
    called_no_answer: int
    accepted: int


def canned(board_ids: Collection[int], window: Window) -> Canned:
    """One statement."""
    refused = SetAside.objects.filter(post_id=OuterRef("post_id"), why=SetAside.Why.NOT_ANSWER)
    rows = Use.objects.filter(
        post__posted_at__gte=window.since,
        post__posted_at__lt=window.until,
        post__thread__board_id__in=board_ids,
    ).annotate(refused=Exists(refused))
    counted = rows.aggregate(
        used=Count("pk"),
        bare=Count("pk", filter=Q(is_bare=True)),
        called_no_answer=Count("pk", filter=Q(refused=True)),
        accepted=Count("pk", filter=Q(post__thread__accepted_post=F("post"))),
    )
    return Canned(**counted)


@dataclass(frozen=True, slots=True)
class PromiseDay:
    """Promises given on a day: those kept, those missed. What still runs in time, or stands aside, is neither."""

    day: date
    kept: int
    missed: int


def promise_days(board_ids: Collection[int], window: Window, now: datetime) -> Sequence[PromiseDay]:
    """One statement."""
    missed = Q(broken_at__isnull=False) | Q(answered_at=None, is_aside=False, due_at__lte=now)
    rows = (
        Clock.objects.filter(board_id__in=board_ids, asked_at__gte=window.since, asked_at__lt=window.until)
        .annotate(day=TruncDate("asked_at", tzinfo=window.wall))
        .values_list("day")
        .annotate(
            missed=Count("pk", filter=missed),
            kept=Count("pk", filter=~missed & Q(answered_at__isnull=False)),
        )
        .order_by()
    )
    found = {day: (kept, lost) for day, lost, kept in rows}
    return [PromiseDay(day, *found.get(day, (0, 0))) for day in window]
