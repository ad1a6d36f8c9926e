"""Posts that wait, as their writer sees them."""

from __future__ import annotations

from dataclasses import dataclass

from community.members.models import Member
from forum.models import Scheduled
from forum.moments import in_words, zone_in_words
from forum.places import Spot, spots


@dataclass(frozen=True, slots=True)
class ScheduledLine:
    """A post that waits, with its place. `spot` is None where the place is gone or closed to the writer."""

    row: Scheduled
    spot: Spot | None

    @property
    def when(self) -> str:
        return in_words(self.row.local)

    @property
    def zone(self) -> str:
        return zone_in_words(self.row.zone, self.row.local)


def of(member: Member) -> list[ScheduledLine]:
    """All of the member's, the next one first. One statement and one a kind of place."""
    rows = list(Scheduled.objects.filter(member=member).order_by("due_at", "pk"))
    found = spots(member, {row.place for row in rows})
    return [ScheduledLine(row, found.get(row.place)) for row in rows]


def one(member: Member, scheduled_id: int) -> Scheduled | None:
    """One of the member's own. One statement."""
    return Scheduled.objects.filter(pk=scheduled_id, member=member).first()
