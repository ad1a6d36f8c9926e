"""A step of a row taken back, whoever does it."""

from __future__ import annotations

from datetime import datetime

from moderation.desk.last import MOMENTS
from moderation.desk.models import DeskLog, DeskThread


def step_back(row: DeskThread, line: DeskLog, *, actor_id: int | None, at: datetime, lost: str = "") -> None:
    """Set a row, which is locked, to what it was before a line of its log, and note that. Two statements.

    `lost`: why something that ended by the step does not come back.
    """
    for name, value in (line.before or {}).items():
        setattr(row, name, datetime.fromisoformat(value) if name in MOMENTS and value else value)
    row.version += 1
    row.save()
    DeskLog.objects.create(
        thread_id=row.pk,
        actor_id=actor_id,
        verb=DeskLog.Verb.UNDID,
        at=at,
        data={"verb": line.verb} | ({"lost_raise": lost} if lost else {}),
        version=row.version,
    )
