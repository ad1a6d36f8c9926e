"""Workers: who is alive, whose jobs are given back, what the timetable queues, and how one stops."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django_tasks.base import TaskResultStatus

from community.core import clock
from community.core.models import CronMark, IdempotencyKey, ReactorRun, WorkerBeat
from community.core.tasks import beats, crons, operators, rows, upkeep
from community.core.tasks.embedded import EmbeddedWorker
from community.core.tasks.testing import run_due
from community.core.tasks.worker import Worker, has_local_worker, load_timetable
from tests.core import sample_tasks

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEAD_PID = 2**22 + 1  # above what Linux hands out


@pytest.fixture(autouse=True)
def done() -> Iterator[list[object]]:
    sample_tasks.done.clear()
    yield sample_tasks.done
    sample_tasks.done.clear()


@pytest.fixture
def held() -> Iterator[clock.FrozenClock]:
    with clock.frozen(START) as frozen:
        yield frozen


def claimed_by(worker_id: str) -> Any:
    sample_tasks.note.enqueue(text="held")
    row = rows.claim(worker_id)
    assert row
    return row


def status() -> tuple[str, int]:
    row = rows.rows().get()
    return row.status, len(row.worker_ids)


# -- the reaper


@pytest.mark.django_db
def test_a_silent_worker_s_job_is_given_back_and_done_once(
    held: clock.FrozenClock, done: list[object]
) -> None:
    beats.beat("killed", "process")
    WorkerBeat.objects.update(machine="another machine")
    claimed_by("killed")
    held.move(beats.STALE_AFTER)
    assert beats.reap() == 0, "reaped while it might still live"
    held.move(timedelta(seconds=1))
    assert beats.reap() == 1
    assert status() == (TaskResultStatus.READY, 1)
    held.move(timedelta(minutes=5))
    assert run_due() == 1
    assert done == ["held"]
    assert beats.reap() == 0


@pytest.mark.django_db
def test_a_killed_process_of_this_machine_is_noticed_at_once(held: clock.FrozenClock) -> None:
    beats.beat("killed", "process")
    WorkerBeat.objects.update(pid=DEAD_PID)
    claimed_by("killed")
    assert beats.reap() == 1


@pytest.mark.django_db
def test_the_same_pid_on_another_machine_means_nothing(held: clock.FrozenClock) -> None:
    beats.beat("elsewhere", "process")
    WorkerBeat.objects.update(pid=DEAD_PID, machine="another machine")
    claimed_by("elsewhere")
    assert beats.reap() == 0


@pytest.mark.django_db
def test_a_long_job_of_a_living_worker_is_left_alone(held: clock.FrozenClock) -> None:
    beats.beat("busy", "process")
    claimed_by("busy")
    for _ in range(60):
        held.move(beats.EVERY)
        beats.beat("busy", "process")
        assert beats.reap("another") == 0
    assert status() == (TaskResultStatus.RUNNING, 1)


@pytest.mark.django_db
def test_a_job_whose_end_could_not_be_written_is_found_by_its_own_worker(held: clock.FrozenClock) -> None:
    beats.beat("me", "process")
    claimed_by("me")
    assert beats.reap("somebody else") == 0
    assert beats.reap("me") == 1


@pytest.mark.django_db
def test_a_job_of_something_that_never_beats_is_given_back_late(held: clock.FrozenClock) -> None:
    claimed_by("stranger")
    held.move(beats.UNKNOWN_AFTER)
    assert beats.reap() == 0
    held.move(timedelta(seconds=1))
    assert beats.reap() == 1


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_is_parked(held: clock.FrozenClock) -> None:
    sample_tasks.stumble.enqueue()
    for number in range(3):
        beats.beat(f"victim-{number}", "process")
        WorkerBeat.objects.update(pid=DEAD_PID)
        assert rows.claim(f"victim-{number}")
        assert beats.reap() == 1
        held.move(timedelta(hours=2))
    (parked,) = operators.parked()
    assert parked.error.endswith("WorkerDied")
    assert "victim-2" in parked.reason


@pytest.mark.django_db
def test_a_clean_goodbye_takes_the_beat_away_and_old_ones_are_forgotten(held: clock.FrozenClock) -> None:
    beats.beat("leaver", "process")
    assert beats.last_beat() == START
    beats.leave("leaver")
    assert beats.last_beat() is None
    beats.beat("killed", "process")
    held.move(timedelta(days=2))
    assert beats.forget_the_dead() == 1


# -- the timetable


@pytest.fixture
def timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {name: entry for name, entry in crons.timetable.items() if name.startswith("tests.")}
    assert set(mine) == {"tests.every_five", "tests.nightly"}
    monkeypatch.setattr(crons, "timetable", mine)


@pytest.mark.django_db
@pytest.mark.usefixtures("timetable")
def test_a_fresh_site_waits_for_the_next_slot_and_runs_each_once(
    held: clock.FrozenClock, done: list[object]
) -> None:
    assert crons.tick(clock.now()) == []
    held.move(timedelta(minutes=4, seconds=59))
    assert crons.tick(clock.now()) == []
    held.move(timedelta(seconds=1))
    assert crons.tick(clock.now()) == ["tests.every_five"]
    assert crons.tick(clock.now()) == [], "the same slot twice"
    assert run_due() == 1
    assert done == ["five"]


@pytest.mark.django_db
@pytest.mark.usefixtures("timetable")
def test_slots_missed_while_nobody_worked_are_made_up_by_one_run(held: clock.FrozenClock) -> None:
    crons.tick(clock.now())
    held.move(timedelta(days=3))
    assert sorted(crons.tick(clock.now())) == ["tests.every_five", "tests.nightly"]
    assert crons.tick(clock.now()) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("timetable")
def test_two_workers_that_both_saw_the_slot_queue_it_once(
    held: clock.FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crons.tick(clock.now())
    held.move(timedelta(minutes=5))
    stale = CronMark.objects.get(name="tests.every_five")
    assert crons.tick(clock.now()) == ["tests.every_five"]
    monkeypatch.setattr(CronMark.objects, "get_or_create", lambda **kwargs: (stale, False), raising=False)
    assert "tests.every_five" not in crons.tick(clock.now())
    assert rows.rows().count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("timetable")
def test_a_clock_that_steps_back_repeats_nothing(held: clock.FrozenClock) -> None:
    crons.tick(clock.now())
    held.move(timedelta(minutes=5))
    crons.tick(clock.now())
    held.move(timedelta(minutes=-3))
    assert crons.tick(clock.now()) == []
    held.move(timedelta(minutes=3))
    assert crons.tick(clock.now()) == []


@pytest.mark.parametrize(
    ("at", "last", "following"),
    [
        (START, START, START + timedelta(minutes=5)),
        (START + timedelta(seconds=1), START, START + timedelta(minutes=5)),
        (START - timedelta(microseconds=1), START - timedelta(minutes=5), START),
    ],
)
def test_a_slot_begins_on_the_full_minute(at: datetime, last: datetime, following: datetime) -> None:
    entry = crons.timetable["tests.every_five"]
    assert (entry.last_slot(at), entry.next_slot(at)) == (last, following)


def test_every_entry_of_the_timetable_has_a_readable_schedule() -> None:
    load_timetable()
    assert "core.clear_queue" in crons.timetable
    for entry in crons.timetable.values():
        assert entry.last_slot(START) <= START < entry.next_slot(START)


@pytest.mark.django_db
def test_upkeep_clears_what_no_longer_matters_and_keeps_the_rest(held: clock.FrozenClock) -> None:
    IdempotencyKey.objects.create(owner="m", verb="v", key="old", digest="d")
    ReactorRun.objects.create(key="old", reactor="r")
    held.move(timedelta(days=29))
    IdempotencyKey.objects.create(owner="m", verb="v", key="new", digest="d")
    ReactorRun.objects.create(key="new", reactor="r")
    upkeep.clear_queue.call()
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]
    assert ReactorRun.objects.count() == 2
    held.move(timedelta(days=2))
    upkeep.clear_queue.call()
    assert [row.key for row in ReactorRun.objects.all()] == ["new"]


@pytest.mark.django_db
def test_clearing_works_through_more_rows_than_one_batch() -> None:
    ReactorRun.objects.bulk_create(ReactorRun(key=str(number), reactor="r") for number in range(7))
    assert upkeep.delete_in_batches(ReactorRun.objects.all(), size=3) == 7


# -- the loop


@pytest.mark.django_db
def test_draining_runs_what_tasks_queue_and_stops_at_its_limit(done: list[object]) -> None:
    for number in range(1, 4):
        sample_tasks.note.enqueue(number=number)
    assert Worker().drain(limit=2) == 2
    assert Worker().drain() == 1
    assert done == [1, 2, 3]


@pytest.mark.django_db
def test_a_failing_task_does_not_stop_the_next_one(done: list[object]) -> None:
    sample_tasks.stumble.enqueue()
    sample_tasks.note.enqueue(text="next")
    assert Worker().drain() == 2
    assert done == ["try", "next"]


def _enqueued() -> bool:
    # A database in memory refuses at once while the worker takes its first look; one in a file would wait.
    try:
        sample_tasks.note.enqueue(text="wake up")
    except OperationalError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_an_embedded_worker_is_woken_by_a_commit_and_stops_cleanly(done: list[object]) -> None:
    # An hour between looks: without the wake-up nothing would run.
    embedded = EmbeddedWorker(interval=3600)
    try:
        embedded.start()
        assert wait_for(has_local_worker)
        assert wait_for(_enqueued)
        assert wait_for(lambda: done == ["wake up"])
    finally:
        assert embedded.stop()
    assert not has_local_worker()
    assert not WorkerBeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_only_slows_the_worker_down(
    monkeypatch: pytest.MonkeyPatch, done: list[object]
) -> None:
    worker = Worker(interval=0.01)
    calls = iter([OperationalError("gone"), ValueError("a bug")])

    def look() -> None:
        for error in calls:
            raise error
        worker.stop()

    naps: list[float] = []
    monkeypatch.setattr(worker, "look_after_the_queue", look)
    monkeypatch.setattr(worker._awake, "wait", naps.append)
    monkeypatch.setattr(worker, "_beat_until_stopped", lambda: None)
    sample_tasks.note.enqueue(text="at last")
    worker.run()
    assert done == ["at last"]
    assert naps == [2.0, 4.0]


@pytest.mark.django_db
def test_run_worker_once_keeps_the_timetable_drains_and_exits(
    done: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    sample_tasks.note.enqueue(text="a")
    sample_tasks.note.enqueue(text="b")
    call_command("run_worker", "--once")
    assert done == ["a", "b"]
    assert "2 tasks" in capsys.readouterr().out


def test_run_worker_gives_way_to_pages_and_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[int] = []
    monkeypatch.setattr(Worker, "run", lambda self: None)
    monkeypatch.setattr(signal, "signal", lambda *_args: None)
    for before, wanted in ((0, 10), (4, 6), (15, 0)):
        monkeypatch.setattr(os, "nice", lambda by, before=before: said.append(by) or before)
        call_command("run_worker")
        assert said[-1] == wanted


@pytest.mark.django_db
def test_a_killed_worker_s_job_is_run_by_run_worker_once(done: list[object]) -> None:
    claimed_by("killed")
    WorkerBeat.objects.create(worker_id="killed", kind="process", machine=beats.machine(), pid=DEAD_PID)
    call_command("run_worker", "--once")
    assert status() == (TaskResultStatus.READY, 1), "not given back"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        call_command("run_worker", "--once")
    # The timetable's own entries may come due in that minute; the killed worker's job ran once.
    assert [word for word in done if word != "five"] == ["held"]


def test_a_worker_s_name_tells_its_process() -> None:
    assert str(os.getpid()) in Worker(kind="embedded").worker_id


def wait_for(condition: object, seconds: float = 10.0) -> bool:
    """Poll without a fixed sleep; False when it never came true."""
    tick = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if condition():  # type: ignore[operator]
            return True
        tick.wait(0.01)
    return False
