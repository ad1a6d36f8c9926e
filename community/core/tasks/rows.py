"""The queue's rows: claim one, finish it, put it back, park it; each step fenced by its claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from traceback import format_exception
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django_tasks.base import TaskResultStatus
from django_tasks.utils import normalize_json

from community.core import clock
from community.core.prepared import Prepared
from community.core.tasks.queue import attempts_allowed, goes_together, pause_after

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

    Row = DBTaskResult[Any, Any]

LONGEST_TRACE = 20_000
TOGETHER = 25  # rows that are done at once at most
SEEN = 200  # rows at the head of the queue among which they are looked for
KEEP_DONE = timedelta(days=1)
KEEP_PARKED = timedelta(days=90)


def rows() -> QuerySet[Row]:
    """Every row of the queue, whichever part of the site queued it."""
    from django_tasks_db.models import DBTaskResult

    found: QuerySet[Row] = DBTaskResult.objects.all()
    return found


def due() -> QuerySet[Row]:
    """Rows that may run now, the most urgent first."""
    return _due_by(clock.now())


def _due_by(now: datetime) -> QuerySet[Row]:
    return rows().filter(run_after__lte=now, status=TaskResultStatus.READY)


def waiting(task_path: str, *, after: datetime) -> bool:
    """Whether a run of this task waits for a moment that is still to come. One statement."""
    ahead = rows().filter(status=TaskResultStatus.READY, run_after__gt=after, task_path=task_path)
    return ahead.exists()


_next_due = Prepared(lambda *, now: _due_by(now)[:1])


def take_along() -> int:
    """Let rows run that a process of an earlier release queued without a moment; how many."""
    from django_tasks_db.models import get_date_max

    timeless = rows().filter(run_after=get_date_max(), status=TaskResultStatus.READY)
    return timeless.update(run_after=clock.now())


def name_of(row: Row) -> str:
    """The task's stable name, or the end of its path when no such task is known any more."""
    try:
        found: str = row.task.name
    except Exception:
        return str(row.task_path).rpartition(".")[2]
    return found


def claim(worker_id: str) -> Row | None:
    """Take the next due row for `worker_id`, or None. No two workers get the same claim."""
    now = clock.now()
    if connections[rows().db].features.has_select_for_update_skip_locked:
        return _claim_in_one(now, worker_id)
    while row := _next_due.first(now=now):  # a plain read: polling an empty queue takes no write lock
        if _take(row, worker_id):
            return row
    return None


def _claim_in_one(now: datetime, worker_id: str) -> Row | None:
    """Find and take as one statement, passing by what others are taking; in the order of the queue's own index."""
    table = rows().model._meta.db_table
    sql = f"""
        UPDATE {table} SET status = %s, started_at = %s, worker_ids = worker_ids || jsonb_build_array(%s::text)
         WHERE id = (SELECT id FROM {table} WHERE status = %s AND run_after <= %s
                      ORDER BY priority DESC, run_after, enqueued_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *"""  # noqa: S608  the table's own name
    told = [TaskResultStatus.RUNNING, now, worker_id, TaskResultStatus.READY, now]
    return next(iter(rows().raw(sql, told)), None)


def claim_more(first: Row, worker_id: str) -> list[Row]:
    """Take others like a row that was just taken, to be done together with it, the most urgent first.

    Only what was never tried: what failed, or took its worker down, is done alone. One statement, which looks for them
    once: inside its condition PostgreSQL may look anew for each row that it changes, and pass by the limit.
    """
    if len(first.worker_ids) > 1 or not goes_together(first.task_path):
        return []
    connection = connections[rows().db]
    table = rows().model._meta.db_table
    is_postgres = connection.vendor == "postgresql"
    order = "ORDER BY priority DESC, run_after, enqueued_at"
    sql = f"""
        WITH alike AS MATERIALIZED (
             SELECT id FROM {table}
              WHERE status = %s AND task_path = %s AND priority = %s AND worker_ids = %s AND id IN (
                    SELECT id FROM {table} WHERE status = %s AND run_after <= %s {order} LIMIT {SEEN})
              {order} LIMIT {TOGETHER - 1} {"FOR UPDATE SKIP LOCKED" if is_postgres else ""})
        UPDATE {table} SET status = %s, started_at = %s, worker_ids = %s WHERE id IN (SELECT id FROM alike)
        RETURNING *"""  # noqa: S608  the table's own name
    ids = rows().model._meta.get_field("worker_ids")
    told = [TaskResultStatus.READY, first.task_path, first.priority, ids.get_db_prep_save([], connection)]
    told += [TaskResultStatus.READY, first.started_at]
    told += [TaskResultStatus.RUNNING, first.started_at, ids.get_db_prep_save([worker_id], connection)]
    adapted = connection.ops.adapt_datetimefield_value
    taken = rows().raw(sql, [adapted(one) if isinstance(one, datetime) else one for one in told])
    return sorted(taken, key=lambda row: (row.run_after, row.enqueued_at))


