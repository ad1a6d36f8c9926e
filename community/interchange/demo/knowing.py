"""What the demo's team talks about by the calendar, and the answers it knows: through the rooms' own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from community.core import clock
from community.members.models import Member, Role
from forum.models import Thread
from moderation.solutions import access
from moderation.solutions import actions as solutions
from moderation.solutions.policy import Range
from moderation.topics import actions as topics


@dataclass(frozen=True)
class Theme:
    owner: str
    board: str
    words: str
    about: str
    days: tuple[int, int]  # first and last, from the day of seeding
    thread: str = ""  # the beginning of its title
    summary: int = 0  # the number of the post that sums it up


THEMES = (
    Theme(
        "Tess Okafor",
        "winter",
        "The evening before the first frost",
        "What you do, and what you have stopped doing because it made no difference.",
        (-3, 4),
        thread="This week: the evening before",
    ),
    Theme(
        "陆景行",
        "charging-road",
        "年底回家路上怎么充",
        "出发时间、备选的站、车上备什么。跑过的请报路段。",
        (6, 20),
    ),
    Theme(
        "顾南溪",
        "charging-home",
        "谷电到底怎么设",
        "各地的时段、预约充电的设法，一个月省多少。",
        (-41, -30),
        thread="话题：谷电到底怎么设",
        summary=6,
    ),
)


@dataclass(frozen=True)
class Known:
    """An accepted answer that serves another thread too, and whom it helped."""

    thread: str
    same: str
    holds: Range
    by: str
    reason: str
    helped: tuple[str, ...]


KNOWN = (
    Known(
        "First winter: 23.8 kWh",
        "Eight minutes to the station",
        Range(car="Aurora E"),
        "Tess Okafor",
        "Short trips in the cold, explained",
        ("Priya Raman", "Ines Kovač", "Hedda Quist", "Duncan Farr"),
    ),
    Known(
        "零下十五度市区通勤",
        "第一个冬天，送孩子来回六公里",
        Range(car="Aurora E"),
        "顾南溪",
        "冬天短途能耗高的原因，说得最清楚",
        ("白鹿", "苏青禾", "江南老陈"),
    ),
)


def plan_themes(
    cast: dict[str, Member], boards: dict[str, int], held: clock.FrozenClock, *, now: datetime
) -> None:
    """One theme that is on, one to come, one that was summed up, each with its owner."""
    admin = next(member for member in cast.values() if member.role == Role.ADMIN)
    today = timezone.localtime(now).date()
    for theme in THEMES:
        first, last = (today + timedelta(days=days) for days in theme.days)
        thread, owner = _titled(theme.thread), cast[theme.owner]
        held.set(thread.opened_at if thread else now - timedelta(days=2))
        row = topics.plan_topic(
            actor=admin,
            board_id=boards[theme.board],
            theme=theme.words,
            about=theme.about,
            owner_id=owner.pk,
            opens_on=first,
            closes_on=last,
            is_scheduled=True,
        )
        if thread is None:
            continue
        topics.give_thread(actor=owner, topic_id=row.pk, thread_id=thread.pk)
        if theme.summary:
            held.set(now + timedelta(days=theme.days[1] + 1))
            topics.sum_up(actor=owner, topic_id=row.pk, number=theme.summary)
    held.set(now)


def know_answers(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> None:
    """Two accepted answers that answer another thread too, one in each language."""
    for minutes, known in enumerate(KNOWN, start=90):
        held.set(now - timedelta(minutes=minutes))
        thread, same, keeper = _titled(known.thread), _titled(known.same), cast[known.by]
        if thread is None or same is None or thread.accepted_post_id is None:
            continue  # a shorter demo without them
        row = solutions.make_known(
            actor=keeper, post_id=thread.accepted_post_id, held=known.holds, reason=known.reason
        )
        solutions.link_problem(actor=keeper, thread_id=same.pk, solution_id=row.pk)
        for name in known.helped:
            # Who answers a question depends on when the demo moves in: nobody is helped by their own words.
            if access.may_say_solved(cast[name], row):
                solutions.say_solved(actor=cast[name], solution_id=row.pk)
    held.set(now)


def _titled(beginning: str) -> Thread | None:
    return Thread.objects.filter(title__startswith=beginning).first() if beginning else None
