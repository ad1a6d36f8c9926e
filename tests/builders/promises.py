"""Calendars and promises for tests, made through the actions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from community.members.models import Member
from forum.models import Board
from moderation.promises import actions
from moderation.promises.models import Calendar, Promise
from moderation.promises.policy import Shift
from tests.builders.members import a_member

_serial = count(1)
OFFICE: list[Shift] = [(weekday, 9 * 60, 17 * 60) for weekday in range(5)]
ALWAYS: list[Shift] = [(weekday, 0, 24 * 60) for weekday in range(7)]


def a_calendar(shifts: Sequence[Shift] = OFFICE, *, by: Member | None = None, **fields: Any) -> Calendar:
    defaults: dict[str, Any] = {"title": f"Team {next(_serial)}", "zone": "UTC"}
    return actions.make_calendar(actor=by or a_member(role="admin"), shifts=shifts, **(defaults | fields))


def a_promise(
    board: Board, minutes: int | None = 120, *, calendar: Calendar | None = None, by: Member | None = None
) -> Promise:
    """The board promises a first answer within so many minutes of working time."""
    return actions.change_promise(
        actor=by or a_member(role="admin"),
        board_id=board.pk,
        calendar_id=(calendar or a_calendar()).pk,
        minutes=minutes,
        reason="So that nobody waits",
    )
