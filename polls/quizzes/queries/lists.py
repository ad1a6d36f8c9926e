"""Lists of quizzes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from community.core.pagination import KeysetPage, keyset
from community.members.models import all_but_face
from polls.quizzes.models import Quiz, QuizState

if TYPE_CHECKING:
    from forum.roles import Viewer

SIZE = 20
TABS = ("open", "drafts", "archived")


def quizzes(viewer: Viewer, tab: str, cursor: str | None) -> KeysetPage[Quiz]:
    """Quizzes that can be taken, the newest first; drafts and archived ones are their authors' and the team's. One
    statement."""
    state = {"drafts": QuizState.DRAFT, "archived": QuizState.ARCHIVED}.get(tab, QuizState.OPEN)
    rows = Quiz.objects.visible_to(viewer).filter(state=state).select_related("author", "board")
    rows = rows.defer(*all_but_face("author"), "board__rights").annotate(question_count=Count("items"))
    return keyset(rows, order=["-opens_at", "-id"], cursor=cursor, size=SIZE)
