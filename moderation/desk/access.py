"""Who may work which threads: moderators of their boards. Everything else is not there for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from community.core.access import absent
from community.members.models import Member
from forum import access as forum
from forum.models import Board, Thread, Verb
from forum.queries.team import team_of

if TYPE_CHECKING:
    from forum.roles import Viewer


def boards_of(viewer: Viewer) -> QuerySet[Board]:
    """Boards whose threads lie on this viewer's desk."""
    return Board.objects.moderated_by(viewer)


def thread_for_desk(viewer: Viewer, *, thread_id: int) -> Thread:
    """One statement. 404 unless the viewer moderates its board."""
    thread = forum.thread_for_reading(viewer, thread_id=thread_id)
    if not forum.has_right(viewer, thread, Verb.MODERATE):
        raise absent()
    return thread


def team_for(thread: Thread) -> QuerySet[Member]:
    """Members of staff who may be handed this thread: their role moderates its board. One statement."""
    return team_of(thread.board)
