"""When what was set aside comes back, and what would be the best next act. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from forum.models import Lane
from moderation.desk.scoring import Why

MORNING = time(9, 0)
WRITING_FOR = timedelta(minutes=15)  # a thread is held for whoever said that they answer it
UNDO_WITHIN = timedelta(hours=12)
COLD = timedelta(hours=24)  # without a word, from which a raise may help where words were tried
TALKED_OUT = 5  # answers by others, from which silence is healthy
CALLS_A_WEEK = 2  # of one member, by the whole team
WEEK = timedelta(days=7)
HELPED_WITHIN = timedelta(days=365)  # an accepted answer of so long ago says that somebody knows


class Until(StrEnum):
    """How long a thread is set aside."""

    HOUR = "hour"
    HOURS = "hours"
    MORNING = "morning"
    MONDAY = "monday"
    REPLY = "reply"


class Due(StrEnum):
    """By when a thread that is handed on should be answered."""

    NONE = ""
    HOUR = "hour"
    HOURS = "hours"
    DAY = "day"


class Act(StrEnum):
    """What somebody at the desk could do next."""

    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    LINK = "link"
    POLL = "poll"
    RAISE = "raise"
    NOTHING = "nothing"


class View(StrEnum):
    """Which part of the desk somebody looks at."""

    DUE = "due"
    FREE = "free"
    MINE = "mine"
    TEAM = "team"
    KEY = "key"
    OLDER = "older"
    SNOOZED = "snoozed"
    SETTLED = "settled"


def comes_back(until: Until, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment at which a thread is due again; None for "until somebody writes"."""
    local = now.astimezone(zone)
    match until:
        case Until.HOUR:
            return now + timedelta(hours=1)
        case Until.HOURS:
            return now + timedelta(hours=4)
        case Until.MORNING:
            return _morning(local, 1)
        case Until.MONDAY:
            return _morning(local, 7 - local.weekday())
        case Until.REPLY:
            return None


def due_at(due: Due, now: datetime) -> datetime | None:
    """The moment by which a thread should be answered."""
    match due:
        case Due.HOUR:
            return now + timedelta(hours=1)
        case Due.HOURS:
            return now + timedelta(hours=4)
        case Due.DAY:
            return now + timedelta(days=1)
        case Due.NONE:
            return None


def _morning(local: datetime, days: int) -> datetime:
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, MORNING, tzinfo=local.tzinfo)


def next_act(
    reasons: Collection[Why],
    *,
    lane: str,
    answers: int,
    has_poll: bool,
    is_promised: bool = False,
    is_known: bool = False,
    may_lift: bool = False,
    may_speak: bool = True,
) -> Act:
    """The best next act: words first, then a raise where they did not help, and nothing where silence is healthy.

    `is_promised`: the clock of a promised answer runs. `is_known`: an answer is known that is not linked yet.
    `may_lift`: it went cold, and a budget has room for it. `may_speak`: staff have not had their share of the words yet.
    """
    if not may_speak:
        return Act.RAISE if may_lift and answers < TALKED_OUT else Act.NOTHING
    if Why.FOLLOW_UP in reasons or (Why.UNANSWERED in reasons and Why.QUESTION in reasons):
        return Act.REPLY
    if Why.UNANSWERED in reasons:
        return Act.FOLLOW_UP
    if Why.POLL_CLOSED in reasons or is_promised:
        return Act.REPLY
    if is_known and lane == Lane.ASK:
        return Act.LINK
    if lane == "chat" and answers >= 2 and not has_poll:
        return Act.POLL
    if answers >= TALKED_OUT:
        return Act.NOTHING
    return Act.RAISE if may_lift else Act.FOLLOW_UP
