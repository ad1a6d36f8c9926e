"""Queued work: commits with its cause, is tried again with growing pauses, and is parked, never lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import get_date_max

from community.core import chance, clock
from community.core.tasks import operators, rows
from community.core.tasks.queue import LONGEST_PAUSE, attempts_allowed, pause_after, task
from community.core.tasks.testing import run_due
from community.core.tasks.worker import Worker
from tests.core import sample_tasks

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def done() -> Iterator[list[object]]:
    sample_tasks.done.clear()
    yield sample_tasks.done
    sample_tasks.done.clear()


@pytest.fixture(autouse=True)
def held() -> Iterator[clock.FrozenClock]:
    with clock.frozen(START) as frozen, chance.seeded("tasks"):
        yield frozen


def only_row() -> Any:
    return rows.rows().get()


# -- enqueueing


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_task() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sample_tasks.note.enqueue(text="never")
        raise ZeroDivisionError
    assert not rows.rows().exists()
    with transaction.atomic():
        sample_tasks.note.enqueue(text="kept")
    assert run_due() == 1
    assert sample_tasks.done == ["kept"]


@pytest.mark.django_db
def test_a_task_runs_with_its_arguments_and_keeps_its_value(done: list[object]) -> None:
    queued = sample_tasks.note.enqueue(text="铃")
    assert sample_tasks.note.name == "tests.note"
    assert run_due() == 1
    assert done == ["铃"]
    result = sample_tasks.note.get_result(queued.id)
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, "铃")


@pytest.mark.django_db
def test_a_value_that_cannot_be_stored_does_not_repeat_the_work(done: list[object]) -> None:
    sample_tasks.odd_value.enqueue()
    run_due()
    assert done == ["odd"]
    assert only_row().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db
def test_urgent_tasks_go_first_and_later_ones_wait_for_their_time(
    done: list[object], held: clock.FrozenClock
) -> None:
    sample_tasks.note.enqueue(text="plain")
    sample_tasks.note.using(priority=10).enqueue(text="urgent")
    sample_tasks.note.using(run_after=START + timedelta(minutes=5)).enqueue(text="later")
    run_due()
    assert done == ["urgent", "plain"]
    held.move(timedelta(minutes=5))
    run_due()
    assert done[-1] == "later"


def test_two_tasks_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"two tasks are called tests\.note"):
        task(name="tests.note")(test_two_tasks_may_not_share_a_name)


def test_a_task_is_tried_at_least_once() -> None:
    with pytest.raises(ValueError, match="at least once"):
        task(name="tests.never", max_attempts=0)


# -- failing


def test_pauses_double_up_to_an_hour_and_are_spread() -> None:
    middles = [pause_after(attempt) / (0.5 + 0.5) for attempt in range(1, 40)]
    for attempt, pause in enumerate(middles, start=1):
        middle = min(timedelta(seconds=5 * 2 ** (attempt - 1)), LONGEST_PAUSE)
        assert middle * 0.5 <= pause < middle * 1.5
    assert len({pause_after(3) for _ in range(20)}) == 20, "everything comes back at the same moment"


@pytest.mark.django_db
def test_a_failed_task_waits_then_is_tried_again_then_is_parked(
    done: list[object], held: clock.FrozenClock
) -> None:
    sample_tasks.stumble.enqueue(message="no such host")
    for attempt in (1, 2):
        assert run_due(raise_errors=False) == 1
        row = only_row()
        assert row.status == TaskResultStatus.READY
        assert row.run_after > held.now()
        assert operators.waiting()[0].attempts == attempt
        assert run_due(raise_errors=False) == 0, "tried again before its time"
        held.set(row.run_after)
    run_due(raise_errors=False)
    assert done == ["try"] * 3
    (parked,) = operators.parked()
    assert (parked.name, parked.state, parked.attempts) == ("tests.stumble", "parked", 3)
    assert parked.error == "builtins.OSError"
    assert parked.reason == "OSError: no such host"
    assert "sample_tasks.py" in parked.trace
    assert parked.finished_at == held.now()
    held.move(timedelta(days=1))
    assert run_due() == 0


@pytest.mark.django_db
def test_an_error_text_no_database_stores_does_not_lose_the_row() -> None:
    sample_tasks.stumble.enqueue()
    row = rows.claim("w")
    assert row
    rows.fail(row, OSError("\udcff and \0"))
    assert r"\udcff and \x00" in only_row().traceback


@pytest.mark.django_db
def test_the_test_helper_raises_what_a_task_raised_and_stops_runaways() -> None:
    sample_tasks.stumble.enqueue()
    with pytest.raises(OSError, match="stumbled"):
        run_due()
    sample_tasks.forever.enqueue()
    with pytest.raises(AssertionError, match="queue itself"):
        run_due(limit=20)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["tests.core.sample_tasks.vanished", "nowhere.at_all", "tests.core.sample_tasks.not_a_task"]
)
def test_a_task_nobody_knows_is_tried_and_parked_like_any_other(path: str, held: clock.FrozenClock) -> None:
    sample_tasks.note.enqueue()
    rows.rows().update(task_path=path)
    for _ in range(attempts_allowed(path)):
        assert run_due(raise_errors=False) == 1
        held.move(timedelta(hours=2))
    (parked,) = operators.parked()
    assert parked.name == path.rpartition(".")[2]
    assert run_due() == 0


@pytest.mark.django_db
def test_a_stopped_worker_puts_its_task_back_uncounted() -> None:
    sample_tasks.interrupted.enqueue()
    with pytest.raises(KeyboardInterrupt):
        Worker().step()
    row = only_row()
    assert (row.status, row.worker_ids) == (TaskResultStatus.READY, [])
    assert rows.claim("next") is not None


# -- claiming


@pytest.mark.django_db
def test_two_workers_never_hold_the_same_claim() -> None:
    sample_tasks.note.enqueue(text="one")
    first_look, second_look = rows.due().get(), rows.due().get()
    assert rows._take(first_look, "a")
    assert not rows._take(second_look, "b")
    assert rows.claim("c") is None
    assert only_row().worker_ids == ["a"]


@pytest.mark.django_db
def test_a_worker_that_was_given_up_cannot_overwrite_its_successor(held: clock.FrozenClock) -> None:
    sample_tasks.note.enqueue(text="one")
    slow = rows.claim("slow")
    assert slow
    rows.bury(slow)
    held.move(timedelta(hours=2))
    quick = rows.claim("quick")
    assert quick
    assert not rows.succeed(slow, "late")
    rows.fail(slow, OSError("late"))
    rows.release(slow)
    row = only_row()
    assert (row.status, row.worker_ids, row.return_value) == (
        TaskResultStatus.RUNNING,
        ["slow", "quick"],
        None,
    )
    assert rows.succeed(quick, "mine")


@pytest.mark.django_db(transaction=True)
def test_looking_at_an_empty_queue_takes_no_write_lock(django_assert_num_queries: object) -> None:
    if transaction.get_connection().features.has_select_for_update_skip_locked:
        pytest.skip("only where there are no row locks")
    with django_assert_num_queries(1) as looked:  # type: ignore[operator]
        assert rows.claim("idle") is None
    assert looked.captured_queries[0]["sql"].startswith("SELECT")


# -- operators


@pytest.fixture
def parked_id(db: None, held: clock.FrozenClock) -> str:
    sample_tasks.stumble.enqueue()
    for _ in range(3):
        run_due(raise_errors=False)
        held.move(timedelta(hours=2))
    return operators.parked()[0].id


def test_an_operator_gives_a_parked_task_all_its_tries_again(parked_id: str, held: clock.FrozenClock) -> None:
    assert operators.retry(parked_id)
    assert operators.parked() == []
    for _ in range(3):
        assert run_due(raise_errors=False) == 1
        held.move(timedelta(hours=2))
    assert operators.parked()[0].attempts == 3


def test_an_operator_lets_a_parked_task_go(parked_id: str) -> None:
    assert operators.discard(parked_id)
    assert not rows.rows().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["nonsense", "84e3ad52-6e7c-4346-a287-68f3926c55bb", ""])
def test_only_parked_tasks_are_retried_or_discarded(wrong: str) -> None:
    queued = sample_tasks.note.enqueue(text="waiting")
    for task_id in (wrong, queued.id):
        assert not operators.retry(task_id)
        assert not operators.discard(task_id)
    assert rows.rows().count() == 1


@pytest.mark.django_db
def test_figures_count_by_state_and_name_the_oldest(parked_id: str) -> None:
    sample_tasks.note.enqueue(text="a")
    sample_tasks.note.using(run_after=clock.now() + timedelta(days=1)).enqueue(text="not yet due")
    rows.rows().filter(status=TaskResultStatus.READY).update(enqueued_at=clock.now() - timedelta(minutes=7))
    figures = operators.figures()
    assert (figures.ready, figures.running, figures.parked) == (2, 0, 1)
    assert figures.oldest_due == timedelta(minutes=7)


@pytest.mark.django_db
def test_what_finished_long_ago_is_cleared_and_parked_tasks_stay(
    parked_id: str, held: clock.FrozenClock
) -> None:
    sample_tasks.note.enqueue(text="a")
    run_due()
    assert rows.prune() == 0
    held.move(timedelta(days=2))
    assert rows.prune() == 1
    assert [row.id for row in operators.parked()] == [parked_id]
    held.move(timedelta(days=90))
    assert rows.prune() == 1


# -- the command


def test_the_command_lists_parked_tasks_with_their_reason(
    parked_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("tasks", "list")
    told = capsys.readouterr().out
    assert "0 ready, 0 running, 1 parked" in told
    assert parked_id in told and "OSError: stumbled" in told and "Traceback" not in told
    sample_tasks.note.enqueue(text="a")
    call_command("tasks", "list", "--trace", "--waiting")
    told = capsys.readouterr().out
    assert "Traceback" in told and "tests.note" in told


@pytest.mark.parametrize("choice", [["--all"], ["--name", "tests.stumble"], []])
def test_the_command_retries_by_id_name_or_all(parked_id: str, choice: list[str]) -> None:
    call_command("tasks", "retry", *(choice or [parked_id]))
    assert operators.figures().ready == 1
    assert operators.parked() == []


def test_the_command_discards_and_fails_on_what_is_not_parked(parked_id: str) -> None:
    call_command("tasks", "discard", "--name", "tests.other")
    assert len(operators.parked()) == 1
    call_command("tasks", "discard", parked_id)
    with pytest.raises(CommandError, match="Not parked"):
        call_command("tasks", "discard", parked_id)
    with pytest.raises(CommandError, match="Name what to retry"):
        call_command("tasks", "retry")


# -- what waits for its time


@pytest.mark.django_db
def test_what_is_due_comes_before_what_waits(done: list[object], held: clock.FrozenClock) -> None:
    sample_tasks.note.using(run_after=START + timedelta(minutes=5)).enqueue(text="waits")
    sample_tasks.note.enqueue(text="first")
    held.move(timedelta(seconds=1))
    sample_tasks.note.enqueue(text="second")
    assert rows.rows().order_by().aggregate(most=Max("run_after"))["most"] == START + timedelta(minutes=5)
    assert run_due() == 2
    assert done == ["first", "second"]


@pytest.mark.django_db
def test_a_row_of_an_earlier_release_is_taken_along(done: list[object]) -> None:
    sample_tasks.note.enqueue(text="timeless")
    rows.rows().update(run_after=get_date_max())
    assert run_due() == 0
    assert rows.take_along() == 1
    assert run_due() == 1
    assert done == ["timeless"]