def _take(row: Row, worker_id: str) -> bool:
    now, worker_ids = clock.now(), [*row.worker_ids, worker_id]
    taken = (
        rows()
        .filter(pk=row.pk, status=TaskResultStatus.READY)
        .update(status=TaskResultStatus.RUNNING, started_at=now, worker_ids=worker_ids)
    )
    row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, now, worker_ids
    return bool(taken)


def _ours(row: Row) -> QuerySet[Row]:
    # A worker that slept through its own funeral must not overwrite what its successor is doing.
    return rows().filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)


def succeed(row: Row, value: Any) -> bool:
    """Record the end of a run. False when the row has meanwhile been given to another worker."""
    try:
        kept = normalize_json(value)
    except (TypeError, ValueError):
        kept = None  # the work is done; a value nobody can store is no reason to do it again
    told = {
        "status": TaskResultStatus.SUCCESSFUL,
        "finished_at": clock.now(),
        "return_value": kept,
        "exception_class_path": "",
        "traceback": "",
    }
    if not _ours(row).update(**told):
        return False
    vars(row).update(told)
    return True


def succeed_all(done: Sequence[Row]) -> set[UUID]:
    """Record the end of runs that were done together, and gave no value. Which ones: others were given away."""
    told = {"status": TaskResultStatus.SUCCESSFUL, "finished_at": clock.now(), "return_value": None}
    ids = [row.pk for row in done]
    held = rows().filter(pk__in=ids, status=TaskResultStatus.RUNNING, started_at=done[0].started_at)
    kept = (
        set(ids)
        if held.update(**told) == len(ids)
        else set(
            rows()
            .filter(pk__in=ids, status=TaskResultStatus.SUCCESSFUL)
            .order_by()
            .values_list("pk", flat=True)
        )
    )
    for row in done:
        if row.pk in kept:
            vars(row).update(told)
    return kept


def fail(row: Row, error: BaseException) -> datetime | None:
    """Record a failed try: when it will be tried again, or None if it was parked."""
    kind = type(error)
    trace = "".join(format_exception(error))
    return _give_back(row, f"{kind.__module__}.{kind.__qualname__}", trace)


def bury(row: Row) -> datetime | None:
    """Put back a row whose worker died, counting the try; None if that was the last one (parked)."""
    return _give_back(
        row, "community.core.tasks.WorkerDied", f"worker {row.worker_ids[-1:]} died while running it"
    )


def _give_back(row: Row, error: str, trace: str) -> datetime | None:
    attempt, now = len(row.worker_ids), clock.now()
    # An error may quote what a database cannot store; losing the row over its own trace would be absurd.
    printable = trace[-LONGEST_TRACE:].encode("utf-8", "backslashreplace").decode().replace("\x00", r"\x00")
    told = {"exception_class_path": error, "traceback": printable}
    if attempt >= attempts_allowed(row.task_path):
        _ours(row).update(status=TaskResultStatus.FAILED, finished_at=now, **told)
        return None
    again = now + pause_after(attempt)
    _ours(row).update(status=TaskResultStatus.READY, run_after=again, started_at=None, **told)
    return again


def release(row: Row) -> None:
    """Put back a row the worker was stopped in the middle of; the try does not count."""
    _ours(row).update(
        status=TaskResultStatus.READY,
        run_after=clock.now(),
        started_at=None,
        worker_ids=row.worker_ids[:-1],
    )


def prune() -> int:
    """Delete rows done a day ago or parked three months ago; the number deleted."""
    now, deleted = clock.now(), 0
    for status, age in ((TaskResultStatus.SUCCESSFUL, KEEP_DONE), (TaskResultStatus.FAILED, KEEP_PARKED)):
        old = rows().filter(status=status, finished_at__lt=now - age).order_by()
        while batch := list(old.values_list("pk", flat=True)[:1000]):
            deleted += rows().filter(pk__in=batch).delete()[0]
    return deleted


def forget_finished(parts: Sequence[str]) -> int:
    """Delete rows of work that is over and was given any of these pieces of JSON; the number deleted."""
    over = rows().filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]).order_by()
    told = over.annotate(told=Cast("args_kwargs", TextField()))
    wanted = Q()
    for part in parts:
        wanted |= Q(told__contains=part)
    return told.filter(wanted).delete()[0] if parts else 0
