"""What operators see and do: how long the queue is, what gave up and why, try again, let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db.models import Count, Min, QuerySet
from django_tasks.base import TaskResultStatus

from community.core import clock
from community.core.tasks import rows

if TYPE_CHECKING:
    from community.core.tasks.rows import Row

log = structlog.get_logger("community.tasks")


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """One row as an operator reads it. `error` is a class path, `trace` the last try's traceback."""

    id: str
    name: str
    state: str
    attempts: int
    arguments: dict[str, Any]
    enqueued_at: datetime
    finished_at: datetime | None
    again_at: datetime | None
    error: str
    trace: str

    @property
    def reason(self) -> str:
        """The last line of the traceback."""
        return self.trace.strip().rpartition("\n")[2] or self.error


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How the queue stands. `oldest_due` is the age of the row that waits longest past its time."""

    ready: int
    running: int
    parked: int
    oldest_due: timedelta


def parked(limit: int = 100) -> list[QueuedRow]:
    """Tasks that gave up, the latest first."""
    return [_shown(row) for row in _parked().order_by("-finished_at")[:limit]]


def waiting(limit: int = 100) -> list[QueuedRow]:
    """Tasks queued or running, the next first."""
    states = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return [_shown(row) for row in rows.rows().filter(status__in=states)[:limit]]


def figures() -> QueueFigures:
    """Two statements, whatever the queue's length."""
    counts = dict(rows.rows().order_by().values_list("status").annotate(Count("pk")))
    oldest = rows.due().order_by().aggregate(Min("enqueued_at"))["enqueued_at__min"]
    return QueueFigures(
        ready=counts.get(TaskResultStatus.READY, 0),
        running=counts.get(TaskResultStatus.RUNNING, 0),
        parked=counts.get(TaskResultStatus.FAILED, 0),
        oldest_due=max(clock.now() - oldest, timedelta()) if oldest else timedelta(),
    )


def retry(task_id: str | UUID) -> bool:
    """Give a parked task all its tries again, from now on. False if it is not parked."""
    changed = _with_id(task_id).update(
        status=TaskResultStatus.READY,
        run_after=clock.now(),
        worker_ids=[],
        started_at=None,
        finished_at=None,
    )
    if changed:
        log.info("task_retried_by_operator", task_id=str(task_id))
    return bool(changed)


def discard(task_id: str | UUID) -> bool:
    """Let a parked task go for good. False if it is not parked."""
    deleted = _with_id(task_id).delete()[0]
    if deleted:
        log.warning("task_discarded_by_operator", task_id=str(task_id))
    return bool(deleted)


def _parked() -> QuerySet[Row]:
    return rows.rows().filter(status=TaskResultStatus.FAILED)


def _with_id(task_id: str | UUID) -> QuerySet[Row]:
    try:
        return _parked().filter(pk=task_id)
    except ValidationError:  # not even the shape of an id
        return _parked().none()


def _shown(row: Row) -> QueuedRow:
    arguments = dict(row.args_kwargs.get("kwargs", {}))
    if positional := row.args_kwargs.get("args"):
        arguments["args"] = positional
    name = rows.name_of(row)
    if name in (
        "core.react",
        "core.react_together",
    ):  # the reactor says more than the task that runs all of them
        name = str(arguments.get("reactor", name))
    has_failed = bool(row.worker_ids) and row.status == TaskResultStatus.READY
    return QueuedRow(
        id=str(row.pk),
        name=name,
        state="parked" if row.status == TaskResultStatus.FAILED else row.status.lower(),
        attempts=len(row.worker_ids),
        arguments=arguments,
        enqueued_at=row.enqueued_at,
        finished_at=row.finished_at,
        again_at=row.run_after if has_failed else None,
        error=row.exception_class_path,
        trace=row.traceback,
    )
