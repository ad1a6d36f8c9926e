"""A button pressed twice, where a form carries no key of its own: the second press finds what the first made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from community.members import counts
from community.members.models import Member

M = TypeVar("M", bound=Model)

TWICE = timedelta(minutes=1)  # the same so soon after is a button pressed twice


def made_just_now(actor: Member, same: QuerySet[M], *, moment: str, now: datetime) -> M | None:
    """The first of these rows, all alike, whose `moment` is less than a minute ago; None where this press makes one.

    Locks the actor's row until the transaction ends, so that of two presses at once one waits for the other.
    """
    counts.hold([actor.pk])
    return same.filter(**{f"{moment}__gt": now - TWICE}).order_by("pk").first()
