"""Who is a key member, and why."""

from __future__ import annotations

from django.db.models import QuerySet

from community.core import clock
from moderation.keymembers.models import KeyMember


def running() -> QuerySet[KeyMember]:
    """Terms that run now."""
    return KeyMember.objects.filter(ended_at=None, until__gt=clock.now())


def term_of(member_id: int) -> KeyMember | None:
    """The member's term that runs now. One statement."""
    return running().filter(member_id=member_id).first()


def for_staff() -> list[KeyMember]:
    """Every running term, the one that ends first on top, then the last hundred that ended. Two statements."""
    rows = KeyMember.objects.select_related("member", "named_by", "ended_by")
    ended = rows.exclude(ended_at=None).order_by("-ended_at", "-pk")
    return [*rows.filter(ended_at=None).order_by("until", "pk")[:500], *ended[:100]]


def last_of(member_id: int) -> KeyMember | None:
    """The member's latest term, running or over. One statement."""
    return KeyMember.objects.filter(member_id=member_id).order_by("-pk").first()
