"""Themes for the public list, for the staff's page, and those whose owner owes something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet

from community.core import clock
from community.members.models import Member, all_but_face
from forum.models import Board, Post, PostState, Thread
from forum.queries.team import TEAM
from moderation.topics import policy
from moderation.topics.models import Topic, TopicState
from moderation.topics.policy import Owed, Phase

if TYPE_CHECKING:
    from forum.roles import Viewer

PAST = 30  # themes that are over, on the public list
MOST = 200
COMING = 20


def site_day() -> date:
    """Today by the site's own clocks."""
    return clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


@dataclass(frozen=True, slots=True)
class Shown:
    """A theme as one viewer sees it. Thread and summary are None where the viewer sees none."""

    topic: Topic
    thread: Thread | None
    summary: Post | None
    owed: Owed
    is_late: bool

    @property
    def owner(self) -> Member | None:
        """Whoever looks after it, as long as they belong to the team."""
        owner = self.topic.owner
        return owner if owner is not None and owner.role in TEAM else None

    @property
    def is_left_alone(self) -> bool:
        """Scheduled, and its owner has left the team since."""
        return self.topic.state == TopicState.SCHEDULED and self.owner is None


@dataclass(frozen=True, slots=True)
class Listed:
    """The public list: what is on, what comes next, what came of those that are over (the latest first)."""

    on: Sequence[Shown]
    coming: Sequence[Shown]
    over: Sequence[Shown]

    @property
    def is_empty(self) -> bool:
        return not (self.on or self.coming or self.over)


def listed(viewer: Viewer) -> Listed:
    """Themes on boards that the viewer may read. Four statements at most."""
    rows = _rows().filter(board__in=Board.objects.readable_by(viewer).values("pk"))
    day = site_day()
    ahead = rows.filter(state=TopicState.SCHEDULED, closes_on__gte=day).order_by("opens_on", "pk")[:MOST]
    behind = rows.filter(state__in=(TopicState.SCHEDULED, TopicState.CLOSED), closes_on__lt=day)
    early = rows.filter(state=TopicState.CLOSED, closes_on__gte=day)
    past = [*early.order_by("-closes_on", "-pk")[:PAST], *behind.order_by("-closes_on", "-pk")[:PAST]]
    found = _shown(viewer, [*ahead, *past], day)
    by_phase: dict[Phase, list[Shown]] = {phase: [] for phase in Phase}
    for one in found:
        assert one.topic.opens_on is not None and one.topic.closes_on is not None
        is_closed = one.topic.state == TopicState.CLOSED
        phase = Phase.OVER if is_closed else policy.phase(one.topic.opens_on, one.topic.closes_on, day)
        by_phase[phase].append(one)
    return Listed(by_phase[Phase.ON], by_phase[Phase.COMING][:COMING], by_phase[Phase.OVER][:PAST])


def _rows() -> QuerySet[Topic]:
    return Topic.objects.select_related("board", "owner").defer(
        "board__rights", "board__form", "board__about_en", "board__about_zh", *all_but_face("owner")
    )


def _shown(viewer: Viewer, topics: Sequence[Topic], day: date) -> list[Shown]:
    """Two statements: a thread may have been hidden or moved since, and its words with it."""
    ids = [topic.thread_id for topic in topics if topic.thread_id is not None]
    threads = {
        row.pk: row
        for row in Thread.objects.public()
        .visible_to(viewer)
        .filter(pk__in=ids)
        .only("pk", "title", "slug", "lang")
    }
    told = [topic.summary_id for topic in topics if topic.summary_id is not None]
    posts = Post.objects.filter(pk__in=told, state=PostState.VISIBLE, thread__in=list(threads))
    summaries = {row.pk: row for row in posts.select_related("author").defer("source", "html", "particulars")}
    return [
        _one(topic, threads.get(topic.thread_id or 0), summaries.get(topic.summary_id or 0), day)
        for topic in topics
    ]


def _one(topic: Topic, thread: Thread | None, summary: Post | None, day: date) -> Shown:
    owes = Owed.NOTHING
    is_late = False
    if topic.opens_on and topic.closes_on and topic.state in (TopicState.SCHEDULED, TopicState.CLOSED):
        span = (topic.opens_on, topic.closes_on, day)
        owes = policy.owed(*span, has_thread=thread is not None, has_summary=summary is not None)
        is_late = policy.is_late(*span, owes)
    return Shown(topic, thread, summary, owes, is_late)


def rows_for(viewer: Member) -> QuerySet[Topic]:
    """Themes on the boards that the viewer moderates."""
    return _rows().filter(board__in=Board.objects.moderated_by(viewer).values("pk"))


def shown_to(viewer: Viewer, topics: Sequence[Topic]) -> list[Shown]:
    """Themes as the viewer sees them today. Two statements."""
    return _shown(viewer, topics, site_day())


def for_staff(viewer: Member) -> list[Shown]:
    """Every theme on the boards that the viewer moderates: what is owed first, then by day. Three statements."""
    rows = rows_for(viewer).order_by(F("opens_on").desc(nulls_first=True), "-pk")[:MOST]
    found = shown_to(viewer, list(rows))
    return sorted(found, key=lambda one: (not one.is_late, one.owed is Owed.NOTHING, not one.is_left_alone))


def owing(boards: Iterable[int] | None = None) -> list[Shown]:
    """Scheduled and closed themes whose owner owes something today, the longest due first. Three statements.

    `boards`: of these alone.
    """
    day = site_day()
    rows = _rows().filter(opens_on__lte=day, state=TopicState.SCHEDULED)
    if boards is not None:
        rows = rows.filter(board__in=list(boards))
    topics = list(rows.order_by("closes_on", "pk")[:MOST])
    shown = {
        row.pk: row
        for row in Thread.objects.public().filter(pk__in=[one.thread_id for one in topics if one.thread_id])
    }
    found = [_one(topic, shown.get(topic.thread_id or 0), None, day) for topic in topics]
    return [one for one in found if one.owed is not Owed.NOTHING]
