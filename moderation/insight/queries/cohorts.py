"""Who of those that joined in a week did something in the weeks after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models.functions import TruncDate

from community.members.models import Member, Role
from forum.models import Post, Reaction, ThreadState
from moderation.insight.window import DAY, Window
from moderation.raises.policy import Share

WEEKS = 8
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who joined in the week from `monday`. `active`: who did something in the week so many weeks later."""

    monday: date
    people: frozenset[int]
    active: Mapping[int, frozenset[int]]
    over: int  # so many of the following weeks are over

    @property
    def shares(self) -> list[Share]:
        return [
            Share(len(self.active.get(after, frozenset())), len(self.people))
            for after in range(1, self.over + 1)
        ]


def weeks_until(window: Window) -> list[date]:
    """The Mondays of the last eight whole weeks before the window's end."""
    after = window.last + DAY
    monday = after - timedelta(days=after.weekday())
    return [monday - n * WEEK for n in range(WEEKS, 0, -1)]


def cohorts(board_ids: Collection[int], window: Window) -> list[Cohort]:
    """The last eight whole weeks, the oldest first. Three statements.

    Something: a visible post, or a reaction, on these boards. A visit alone is not kept, so it is not counted.
    """
    mondays = weeks_until(window)
    span = Window(mondays[0], mondays[-1] + 6 * DAY, window.zone)
    joined = Member.objects.listed().filter(
        joined_at__gte=span.since, joined_at__lt=span.until, source="", role=Role.MEMBER
    )
    week_of = {
        pk: _monday(at.astimezone(window.wall).date()) for pk, at in joined.values_list("pk", "joined_at")
    }
    active: dict[tuple[date, int], set[int]] = {}
    wrote = Post.objects.visible().filter(
        author__in=joined,
        thread__board_id__in=board_ids,
        thread__state=ThreadState.VISIBLE,
        posted_at__lt=span.until,
    )
    reacted = Reaction.objects.filter(
        member__in=joined, post__thread__board_id__in=board_ids, at__lt=span.until
    )
    for rows, who, when in ((wrote, "author_id", "posted_at"), (reacted, "member_id", "at")):
        day = TruncDate(when, tzinfo=window.wall)
        for pk, on in rows.annotate(on=day).values_list(who, "on").distinct().order_by():
            if pk in week_of:
                begun = week_of[pk]
                active.setdefault((begun, (_monday(on) - begun).days // 7), set()).add(pk)
    return [
        Cohort(
            monday=monday,
            people=frozenset(pk for pk, week in week_of.items() if week == monday),
            active={
                after: frozenset(found) for (week, after), found in active.items() if week == monday and after
            },
            over=len(mondays) - 1 - place,
        )
        for place, monday in enumerate(mondays)
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
