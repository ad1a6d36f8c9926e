"""A draw as one viewer sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from community.core.access import Verdict, absent
from community.members.models import Member
from polls import access, sources
from polls.models import Draw, Entry, Poll
from polls.queries.voted import have_voted
from polls.sources import Source, Target

if TYPE_CHECKING:
    from forum.roles import Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything of a draw's page. `winners`: entries by place, told by their codes alone."""

    draw: Draw
    target: Target
    winners: list[Entry]
    mine: Entry | None
    enter: Verdict
    may_hold: bool


def one(viewer: Viewer, draw_id: int) -> Shown:
    """At most five statements; 404 unless the viewer may know of what it is held among."""
    draw = access.draw_for_reading(viewer, draw_id=draw_id)
    target = access.target_of(viewer, draw.source, draw.source_id)
    if target is None:
        raise absent()
    mine = Entry.objects.filter(draw=draw, member=viewer).first() if isinstance(viewer, Member) else None
    winners = list(draw.entries.exclude(place=None).order_by("place")) if draw.drawn_at else []
    return Shown(draw, target, winners, mine, access.may_enter(viewer, draw), bool(access.may_draw(viewer)))


def listed(draw: Draw) -> list[str]:
    """The frozen list: codes in the order of their letters. One statement."""
    return sorted(draw.entries.values_list("code", flat=True))


def _find(viewer: Viewer, poll_id: int) -> Target | None:
    poll = Poll.objects.visible_to(viewer).filter(pk=poll_id).first()
    return Target(poll.question, poll.get_absolute_url()) if poll is not None else None


def _took_part(member: Member, poll_id: int) -> bool:
    poll = Poll.objects.filter(pk=poll_id).first()
    return poll is not None and member.pk in have_voted(poll, [member.pk])


def _counting(member_ids: Iterable[int], poll_id: int) -> set[int]:
    poll = Poll.objects.filter(pk=poll_id).first()
    return have_voted(poll, member_ids) if poll is not None else set()


sources.register(Source("poll", _find, _took_part, _counting))
