"""The seam to the reply promise: what a board has promised about a thread's first answer, in hours left."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from moderation.promises.models import RUNNING, Clock
from moderation.promises.queries.clocks import clocks_of


def hours_left(thread_ids: Iterable[int]) -> dict[int, float]:
    """Thread → hours until its board's promise breaks, below 0 when it is broken. One statement.

    Only threads with such a clock: of the others the ranking takes the usual day.
    """
    return {pk: shown.hours_left for pk, shown in clocks_of(thread_ids).items()}


def due_at() -> Subquery:
    """For a row of the desk: when the promise of a first answer breaks or broke, while its clock runs. No statement."""
    running = Clock.objects.filter(RUNNING, thread=OuterRef("thread"))
    return Subquery(running.values("due_at")[:1])
