"""The seam to the reply promise: what a board has promised about a thread's first answer, in hours left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from community.members.models import Member
from moderation.promises.models import RUNNING, Clock
from moderation.promises.queries.clocks import clocks_of


def hours_left(thread_ids: Iterable[int]) -> dict[int, float]:
    """Thread → hours until its board's promise breaks, below 0 when it is broken. One statement.

    Only threads with such a clock: of the others the ranking takes the usual day.
    """
    return {pk: shown.hours_left for pk, shown in clocks_of(thread_ids).items()}


def running() -> dict[str, Subquery]:
    """For a row of the desk, while its clock runs: when the promise of a first answer breaks or broke, and whom the rota
    gave it to. No statement."""
    rows = Clock.objects.filter(RUNNING, thread=OuterRef("thread"))
    return {
        "promise_due": Subquery(rows.values("due_at")[:1]),
        "promise_holder": Subquery(rows.values("holder_id")[:1]),
        "promise_holder_name": Subquery(rows.values("holder__name")[:1]),
    }


def given_to(member: Member) -> QuerySet[Any, Any]:
    """Threads whose promised answer the rota gave to somebody, as a subquery."""
    return Clock.objects.filter(RUNNING, holder=member.pk).order_by().values("thread")


def given_to_others(member: Member) -> QuerySet[Any, Any]:
    """Threads whose promised answer the rota gave to anybody else, as a subquery."""
    rows = Clock.objects.filter(RUNNING, holder__isnull=False).exclude(holder=member.pk)
    return rows.order_by().values("thread")
