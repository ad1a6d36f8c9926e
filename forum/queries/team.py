"""Who keeps order on a board by their role."""

from __future__ import annotations

from django.db.models import QuerySet

from community.members.models import Member, Role
from forum.models import Board, Verb

TEAM = (Role.MODERATOR, Role.ADMIN)  # whom the desk's address lets in


def team_of(board: Board) -> QuerySet[Member]:
    """Members of staff whose role moderates the board, by name. One statement."""
    granted = set(board.rights.get(Verb.MODERATE, ()))
    roles = [role for role in TEAM if role == Role.ADMIN or role in granted]
    return Member.objects.filter(role__in=roles, is_active=True, source="").order_by("name")
