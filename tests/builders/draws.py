"""Draws for tests, announced through the actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from community.core import clock
from polls import actions
from polls.actions import DrawSpec
from polls.models import Draw, Poll
from tests.builders.members import a_member
from tests.builders.polls import a_poll

HOUR = timedelta(hours=1)


def a_draw(poll: Poll | None = None, *, source: str = "poll", source_id: int = 0, **fields: Any) -> Draw:
    """A draw among the voters of a poll, whose list closes in an hour and whose value is known in two."""
    spec = {
        "prize": "A night in the test car",
        "value_kind": "The numbers of the state lottery of 25 November",
        "closes_at": clock.now() + HOUR,
        "value_at": clock.now() + 2 * HOUR,
    }
    return actions.announce_draw(
        actor=a_member(role="admin"),
        source=source,
        source_id=source_id or (poll or a_poll("Left", "Right")).pk,
        spec=DrawSpec(**(spec | fields)),
    )
