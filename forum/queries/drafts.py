"""Drafts as their writer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community.core import clock
from community.members.models import Member
from forum.actions.drafts import BACK_WITHIN, KEPT_FOR
from forum.models import Draft
from forum.places import Spot, spots


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft with its place. `spot` is None where the place is gone or closed to the writer: the words stay."""

    draft: Draft
    spot: Spot | None
    goes_at: datetime


def at(member: Member, place: str) -> Draft | None:
    """The draft at a place. One statement."""
    return Draft.objects.filter(member=member, place=place, is_aside=False).first()


def of(member: Member) -> list[DraftLine]:
    """All of the member's, newest first, those that can be brought back last. One statement and one a kind of place."""
    rows = list(Draft.objects.filter(member=member).order_by("-saved_at", "-pk"))
    fresh = [row for row in rows if row.discarded_at is None or row.discarded_at > clock.now() - BACK_WITHIN]
    fresh.sort(key=lambda row: row.discarded_at is not None)
    found = spots(member, {row.place for row in fresh})
    return [
        DraftLine(
            draft=row,
            spot=found.get(row.place),
            goes_at=row.discarded_at + BACK_WITHIN if row.discarded_at else row.saved_at + KEPT_FOR,
        )
        for row in fresh
    ]
