"""Setting a question's clock to what its history says, and a board's record to what its clocks say."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from community.core import clock
from community.core.facts import publish
from forum.models import Post, Thread, ThreadState
from moderation.promises.facts import ClockChanged, PromiseChanged
from moderation.promises.gathering import history_of
from moderation.promises.models import Clock, Promise, Terms
from moderation.promises.policy import HALF, LATE, NOTHING, after, worked
from moderation.promises.queries.clocks import count_record
from moderation.promises.reading import Reading, read

READ = [
    "board_id", "terms_id", "asked_at", "started_at", "due_at", "laps", "waited", "answered_at", "answer_id",
    "broken_at", "is_aside",
]  # fmt: skip


def settle(thread_id: int, *, without: int = 0) -> bool:
    """Read a thread's clock anew; whether it showed something else. The caller holds the thread.

    `without`: a post that is about to go. About six statements for a question with a promise.
    """
    thread = Thread.objects.filter(pk=thread_id).first()
    row = Clock.objects.select_related("terms").filter(thread_id=thread_id).first()
    if thread is None:
        return False
    if thread.state == ThreadState.MERGED:
        return row is not None and _set_aside(row)
    is_first = row.is_first if row else _wrote_nothing_before(thread)
    found = history_of(thread, is_first=is_first, without=without)
    reading = None
    if found is not None:
        reading = read(
            found.events,
            hours=found.terms.hours,
            target=found.terms.target,
            now=clock.now(),
            shut=found.shut,
        )
    if found is None or reading is None:
        if row is None:
            return False
        row.delete()
        _say(row, thread_id)
        return True
    return _write(row or Clock(thread=thread, is_first=is_first), found.terms, reading)


def _wrote_nothing_before(thread: Thread) -> bool:
    """Whether the thread's opening post is the first its author wrote here. One statement."""
    opening = Post.objects.filter(thread=thread, number=1).values("pk")
    return not Post.objects.filter(author_id=thread.author_id, pk__lt=opening[:1]).exists()


def _write(row: Clock, terms: Terms, reading: Reading) -> bool:
    before = None if row.pk is None else [getattr(row, name) for name in READ]
    laps, was_running = row.laps, row.pk is not None and row.is_running
    row.terms, row.board_id = terms, terms.board_id
    row.asked_at, row.started_at, row.due_at = reading.asked_at, reading.started_at, reading.due_at
    row.laps, row.waited = reading.laps, int(reading.waited.total_seconds())
    row.answered_at, row.answer_id = reading.answered_at, reading.answer_id
    row.broken_at, row.is_aside = reading.broken_at, reading.is_aside
    if before == [getattr(row, name) for name in READ]:
        return False
    if not row.is_running:
        row.next_at = None
    elif before is None or laps != row.laps or not was_running:
        # It is watched from when it began to run, which is when somebody is next at work.
        if before is not None and laps == row.laps:
            row.alerts.filter(lap=laps).delete()  # it waits again: those whose turn it is are told again
        row.stage, row.holder_id = Clock.Stage.NEW, None
        row.next_at = after(terms.hours, row.started_at, NOTHING)
    row.save()
    # A question that has just begun to wait says nothing yet of how promises are kept.
    _say(row, row.thread_id, is_told=before is not None or not row.is_running or row.broken_at is not None)
    return True


def _set_aside(row: Clock) -> bool:
    """The question became part of another thread: an answered clock stays as it is, one that ran stands aside."""
    if not row.is_running:
        return False
    now = clock.now()
    row.broken_at = row.broken_at or (row.due_at if row.due_at <= now else None)
    row.is_aside, row.next_at = True, None
    row.save(update_fields=["broken_at", "is_aside", "next_at"])
    _say(row, row.thread_id)
    return True


def _say(row: Clock, thread_id: int, *, is_told: bool = True) -> None:
    publish(ClockChanged(thread_id=thread_id, board_id=row.board_id))
    if is_told:
        refresh_record(row.board_id)


def moments(row: Clock) -> tuple[datetime, datetime]:
    """When a lap is handed over, and when the lead is told of it: shares of the promised time are left."""
    hours, target = row.terms.hours, row.terms.target
    left = worked(hours, row.started_at, row.due_at)  # less than the target where it stood aside meanwhile
    half, late = (
        after(hours, row.started_at, max(left - target * (1 - share), NOTHING)) or row.due_at
        for share in (HALF, LATE)
    )
    return half, late


# The record ------------------------------------------------------------------------------------------------------


def refresh_record(board_id: int) -> bool:
    """Set a board's figures to what its clocks say; whether they said something else. Two statements."""
    now = clock.now()
    found = count_record(board_id, now)
    figures = {"asked_count": found.asked, "kept_count": found.kept, "median": found.median}
    rows = Promise.objects.filter(board_id=board_id)
    same = Q(median=found.median) if found.median is not None else Q(median__isnull=True)
    changed = rows.exclude(same & Q(asked_count=found.asked, kept_count=found.kept))
    if not changed.update(**figures, counted_at=now):
        return False
    publish(PromiseChanged(board_id=board_id))
    return True
