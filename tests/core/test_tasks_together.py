"""Several tasks done at once: one transaction where nothing fails, each alone where something did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from django.db import connection
from django_tasks.base import TaskResultStatus

from community.core import chance
from community.core.facts import Fact, publish, reacts
from community.core.models import CronMark, ReactorRun
from community.core.tasks import rows
from community.core.tasks.queue import enqueue_all
from community.core.tasks.worker import Worker
from tests.core import sample_tasks
from tests.core.test_facts import NOON

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class CupFilled(Fact):
    cup_id: int


class Table:
    """What the reactors below were handed; which cup they drop, and what happens then."""

    handed: list[list[int]] = []
    dropped: int = 0
    how: type[BaseException] = OSError


@pytest.fixture(autouse=True)
def _clear() -> Iterator[None]:
    with chance.seeded("together"):
        yield
    Table.handed, Table.dropped, Table.how = [], 0, OSError  # other files have cups served, too
    sample_tasks.done.clear()


@reacts(CupFilled, name="tests.serve", many=True)
def serve(facts: Sequence[CupFilled]) -> None:
    ids = [fact.cup_id for fact in facts]
    Table.handed.append(ids)
    CronMark.objects.bulk_create(CronMark(name=f"served-{pk}", slot=NOON) for pk in ids)
    if Table.dropped in ids:
        raise Table.how("dropped")


def served() -> set[int]:
    return {int(mark.name.partition("-")[2]) for mark in CronMark.objects.filter(name__startswith="served")}


def states() -> list[tuple[str, int]]:
    """State and number of tries of each row, by the cup it speaks of."""
    found = sorted(rows.rows(), key=lambda row: row.args_kwargs["kwargs"]["fact"]["values"]["cup_id"])
    return [(row.status, len(row.worker_ids)) for row in found]


def test_what_waits_is_handed_over_at_once_and_has_its_effect_once() -> None:
    for pk in range(1, 6):
        publish(CupFilled(pk))
    told = [row.args_kwargs["kwargs"] for row in rows.rows()]
    assert Worker().drain() == 5
    assert Table.handed == [[1, 2, 3, 4, 5]] and served() == {1, 2, 3, 4, 5}
    assert states() == [(TaskResultStatus.SUCCESSFUL, 1)] * 5
    enqueue_all([(rows.rows()[0].task, one) for one in told])
    Worker().drain()
    assert Table.handed == [[1, 2, 3, 4, 5]], "their effects are there: a repeat hands over nothing"


def test_one_that_fails_fails_alone() -> None:
    Table.dropped = 2
    for pk in (1, 2, 3):
        publish(CupFilled(pk))
    Worker().drain()
    assert Table.handed == [[1, 2, 3], [1], [2], [3]]
    assert served() == {1, 3} and ReactorRun.objects.count() == 2
    assert states() == [
        (TaskResultStatus.SUCCESSFUL, 1),
        (TaskResultStatus.READY, 1),
        (TaskResultStatus.SUCCESSFUL, 1),
    ]


def test_what_was_tried_before_is_done_alone() -> None:
    """Whatever took a worker down takes no others along when it comes again."""
    for pk in (1, 2, 3):
        publish(CupFilled(pk))
    first = rows.claim("dead")
    assert first is not None
    rows.release(first)
    rows.rows().filter(pk=first.pk).update(worker_ids=["dead"])
    Worker().drain()
    assert sorted(Table.handed) == [[1], [2, 3]]


def test_a_worker_that_is_stopped_gives_all_of_them_back() -> None:
    Table.dropped, Table.how = 2, KeyboardInterrupt
    for pk in (1, 2, 3):
        publish(CupFilled(pk))
    with pytest.raises(KeyboardInterrupt):
        Worker().drain()
    assert states() == [(TaskResultStatus.READY, 0)] * 3 and served() == set()


def test_others_and_the_more_urgent_are_not_taken_along() -> None:
    publish(CupFilled(1))
    sample_tasks.note.enqueue(text="between")
    publish(CupFilled(2))
    rows.rows().filter(args_kwargs__kwargs__fact__values__cup_id=2).update(priority=-5)
    Worker().drain()
    assert Table.handed == [[1], [2]] and sample_tasks.done == ["between"]


def test_a_row_that_was_given_away_meanwhile_is_left_to_its_new_holder() -> None:
    for pk in (1, 2):
        publish(CupFilled(pk))
    first = rows.claim("slow")
    assert first is not None
    taken = [first, *rows.claim_more(first, "slow")]
    rows.bury(taken[1])
    assert rows.succeed_all(taken) == {first.pk}
    assert [status for status, _tries in states()] == [TaskResultStatus.SUCCESSFUL, TaskResultStatus.READY]


def test_many_rows_are_taken_in_portions() -> None:
    for pk in range(1, rows.TOGETHER + 3):
        publish(CupFilled(pk))
    if connection.vendor == "postgresql":  # the plan for a table of which little is known
        with connection.cursor() as cursor:
            for way in ("hashjoin", "mergejoin", "hashagg", "material", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    assert Worker().drain() == rows.TOGETHER + 2
    assert [len(ids) for ids in Table.handed] == [rows.TOGETHER, 2]


def test_what_is_done_outside_a_transaction_is_done_one_by_one() -> None:
    with pytest.raises(ValueError, match="one fact at a time"):
        reacts(CupFilled, name="tests.shout", atomic=False, many=True)(serve)
