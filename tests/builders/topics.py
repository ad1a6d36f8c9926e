"""Themes of the calendar for tests, made through the actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from community.members.models import Member
from forum.models import Board
from moderation.topics import actions
from moderation.topics.models import Topic
from moderation.topics.queries import site_day

DAY = timedelta(days=1)


def a_topic(by: Member, board: Board, *, starts: int = 0, days: int = 6, **told: Any) -> Topic:
    """A theme that its planner looks after; `starts` in so many days."""
    opens = site_day() + starts * DAY
    given: dict[str, Any] = {"theme": "Winter tyres", "owner_id": by.pk, "is_scheduled": True}
    given |= {"opens_on": opens, "closes_on": opens + days * DAY} | told
    return actions.plan_topic(actor=by, board_id=board.pk, **given)
