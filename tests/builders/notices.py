"""Notices for tests: posts that settle, and what came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activity.notices.models import Notification
from community.core import clock
from community.core.tasks.testing import run_due
from community.members.models import Member


def settle(frozen: clock.FrozenClock, *, seconds: int = 13) -> None:
    """Let posts settle, and everybody be told who is to be told."""
    frozen.move(timedelta(seconds=seconds))
    run_due()


def told(member: Member, **fields: Any) -> list[Notification]:
    """What a member finds in their list, the latest first."""
    return list(Notification.objects.shown_to(member).filter(**fields).order_by("-at", "-id"))


def kinds(member: Member) -> list[str]:
    return [row.kind for row in told(member)]


def badge(member: Member) -> int:
    return Member.objects.values_list("notice_count", flat=True).get(pk=member.pk)
