"""Calendars and their rotas."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from community.members.models import Member, Role, Standing
from forum.models import Board, BoardMember, Verb
from forum.queries.team import TEAM
from moderation.promises.access import may_stand
from moderation.promises.models import Calendar, RotaShift

_OF_MODERATORS = {
    "guest",
    "member",
    "moderator",
}  # columns of the rights table in which every moderator stands


def calendars_with_rota() -> list[tuple[Calendar, list[RotaShift]]]:
    """Every calendar with the turns of those who may stand on a rota now. Two statements."""
    turns: dict[int, list[RotaShift]] = {}
    for turn in RotaShift.objects.select_related("member").order_by("weekday", "start", "pk"):
        if may_stand(turn.member):
            turns.setdefault(turn.calendar_id, []).append(turn)
    return [(row, turns.get(row.pk, [])) for row in Calendar.objects.select_related("lead")]


def who_can_take(board: Board) -> frozenset[int]:
    """Of the team those whom a question on this board can be given to: they keep order there and may write.

    One statement.
    """
    granted = set(board.rights.get(Verb.MODERATE, ()))
    keeps_order = Q(role=Role.ADMIN)
    if granted & _OF_MODERATORS:
        keeps_order |= Q(role=Role.MODERATOR)
    kinds = [kind for kind in BoardMember.Kind if BoardMember.ROLE_OF_KIND[kind] in granted]
    enrolled = BoardMember.objects.filter(board=board, member_id=OuterRef("pk"), kind__in=kinds)
    people = Member.objects.of_standing(Standing.GOOD, Standing.WARNED).filter(
        keeps_order | Q(Exists(enrolled)), role__in=TEAM, is_active=True
    )
    return frozenset(people.values_list("pk", flat=True))
