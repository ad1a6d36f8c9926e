"""Alive, and fit for visitors: what the two probes answer, and to whom they say why."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from community.core import clock, health, retrying, schema
from community.core.models import WorkerBeat
from community.core.tasks import beats

urlpatterns = [path("", include("community.core.urls"))]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    chain = ["django.contrib.sessions.middleware.SessionMiddleware"]
    with clock.frozen(NOW), override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=chain):
        yield


@pytest.fixture
def working(db: None) -> None:
    beats.beat("w", "process")


def broken(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("could not connect to server at 10.0.0.7")


def test_alive_asks_nobody(client: Client) -> None:
    """No `db` mark: a query would fail this test."""
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert "no-store" in response["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.usefixtures("working")
def test_fit_when_everything_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert {check["name"]: check["ok"] for check in response.json()["checks"]} == {
        "database": True, "migrations": True, "disk": True, "cache": True, "worker": True,
    }  # fmt: skip


@pytest.mark.usefixtures("working")
def test_a_database_that_is_away_makes_unfit_and_its_dependents_are_not_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "cursor", broken)
        response = client.get("/readyz")
    assert response.status_code == 503
    told = {check["name"]: check for check in response.json()["checks"]}
    assert told["database"]["detail"] == "OperationalError", "the error's text names inner addresses"
    assert told["migrations"]["detail"] == told["worker"]["detail"] == "not asked: the database is away"
    assert told["cache"]["ok"]


def cut() -> OperationalError:
    """What the first statement on a connection from before a restart of the server raises."""
    error = OperationalError("terminating connection due to administrator command")
    error.__cause__ = psycopg.errors.AdminShutdown("x")
    return error


@pytest.mark.usefixtures("working")
def test_a_connection_from_before_a_restart_makes_nobody_unfit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each connection that the pool kept meanwhile."""
    asked, recovered = iter([cut()]), []
    ask = health._ask_database

    def ask_of_old_connection() -> None:
        if error := next(asked, None):
            raise error
        ask()

    monkeypatch.setattr(health, "_ask_database", ask_of_old_connection)
    monkeypatch.setattr(retrying, "recover", lambda: recovered.append(True))
    assert client.get("/readyz").json()["status"] == "ready" and recovered == [True]


@pytest.mark.usefixtures("working")
def test_a_missing_migration_makes_unfit(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("core", "0001_toolkit")
    assert schema.pending() == ["core.0001_toolkit"]
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"][1]["detail"] == "1 not applied, first core.0001_toolkit"


@pytest.mark.usefixtures("working")
def test_a_full_disk_makes_unfit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda where: usage._replace(free=health.LEAST_FREE_BYTES - 1))
    assert client.get("/readyz").status_code == 503


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("silence", [timedelta(minutes=3, seconds=1), None])
def test_a_silent_worker_degrades_but_keeps_visitors(client: Client, silence: timedelta | None) -> None:
    if silence:
        WorkerBeat.objects.update(beat_at=NOW - silence)
    else:
        WorkerBeat.objects.all().delete()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    worker = response.json()["checks"][-1]
    assert not worker["ok"]
    assert ("181 s" if silence else "no worker") in worker["detail"]


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("failing", ["set", "get"])
def test_a_cache_that_is_away_degrades_but_keeps_visitors(
    client: Client, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    monkeypatch.setattr(cache, failing, broken if failing == "set" else lambda key: None)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize(
    ("headers", "address", "sees"),
    [
        ({}, "127.0.0.1", True),
        ({}, "::1", True),
        ({}, "203.0.113.9", False),
        ({}, "", False),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, "127.0.0.1", False),
        ({"HTTP_X_REAL_IP": "127.0.0.1"}, "127.0.0.1", False),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, "127.0.0.1", False),
    ],
)
def test_details_are_for_this_machine_only(
    client: Client, headers: dict[str, str], address: str, sees: bool
) -> None:
    response = client.get("/readyz", REMOTE_ADDR=address, **headers)
    assert response.json()["status"] == "ready"
    assert ("checks" in response.json()) is sees


class Person:
    is_authenticated = True

    def __init__(self, *, staff: bool) -> None:
        self.is_staff_role = staff


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("staff", [True, False])
def test_details_are_for_staff_too(rf: RequestFactory, staff: bool) -> None:
    request = rf.get("/readyz", REMOTE_ADDR="203.0.113.9")
    request.user = Person(staff=staff)  # type: ignore[assignment]
    assert (b"checks" in health.readyz(request).content) is staff


def test_nobody_is_asked_who_they_are_while_the_database_is_away(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError("looked at the user")

    monkeypatch.setattr(health, "look", lambda: [health.Check("database", False, True, "away")])
    request = rf.get("/readyz", REMOTE_ADDR="203.0.113.9")
    request.user = Untouchable()  # type: ignore[assignment]
    assert health.readyz(request).status_code == 503


@pytest.mark.django_db
def test_what_the_code_lacks_is_not_pending(django_assert_num_queries: Any) -> None:
    MigrationRecorder(connection).record_applied("core", "0099_from_a_newer_release")
    with django_assert_num_queries(2):  # the table's existence, the table
        assert schema.pending() == []
