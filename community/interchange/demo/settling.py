"""Works off what the seeding queued, so that the site's first visitors do not share it with a thousand tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from activity.notices.occasions import STALE
from community.core import clock
from community.core.tasks import rows
from community.core.tasks.worker import Worker, load_timetable
from moderation.desk import actions as desk
from moderation.promises import counters as promises


def forget_old_news(now: datetime) -> None:
    """Take back what would tell somebody of things nobody is told of any more."""
    rows.rows().filter(run_after__lt=now - STALE).delete()


def waiting() -> int:
    """How many tasks are due now."""
    return rows.due().count()


def work_off(now: datetime, advance: Callable[[int], object]) -> None:
    """Run what is due by `now`, also what that queues, each at its own time: notices are as old as what they tell.

    `advance` hears how many were done, as those that go together are done at once.
    """
    load_timetable()
    worker = Worker(kind="seeding")
    with clock.frozen(now) as held:
        while (row := rows.due().order_by("run_after").first()) is not None:
            held.set(min(row.run_after, now))
            while done := worker.step():
                advance(done)
            held.set(now)


def rank_threads() -> None:
    """Lay every open thread on the desk: what would have done so was taken back with the old news."""
    desk.rebuild_rhythms()
    run = desk.begin_rescore(afresh=True)
    while desk.rescore_batch(run_id=run.pk):
        pass


def count_promises() -> None:
    """Set the boards' records to what their clocks say now: they were counted while the weeks went by."""
    promises.refresh_records()
