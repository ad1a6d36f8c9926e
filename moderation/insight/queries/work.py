"""What teams did, what raises and templates did, and how promises went, on some boards. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from community.members.models import Role
from forum.models import Post, ThreadState
from moderation.canned.models import Use
from moderation.desk.models import DeskLog
from moderation.insight.queries.operations import STAFF, raises_asked
from moderation.insight.window import Window
from moderation.promises.models import Clock, SetAside
from moderation.promises.queries.clocks import missed


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


def team_posts(board_ids: Collection[int], window: Window) -> QuerySet[Post]:
    """What staff wrote."""
    return Post.objects.visible().filter(
        posted_at__gte=window.since,
        posted_at__lt=window.until,
        author__role__in=STAFF,
        thread__board_id__in=board_ids,
        thread__state=ThreadState.VISIBLE,
        imported_from="",
    )


def team_acts(board_ids: Collection[int], window: Window) -> QuerySet[DeskLog]:
    """What was done at the desk and stayed done."""
    rows = DeskLog.objects.filter(
        at__gte=window.since, at__lt=window.until, thread__board_id__in=board_ids, undone_at=None
    )
    return rows.exclude(verb=DeskLog.Verb.UNDID)


def teams(board_ids: Collection[int], window: Window, first_replies: dict[str, int]) -> list[Team]:
    """Staff by role, those without any work left out. Three statements."""
    posts = (
        team_posts(board_ids, window)
        .values_list("author__role")
        .annotate(n=Count("pk"), people=Count("author", distinct=True))
        .order_by()
    )
    wrote = {role: (n, people) for role, n, people in posts}
    acts, lifted = (
        dict(rows.values_list(role).annotate(n=Count("pk")).order_by())
        for rows, role in (
            (team_acts(board_ids, window), "actor__role"),
            (raises_asked(window, board_ids), "by__role"),
        )
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


# What became of them, by the name of its figure.
BECAME = {
    "used": Q(),
    "bare": Q(is_bare=True),
    "called_no_answer": Q(refused=True),
    "accepted": Q(post__thread__accepted_post=F("post")),
}


def canned_uses(board_ids: Collection[int], window: Window) -> QuerySet[Use]:
    """Replies that were begun from an answer kept ready; `refused`: its asker said that it is none."""
    refused = SetAside.objects.filter(post_id=OuterRef("post_id"), why=SetAside.Why.NOT_ANSWER)
    return Use.objects.filter(
        post__posted_at__gte=window.since,
        post__posted_at__lt=window.until,
        post__thread__board_id__in=board_ids,
    ).annotate(refused=Exists(refused))


def canned(board_ids: Collection[int], window: Window) -> Canned:
    """One statement."""
    counts = {name: Count("pk", filter=became) for name, became in BECAME.items() if became}
    return Canned(**canned_uses(board_ids, window).aggregate(used=Count("pk"), **counts))


@dataclass(frozen=True, slots=True)
class PromiseDay:
    """Promises given on a day: those kept, those missed. What still runs in time, or stands aside, is neither."""

    day: date
    kept: int
    missed: int


def went(now: datetime) -> dict[str, Q]:
    """How promises went: kept, missed."""
    return {"kept": ~missed(now) & Q(answered_at__isnull=False), "missed": missed(now)}


def promised(board_ids: Collection[int], window: Window) -> QuerySet[Clock]:
    """Questions to which an answer was promised."""
    return Clock.objects.filter(board_id__in=board_ids, asked_at__gte=window.since, asked_at__lt=window.until)


def promise_days(board_ids: Collection[int], window: Window, now: datetime) -> Sequence[PromiseDay]:
    """One statement."""
    counts = {name: Count("pk", filter=so) for name, so in went(now).items()}
    rows = (
        promised(board_ids, window)
        .annotate(day=TruncDate("asked_at", tzinfo=window.wall))
        .values_list("day")
        .annotate(missed=counts["missed"], kept=counts["kept"])
        .order_by()
    )
    found = {day: (kept, lost) for day, lost, kept in rows}
    return [PromiseDay(day, *found.get(day, (0, 0))) for day in window]
