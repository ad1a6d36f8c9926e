"""Notices for tests: posts that settle, and what came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from activity.notices.models import Delivery, Notification
from community.core import clock
from community.core.tasks.testing import run_due
from community.members.models import Member
from tests.builders.forum import a_reply, a_thread


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


REST = 80  # seconds after which posts have settled and letters have rested


def mention(frozen: clock.FrozenClock, asker: Member, helper: Member, *, rest: int = REST) -> None:
    """Helper names Asker in a thread of its own."""
    thread = a_thread(author=helper, title="Range at −12°")
    a_reply(author=helper, thread=thread, body=f"I think @{asker.name} knows.\n\nMore below.")
    settle(frozen)
    settle(frozen, seconds=rest)


def states(member: Member) -> list[str]:
    """What became of everything that was to be sent to a member, the oldest first."""
    return list(Delivery.objects.filter(recipient=member).order_by("pk").values_list("state", flat=True))
