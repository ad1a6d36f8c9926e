"""Steps of a row and its log, forward and back, whoever does them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation.desk.last import MOMENTS, snapshot
from moderation.desk.models import DeskLog, DeskThread

FREE: Mapping[str, Any] = {"assignee_id": None, "assigned_by_id": None, "note": "", "due_at": None}


def step(
    row: DeskThread,
    verb: DeskLog.Verb,
    changes: Mapping[str, Any],
    *,
    actor_id: int | None,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    is_final: bool = False,
) -> None:
    """Change a row, which is locked, and write down who did what, why, and what it said before. Two statements.

    `is_final`: there is nothing in it that could be taken back.
    """
    before = None if is_final else snapshot(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    DeskLog.objects.create(
        thread_id=row.pk,
        actor_id=actor_id,
        verb=verb,
        at=at,
        reason=reason,
        data=data or {},
        before=before,
        version=row.version,
    )


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
