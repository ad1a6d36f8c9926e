"""A verb runs again when the database undid it, at most three times, and its effect is there once."""

import sqlite3
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from structlog.testing import capture_logs

from community.core import idempotency, retrying
from community.core.models import CronMark, IdempotencyKey
from community.core.retrying import OutcomeUnknown, Trouble, action, trouble
from tests.support import faults
from tests.support.required import need

START = "2026-11-23T09:00:00Z"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_pause", lambda kind, attempt: 0.0)


@pytest.fixture
def postgres() -> None:
    need("services", connection.vendor == "postgresql", "sessions are dropped by a real server: DATABASE_URL")


def marks() -> list[str]:
    return sorted(CronMark.objects.values_list("name", flat=True))


class Verb:
    """An action of two statements that counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.told: list[str] = []

        @action
        def run(*, name: str = "mark", idempotency_key: str | None = None) -> str:
            self.begun += 1
            claim = idempotency.claim(key=idempotency_key, owner="o", verb="v", body={"name": name})
            if claim.result is not None:
                return str(claim.result["name"])
            made = CronMark.objects.create(name=f"{name}-{CronMark.objects.count()}", slot=START)
            transaction.on_commit(lambda: self.told.append(made.name))
            claim.finish({"name": made.name})
            return made.name

        self.run = run


@pytest.fixture
def verb() -> Verb:
    return Verb()


def test_what_another_transaction_undid_runs_again_and_is_there_once(verb: Verb) -> None:
    with faults.failing(3) as struck, capture_logs() as lines:
        assert verb.run() == "mark-0"
    assert (verb.begun, struck.failures) == (2, 1)
    assert marks() == verb.told == ["mark-0"]
    assert [line["event"] for line in lines] == ["transaction_retried"]


def test_after_three_tries_it_is_told_and_nothing_stays(verb: Verb) -> None:
    with faults.failing(1, times=99) as struck, pytest.raises(OperationalError), capture_logs() as lines:
        verb.run()
    assert struck.failures == 3
    assert not marks() and not verb.told
    assert lines[-1] | {"tries": 3} == lines[-1]
    assert verb.run() == "mark-0", "the connection is fit for the next one"


def test_nothing_is_begun_anew_when_somebody_has_waited_long(
    verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "PATIENCE", -1.0)
    with faults.failing(1, times=99) as struck, pytest.raises(OperationalError):
        verb.run()
    assert struck.failures == 1


def test_an_error_of_the_verb_s_own_is_not_tried_again(verb: Verb) -> None:
    calls = []

    @action
    def twice() -> None:
        calls.append(1)
        CronMark.objects.create(name="same", slot=START)
        CronMark.objects.create(name="same", slot=START)

    with pytest.raises(IntegrityError):
        twice()
    assert len(calls) == 1 and not marks()


def test_inside_another_transaction_only_the_outermost_verb_runs_again(verb: Verb) -> None:
    outer_begun = []

    @action
    def outer() -> list[str]:
        outer_begun.append(1)
        return [verb.run(name="a"), verb.run(name="b")]

    with faults.failing(8):
        assert outer() == ["a-0", "b-1"]
    assert (len(outer_begun), verb.begun) == (2, 4)
    assert marks() == ["a-0", "b-1"]


def test_a_plain_transaction_around_it_is_never_half_repeated(verb: Verb) -> None:
    with pytest.raises(OperationalError), transaction.atomic(), faults.failing(2):
        verb.run()
    assert verb.begun == 1 and not marks()


def test_what_fails_after_the_commit_repeats_nothing(verb: Verb) -> None:
    def stumble() -> None:
        raise OperationalError("database is locked") from sqlite3.OperationalError("database is locked")

    @action
    def told() -> None:
        verb.run()
        transaction.on_commit(stumble)

    with pytest.raises(OperationalError):
        told()
    assert verb.begun == 1 and marks() == ["mark-0"]


# -- a connection that breaks


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_dropped_connection_undoes_and_the_verb_runs_again(verb: Verb, at: int) -> None:
    with faults.failing(at, how=faults.drop) as struck:
        assert verb.run() == "mark-0"
    assert struck.failures == 1 and verb.begun == 2
    assert marks() == verb.told == ["mark-0"]


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize("key", [None, "press"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_connection_lost_in_commit_leaves_one_effect(verb: Verb, kept: bool, key: str | None) -> None:
    with faults.losing_commit(kept=kept) as struck:
        assert verb.run(idempotency_key=key) == "mark-0"
    assert struck.failures == 1
    assert marks() == verb.told == ["mark-0"], "and whoever waits for the commit hears of it once"
    assert IdempotencyKey.objects.count() == bool(key)


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
def test_what_an_undone_try_would_have_told_is_not_told_for_another_s_effect(
    verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key was pressed twice, and the other press is the one that was kept."""
    other = Verb()
    monkeypatch.setattr(retrying, "recover", lambda: (connection.close(), other.run(idempotency_key="press")))
    with faults.losing_commit(kept=False):
        assert verb.run(idempotency_key="press") == "mark-0"
    assert (verb.told, other.told) == ([], ["mark-0"])


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
def test_what_was_kept_is_not_run_again_and_its_followers_hear_of_it(verb: Verb) -> None:
    with faults.losing_commit(kept=True):
        verb.run()
    assert verb.begun == 1 and verb.told == ["mark-0"]


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
def test_without_asking_the_server_a_kept_change_would_be_made_twice(
    verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(retrying._Ending, "was_kept", lambda ending, give_up_at: False)
    with faults.losing_commit(kept=True):
        verb.run()
    assert marks() == ["mark-0", "mark-1"]


@pytest.mark.services
@pytest.mark.usefixtures("postgres")
def test_when_nobody_can_say_it_is_not_run_again(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying._Ending, "_status", lambda ending: "out of reach")
    monkeypatch.setattr(retrying, "PATIENCE", 0.0)
    with faults.losing_commit(kept=True), pytest.raises(OutcomeUnknown):
        verb.run()
    assert verb.begun == 1 and marks() == ["mark-0"]


def test_a_savepoint_that_cannot_be_taken_back_is_passing_trouble(verb: Verb) -> None:
    begun = []

    @action
    def write_twice() -> None:
        begun.append(1)
        try:
            with transaction.atomic():
                raise IntegrityError("there already")
        except IntegrityError:
            verb.run()

    def taken_back(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("ROLLBACK TO SAVEPOINT") and len(begun) == 1:
            faults.locked()
        return execute(sql, *rest)

    with connection.execute_wrapper(taken_back):
        write_twice()
    assert len(begun) == 2 and marks() == ["mark-0"]


# -- which errors pass


def caused_by(cause: BaseException) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (psycopg.errors.SerializationFailure("x"), Trouble.CONFLICT),
        (psycopg.errors.DeadlockDetected("x"), Trouble.CONFLICT),
        (psycopg.errors.LockNotAvailable("x"), Trouble.CONFLICT),
        (psycopg.errors.AdminShutdown("x"), Trouble.AWAY),
        (psycopg.errors.CannotConnectNow("x"), Trouble.AWAY),
        (psycopg.errors.ConnectionFailure("x"), Trouble.AWAY),
        (psycopg.OperationalError("server closed the connection unexpectedly"), Trouble.AWAY),
        (psycopg.errors.QueryCanceled("statement timeout"), None),
        (psycopg.errors.DiskFull("x"), None),
        (psycopg_pool.PoolTimeout("x"), None),
        (sqlite3.OperationalError("database is locked"), Trouble.CONFLICT),
        (sqlite3.OperationalError("disk I/O error"), None),
    ],
)
def test_only_passing_trouble_is_tried_again(cause: BaseException, kind: Trouble | None) -> None:
    assert trouble(caused_by(cause)) is kind


def test_other_errors_are_no_trouble() -> None:
    assert trouble(ValueError("x")) is None
    assert trouble(OutcomeUnknown("x")) is None
