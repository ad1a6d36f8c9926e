"""A board that promises two hours, and the people who meet there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from forum.models import Post, Thread
from moderation.promises.counters import rebuild_clocks
from moderation.promises.models import Clock
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.promises import a_promise

HOUR = timedelta(hours=1)


class Street:
    """A board that promises two hours, somebody who asks there, somebody who answers, and a moderator."""

    def __init__(self, held: Any) -> None:
        self.held = held
        self.board, self.elsewhere = a_board(), a_board()
        self.promise = a_promise(self.board, 120)
        self.asker, self.helper = a_member(), a_member()
        self.moderator = a_member(role="moderator")
        self.began = held.now()

    def asks(self, **fields: Any) -> Thread:
        return a_thread(author=self.asker, **({"board": self.board} | fields))

    def answers(self, thread: Thread, **fields: Any) -> Post:
        return a_reply(thread=thread, **({"author": self.helper} | fields))

    def later(self, hours: float = 1) -> None:
        self.held.move(hours * HOUR)


def clock_of(thread: Thread) -> Clock:
    return Clock.objects.get(thread=thread)


def assert_recount_agrees() -> None:
    assert rebuild_clocks() == 0
