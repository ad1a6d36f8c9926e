"""When the brand owes an answer to what members decided, and how that stands. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAYS = 14  # after a decision has closed


def due(ended_on: date) -> date:
    """The last day on which an answer is in time."""
    return ended_on + timedelta(days=DAYS)


def state(*, is_over: bool, answer_by: date | None, answered_at: datetime | None, today: date) -> str:
    """voting | again (reopened, the day stands) | waiting | late | answered. Late is what nobody answered after its last
    day, whether it was opened again or not; nothing takes that back but an answer, and then the page says how late."""
    if answered_at is not None:
        return "answered"
    if answer_by is not None and answer_by < today:
        return "late"
    if is_over:
        return "waiting"
    return "voting" if answer_by is None else "again"


def days_late(answer_by: date | None, on: date) -> int:
    """How many days after the last one; 0 in time."""
    return max(0, (on - answer_by).days) if answer_by is not None else 0
