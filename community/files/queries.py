"""Page-shaped reads about uploads. Each says how many statements it costs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from community.core.pagination import KeysetPage, keyset
from community.files import access
from community.files.models import Upload
from community.members.models import Member

PER_PAGE = 24


@dataclass(frozen=True, slots=True)
class Room:
    """What a member's uploads take, of how much."""

    used: int
    most: int
    count: int
    tier: str

    @property
    def percent(self) -> int:
        return min(100, round(self.used * 100 / self.most)) if self.most else 100


def room_of(member: Member) -> Room:
    """One statement."""
    found = Upload.objects.of(member.pk).order_by().aggregate(used=Sum("size"), count=Count("pk"))
    quota = access.quota_of(member)
    return Room(used=found["used"] or 0, most=quota.most, count=found["count"], tier=quota.tier)


def uploads_of(member: Member, cursor: str | None) -> KeysetPage[Upload]:
    """A page of a member's uploads and of what no picture came of, the newest first. One statement."""
    return keyset(Upload.objects.listed_for(member.pk), order=["-id"], cursor=cursor, size=PER_PAGE)
