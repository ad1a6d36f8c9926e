"""Known answers, and threads with the same problem, for tests."""

from __future__ import annotations

from typing import Any

from community.members.models import Member
from forum.models import Board, Thread
from moderation.solutions import actions
from moderation.solutions.models import Solution
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

WORDS = "Hold the key to the left of the wheel for ten seconds, then start the car again."


def a_solution(*, board: Board | None = None, by: Member | None = None, **told: Any) -> Solution:
    """A reply that was made a known answer by a moderator."""
    board = board or a_board()
    thread = told.pop("thread", None) or a_thread(author=a_member(), board=board)
    post = a_reply(author=told.pop("author", None) or a_member(), thread=thread, body=told.pop("body", WORDS))
    return actions.make_known(actor=by or a_member(role="moderator"), post_id=post.pk, **told)


def linked(
    solution: Solution, *, thread: Thread | None = None, by: Member | None = None, **told: Any
) -> Thread:
    """A thread that a moderator linked to the answer, on its board."""
    thread = thread or a_thread(author=a_member(), board=solution.thread.board)
    actor = by or a_member(role="moderator")
    actions.link_problem(actor=actor, thread_id=thread.pk, solution_id=solution.pk, **told)
    thread.refresh_from_db()
    return thread
