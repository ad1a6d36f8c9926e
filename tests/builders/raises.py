"""A ledger of raises for tests that only look at it."""

from __future__ import annotations

from community.core import clock
from community.members.models import Member
from forum.models import Board, Thread
from moderation.raises.models import Raise


def a_ledger(board: Board, by: Member, rows: int) -> None:
    """So many raises of a board's threads, all of them over and counted."""
    now, over = clock.now(), {"state": Raise.State.RAISED, "by_lot": True, "ended_why": Raise.End.TIME}
    for thread in Thread.objects.filter(board=board)[:rows]:
        Raise.objects.create(
            thread=thread, board=board, author_id=thread.author_id, by=by, reason="Needs an owner", at=now, until=now,
            ended_at=now, followed=1, **over,
        )  # fmt: skip
