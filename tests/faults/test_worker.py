"""Whatever statement of a worker fails, claim, work or record: the job is done and its effect is there once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from community.core import clock, facts
from community.core.models import CronMark, ReactorRun
from community.core.tasks import rows
from community.core.tasks.worker import REAP_EVERY, Worker
from tests.core.test_facts import KettleBoiled, poured
from tests.core.test_tasks_together import CupFilled
from tests.support import faults

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def work_until_done(worker: Worker, held: clock.FrozenClock) -> int:
    """What `Worker.run` does, with time moved on instead of waited for; how often it stumbled."""
    stumbled = 0
    for _round in range(12):
        try:
            worker.look_after_the_queue()
            while worker.step():
                pass
            if not rows.rows().exclude(status="SUCCESSFUL").exists():
                return stumbled
        except (DatabaseError, InterfaceError):
            stumbled += 1
            connection.close()
        held.move(REAP_EVERY + timedelta(minutes=1))
    raise AssertionError(f"not done: {list(rows.rows().values_list('status', 'traceback'))}")


def test_a_failure_at_any_statement_of_a_worker_leaves_one_effect(is_long: bool) -> None:
    is_real = connection.vendor == "postgresql"
    ways = [faults.drop, faults.serialisation] if is_real else [faults.locked]
    stumbles = 0
    failed: list[str] = []
    with clock.frozen(START) as held:
        for at in count(1):
            worker = Worker(kind="test")
            worker.look_after_the_queue()  # the timetable notes where it stands
            CronMark.objects.filter(name__regex="^(poured|recorded)").delete()
            with transaction.atomic():
                facts.publish(KettleBoiled(kettle_id=at))
            with faults.failing(at, how=ways[at % len(ways)]) as struck:
                stumbles += work_until_done(worker, held)
            assert poured() == 1, f"failing at statement {at}"
            assert ReactorRun.objects.count() == 2, "each of the two reactions ran once"
            ReactorRun.objects.all().delete()
            rows.rows().delete()
            if not struck.failures:
                break
            failed.append(struck.failed)
    queue, runs = rows.rows().model._meta.db_table, ReactorRun._meta.db_table
    for what, start in (("claiming", f'UPDATE "{queue}"'), ("recording", f'INSERT INTO "{runs}"')):
        assert any(sql.startswith(start) for sql in failed), f"{what} was tried as well, not the work alone"
    assert stumbles


def test_a_failure_at_any_statement_of_what_is_done_together_leaves_one_effect_each() -> None:
    is_real = connection.vendor == "postgresql"
    how = faults.drop if is_real else faults.locked
    with clock.frozen(START) as held:
        for at in count(1):
            worker = Worker(kind="test")
            worker.look_after_the_queue()
            with transaction.atomic():
                for pk in (1, 2, 3):
                    facts.publish(CupFilled(pk))
            with faults.failing(at, how=how) as struck:
                work_until_done(worker, held)
            marks = CronMark.objects.filter(name__startswith="served").values_list("name", flat=True)
            assert sorted(marks) == ["served-1", "served-2", "served-3"], f"failing at statement {at}"
            assert ReactorRun.objects.count() == 3
            for made in (
                ReactorRun.objects.all(),
                rows.rows(),
                CronMark.objects.filter(name__in=list(marks)),
            ):
                made.delete()
            if not struck.failures:
                break
    assert at > 6, "taking two, the notes, the work and the end failed once each"
