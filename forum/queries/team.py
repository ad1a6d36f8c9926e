"""Who keeps order on a board by their role."""

from __future__ import annotations

from django.db.models import QuerySet

from community.members.models import Member, MemberQuerySet, Role, Standing
from forum.models import Board, Verb

TEAM = (Role.MODERATOR, Role.ADMIN)  # whom the desk's address lets in


def team_of(board: Board) -> QuerySet[Member]:
    """Members of staff whose role moderates the board and who may act now, by name. One statement."""
    return staff_of(board).of_standing(Standing.GOOD, Standing.WARNED)


def staff_of(board: Board) -> MemberQuerySet:
    """As `team_of`, those included who are muted or suspended: what they wrote before stays the team's."""
    granted = set(board.rights.get(Verb.MODERATE, ()))
    roles = [role for role in TEAM if role == Role.ADMIN or role in granted]
    return Member.objects.get_queryset().filter(role__in=roles, is_active=True, source="").order_by("name")
