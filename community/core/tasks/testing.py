"""For tests: run what was queued, here and now, and hear of the first error."""

from __future__ import annotations

from community.core.tasks import rows
from community.core.tasks.worker import Worker


def run_due(*, raise_errors: bool = True, limit: int = 1000) -> int:
    """Run every task that is due, also those they queue; the number run.

    Raises the first task's error (its row is recorded as failed all the same) unless `raise_errors` is off.
    """
    worker, done = Worker(kind="test"), 0
    while done < limit and (row := rows.claim(worker.worker_id)):
        error = worker.execute(row)
        done += 1
        if error and raise_errors:
            raise error
    if done >= limit:
        raise AssertionError(f"{limit} tasks ran and there are still more: does a task queue itself?")
    return done


run_reactors = run_due
