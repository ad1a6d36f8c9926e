"""The timetable: what runs by the clock, once a slot however many workers look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from community.core.tasks.queue import QueuedTask, task


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timetable. Times are UTC, so no slot is skipped or doubled by summer time."""

    name: str
    schedule: str
    task: QueuedTask[[], None]

    def last_slot(self, at: datetime) -> datetime:
        """The latest slot that is not after `at`."""
        from croniter import croniter

        # croniter looks strictly before its start, and a slot begins on the full minute.
        following: datetime = croniter(self.schedule, at.astimezone(UTC)).get_next(datetime)
        previous: datetime = croniter(self.schedule, following).get_prev(datetime)
        return previous

    def next_slot(self, at: datetime) -> datetime:
        """The first slot after `at`."""
        from croniter import croniter

        following: datetime = croniter(self.schedule, at.astimezone(UTC)).get_next(datetime)
        return following


timetable: dict[str, Entry] = {}


def cron(
    schedule: str, *, name: str, max_attempts: int = 3
) -> Callable[[Callable[[], None]], QueuedTask[[], None]]:
    """Run a module-level function without arguments by the five-field `schedule` (UTC)."""

    def wrap(function: Callable[[], None]) -> QueuedTask[[], None]:
        queued = task(name, max_attempts)(function)
        timetable[name] = Entry(name, schedule, queued)
        return queued

    return wrap


def tick(now: datetime) -> list[str]:
    """Queue every entry whose slot has come and that no worker has taken; their names.

    Slots missed while nobody worked are made up by one run. An entry seen for the first time waits for its
    next slot: a fresh site does not begin with the whole night's work.
    """
    from community.core.models import CronMark

    queued = []
    for entry in timetable.values():
        slot = entry.last_slot(now)
        with transaction.atomic():
            mark, is_new = CronMark.objects.get_or_create(name=entry.name, defaults={"slot": slot})
            if is_new or mark.slot >= slot:
                continue
            # The condition decides between two workers that both read the old mark.
            if CronMark.objects.filter(name=entry.name, slot=mark.slot).update(slot=slot):
                entry.task.enqueue()
                queued.append(entry.name)
    return queued


def next_due(now: datetime) -> datetime | None:
    """When the timetable has to be looked at again."""
    return min((entry.next_slot(now) for entry in timetable.values()), default=None)
