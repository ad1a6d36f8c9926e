"""A board with a first page full of threads, and people who may raise them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.core import chance
from forum.models import Board, Thread
from moderation.raises import actions
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member

WHY = "Needs somebody who drives one"


class Hall:
    """A board whose first page is full, as its count says: six of its threads, each a minute younger than the last."""

    def __init__(self, held: Any) -> None:
        self.held = held
        self.moderator = a_member(role="moderator", name="Li Wei")
        self.board = a_board()
        self.threads = []
        for _ in range(6):
            self.threads.append(a_thread(author=a_member(), board=self.board))
            held.move(timedelta(minutes=1))
        Board.objects.filter(pk=self.board.pk).update(thread_count=20)
        self.board = Board.objects.get(pk=self.board.pk)

    def lifts(self, thread: Thread, **fields: Any) -> Raise:
        told: dict[str, Any] = {"reason": WHY, "hours": 12, "by_lot": False} | fields
        return actions.raise_thread(**({"actor": self.moderator, "thread_id": thread.pk} | told))


@pytest.fixture
def hall(frozen_clock):
    return Hall(frozen_clock)


@pytest.fixture
def lot(monkeypatch):
    """What chance draws: 0 leaves out."""
    drawn = {"next": 1}
    monkeypatch.setattr(chance, "below", lambda n: drawn["next"])
    return drawn
