"""The queue and the keys with real threads on a real PostgreSQL: nothing twice, nothing lost."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from community.core import facts
from community.core.idempotency import claim
from community.core.models import CronMark, IdempotencyKey, ReactorRun
from community.core.tasks import crons, rows
from community.core.tasks.worker import Worker
from tests.core import sample_tasks
from tests.core.test_facts import KettleBoiled, poured
from tests.support.required import need

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
THREADS = 8

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _real_server(db: None) -> None:
    need("services", connection.vendor == "postgresql", "row locks need PostgreSQL: set DATABASE_URL")


@pytest.fixture(autouse=True)
def done() -> Iterator[list[object]]:
    sample_tasks.done.clear()
    yield sample_tasks.done
    sample_tasks.done.clear()


def at_once(act: Callable[[int], object], threads: int = THREADS) -> list[object]:
    """What `act(number)` returned or raised in each thread; all of them start at the same moment."""
    gate, results = threading.Barrier(threads), [None] * threads

    def run(number: int) -> None:
        try:
            gate.wait(10)
            results[number] = act(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    return results


def test_many_workers_run_each_task_once(done: list[object]) -> None:
    for number in range(1, 201):
        sample_tasks.note.enqueue(number=number)
    ran = at_once(lambda number: Worker().drain())
    assert sum(ran) == 200
    assert sorted(done) == list(range(1, 201))
    assert sum(1 for count in ran if count) > 1, "one worker did it all: nothing was tried"
    assert not rows.due().exists()


def test_without_the_lock_two_workers_would_take_the_same_row() -> None:
    """The control: the race is there for whoever reads before taking."""
    sample_tasks.note.enqueue(number=1)
    looked = at_once(lambda number: rows.due().first().pk)
    assert len(set(looked)) == 1


def test_one_slot_of_the_timetable_is_queued_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {"tests.every_five": crons.timetable["tests.every_five"]}
    monkeypatch.setattr(crons, "timetable", mine)
    assert at_once(lambda number: crons.tick(AT)) == [[]] * THREADS
    later = AT.replace(minute=5)
    queued = at_once(lambda number: crons.tick(later))
    assert sorted(map(str, queued)) == sorted(["['tests.every_five']", *["[]"] * (THREADS - 1)])
    assert rows.rows().count() == 1


def test_one_reaction_run_by_many_workers_has_one_effect() -> None:
    with transaction.atomic():
        facts.publish(KettleBoiled(kettle_id=1))
    (told,) = [
        row.args_kwargs["kwargs"]
        for row in rows.rows()
        if row.args_kwargs["kwargs"]["reactor"] == "tests.pour"
    ]
    assert at_once(lambda number: facts.react.call(**told)) == [None] * THREADS
    assert poured() == 1
    assert ReactorRun.objects.count() == 1


def test_the_same_request_sent_many_times_at_once_has_one_effect_and_one_answer() -> None:
    def reply(number: int) -> object:
        with transaction.atomic():
            begun = claim(key="k", owner="member:1", verb="reply", body={"text": "好"})
            if begun.result is not None:
                return begun.result
            made = CronMark.objects.create(name=f"effect-{number}", slot=AT)
            return begun.finish({"made": made.name})

    answers = at_once(reply)
    assert len({str(answer) for answer in answers}) == 1
    assert CronMark.objects.count() == 1 == IdempotencyKey.objects.count()


def test_when_the_first_of_them_fails_the_second_does_it() -> None:
    first_holds, second_waits = threading.Event(), threading.Event()

    def act(number: int) -> object:
        if number == 0:
            with transaction.atomic():
                claim(key="k", owner="o", verb="v", body={})
                first_holds.set()
                second_waits.wait(10)
                raise ZeroDivisionError
        assert first_holds.wait(10)
        with transaction.atomic():
            # The other one gives up while this one waits for its row.
            threading.Timer(0.2, second_waits.set).start()
            return claim(key="k", owner="o", verb="v", body={}).finish({"by": "second"})

    first, second = at_once(act, threads=2)
    assert isinstance(first, ZeroDivisionError)
    assert second == {"by": "second"}
    assert IdempotencyKey.objects.get().result == {"by": "second"}
