"""The worker: runs what is due, keeps the timetable, gives back what dead colleagues held."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from django.apps import apps
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone, translation
from django.utils.module_loading import module_has_submodule
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started

from community.core import chance, clock
from community.core.tasks import beats, crons, rows

if TYPE_CHECKING:
    from community.core.tasks.rows import Row

log = structlog.get_logger("community.tasks")

REAP_EVERY = timedelta(seconds=30)
LONGEST_NAP = 30.0
OUTAGES = (DatabaseError, InterfaceError)

_local: weakref.WeakSet[Worker] = weakref.WeakSet()


def wake_local_workers() -> None:
    """Tell workers in this process that there is something to do, so that they need not look often."""
    for worker in list(_local):
        worker.wake()


def has_local_worker() -> bool:
    """Whether a worker thread lives in this process."""
    return bool(_local)


def load_timetable() -> None:
    """Import every room's `tasks.py`, so that its tasks and timetable entries are known."""
    import_module("community.core.tasks.upkeep")
    for config in apps.get_app_configs():
        # Other people's apps may keep anything under that name.
        is_ours = Path(config.path).is_relative_to(settings.BASE_DIR) and "site-packages" not in config.path
        if is_ours and config.module and module_has_submodule(config.module, "tasks"):
            import_module(f"{config.name}.tasks")


class Worker:
    """One claim, one run at a time. `run` blocks until `stop`; `drain` returns when nothing is due."""

    def __init__(self, *, kind: str = "process", interval: float = 1.0) -> None:
        self.worker_id = f"{kind}-{os.getpid()}-{chance.token(9)}"[:64]
        self.kind = kind
        self.interval = interval
        self._stopping = threading.Event()
        self._awake = threading.Event()
        self._next_reap: datetime | None = None
        self._next_tick: datetime | None = None

    # -- from other threads and signal handlers

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        """Finish the running task, then return from `run`."""
        self._stopping.set()
        self._awake.set()

    # -- the loop

    def run(self) -> None:
        """Work until stopped. A database that is away only slows it down."""
        load_timetable()
        _local.add(self)
        beating = threading.Thread(target=self._beat_until_stopped, name="worker-beat", daemon=True)
        beating.start()
        log.info("worker_started", worker=self.worker_id)
        nap = self.interval
        try:
            while not self._stopping.is_set():
                try:
                    close_old_connections()
                    self._awake.clear()
                    self.look_after_the_queue()
                    worked = bool(self.step())
                    nap = self.interval
                except Exception as error:
                    # The queue itself is out of reach (a failing task is not an error here): keep trying.
                    log.warning(
                        "worker_stumbled", error=repr(error), nap=nap, exc_info=not isinstance(error, OUTAGES)
                    )
                    connection.close()
                    worked, nap = False, min(max(nap, 1.0) * 2, LONGEST_NAP)
                if not worked:
                    self._awake.wait(nap)
        finally:
            _local.discard(self)
            self._stopping.set()
            beating.join(timeout=5)
            with contextlib.suppress(*OUTAGES):
                beats.leave(self.worker_id)
            connection.close()
            log.info("worker_stopped", worker=self.worker_id)

    def drain(self, limit: int | None = None) -> int:
        """Run what is due until nothing is, or `limit` is reached; the number run."""
        done = 0
        while (limit is None or done < limit) and not self._stopping.is_set() and (ran := self.step()):
            done += ran
        return done

    def look_after_the_queue(self) -> None:
        """Every so often: give back what the dead held, queue what the timetable asks for."""
        now = clock.now()
        if self._next_reap is None or now >= self._next_reap:
            if reaped := beats.reap(self.worker_id):
                log.warning("tasks_reaped", count=reaped)
            rows.take_along()
            self._next_reap = now + REAP_EVERY
        if self._next_tick is None or now >= self._next_tick:
            if queued := crons.tick(now):
                log.info("cron_queued", names=queued)
            self._next_tick = crons.next_due(now) or now + timedelta(hours=1)

    def step(self) -> int:
        """Run one due task, or several that go together; how many they were."""
        row = rows.claim(self.worker_id)
        if row is None:
            return 0
        taken = [row, *rows.claim_more(row, self.worker_id)]
        count = len(taken)
        if count > 1 and self._execute_together(taken):
            return count
        while taken:
            try:
                self.execute(taken.pop(0))
            except BaseException:
                for left in taken:
                    rows.release(left)
                raise
        return count

    def _execute_together(self, taken: list[Row]) -> bool:
        """Run claimed rows of one task at once and record their end; False: each is to be run alone."""
        found: Any = taken[0].task
        with (
            structlog.contextvars.bound_contextvars(task=found.name, together=len(taken)),
            translation.override(settings.LANGUAGE_CODE),
            timezone.override(None),
        ):
            try:
                found.together([row.args_kwargs["kwargs"] for row in taken])
            except Exception as error:
                log.info("tasks_taken_apart", error=type(error).__name__)
                return False
            except BaseException:
                for row in taken:
                    rows.release(row)
                raise
            kept = rows.succeed_all(taken)
            for row in taken:
                if row.pk in kept:
                    self._announce_end(row)
                else:
                    log.warning("task_finished_after_it_was_given_away")
        return True

    def execute(self, row: Row) -> Exception | None:
        """Run a claimed row and record how it ended; the error, if it ended in one."""
        attempt = len(row.worker_ids)
        with (
            structlog.contextvars.bound_contextvars(
                task_id=str(row.pk), task=rows.name_of(row), attempt=attempt
            ),
            translation.override(settings.LANGUAGE_CODE),
            timezone.override(None),
        ):
            try:
                value = self._call(row)
            except Exception as error:
                again = rows.fail(row, error)
                if again:
                    log.warning("task_failed", error=type(error).__name__, again_at=again.isoformat())
                else:
                    log.exception("task_parked")
                with contextlib.suppress(row.DoesNotExist):
                    row.refresh_from_db()
                    self._announce_end(row)
                return error
            except BaseException:
                rows.release(row)
                raise
            if rows.succeed(row, value):
                self._announce_end(row)
            else:
                log.warning("task_finished_after_it_was_given_away")
            return None

    @staticmethod
    def _call(row: Row) -> Any:
        found: Any = row.task
        told: Any = row.task_result
        task_started.send(sender=type(found.get_backend()), task_result=told)
        context = (TaskContext(task_result=told),) if found.takes_context else ()
        return found.call(*context, *told.args, **told.kwargs)

    @staticmethod
    def _announce_end(row: Row) -> None:
        # Other people's receivers: whatever they do, the run is over and recorded.
        with contextlib.suppress(ImportError, SuspiciousOperation):
            result = row.task_result
            task_finished.send_robust(sender=type(result.task.get_backend()), task_result=result)

    def _beat_until_stopped(self) -> None:
        # A thread of its own: a task of ten minutes is not a death.
        while True:
            with contextlib.suppress(*OUTAGES):
                beats.beat(self.worker_id, self.kind)
            connection.close()
            if self._stopping.wait(beats.EVERY.total_seconds()):
                return
