"""The queue in the database, where every task has a moment from which it may run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json
from django_tasks_db import DatabaseBackend

from community.core import clock
from community.core.written import insert, insert_all

AHEAD = timedelta(minutes=1)


def at_once() -> datetime:
    """From when a task may run that names no time: a little ago, so that machines' clocks need not agree."""
    # The earlier of two: a clock that stands still somewhere ahead is no reason to wait.
    return min(clock.now(), clock.machine_now()) - AHEAD


class Queue(DatabaseBackend):
    """The library's queue in the database; what is due stands at the head of one index.

    The library writes "no time asked for" as the last moment there is: behind everything that waits for its own.
    """

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        # Every Task was validated as it was made; a reply queues several, and the library would do it anew each time.
        result = self._task_to_db_task(task, args, kwargs).task_result
        task_enqueued.send(type(self), task_result=result)
        return result

    def enqueue_all(self, told: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        """Queue each of these tasks with its arguments. One statement."""
        from django_tasks_db.models import DBTaskResult

        queued: list[Any] = [DBTaskResult(**self._columns(task, (), kwargs)) for task, kwargs in told]
        insert_all(queued)
        for row in queued:
            task_enqueued.send(type(self), task_result=row.task_result)

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> Any:
        from django_tasks_db.models import DBTaskResult

        row: Any = DBTaskResult(**self._columns(task, args, kwargs))
        insert(row)
        return row

    async def _atask_to_db_task(self, task: Any, args: Any, kwargs: Any) -> Any:
        from django_tasks_db.models import DBTaskResult

        return await DBTaskResult.objects.acreate(**self._columns(task, args, kwargs))

    def _columns(self, task: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        return {
            "id": self._get_id(),
            "args_kwargs": normalize_json({"args": args, "kwargs": kwargs}),
            "priority": task.priority,
            "task_path": task.module_path,
            "queue_name": task.queue_name,
            "run_after": task.run_after or at_once(),
            "backend_name": self.alias,
        }
