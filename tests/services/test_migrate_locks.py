"""A migration that meets a lock lets the site go on, and tries again."""

import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction

from community.core.management.commands import migrate

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "core_cronmark"


class Reader:
    """Somebody whose long transaction holds the table, in a connection of its own, until `let_go`."""

    def __init__(self) -> None:
        self.holds, self.may_go = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)
        self.thread.start()
        assert self.holds.wait(20)

    def _hold(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS SHARE MODE")
            self.holds.set()
            self.may_go.wait(60)
        connection.close()

    def let_go(self) -> None:
        self.may_go.set()
        self.thread.join()


@pytest.fixture
def reader(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    def alter(self: Any, *args: Any, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(Migrate, "handle", alter)
    held = Reader()
    yield held
    held.let_go()


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


def test_it_tries_again_until_the_table_is_free(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            reader.let_go()

    monkeypatch.setattr(migrate.Command, "pause", staticmethod(pause))
    said = StringIO()
    call_command("migrate", lock_timeout=0.05, stderr=said)
    assert pauses == [1.0, 2.0]
    assert said.getvalue().count("A table is in use") == 2
    assert lock_timeout() == "0", "only migrations give up so soon"


def test_it_gives_up_in_the_end_and_says_how_to_find_who(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate.Command, "pause", staticmethod(lambda seconds: None))
    with pytest.raises(CommandError, match="pg_stat_activity"):
        call_command("migrate", lock_timeout=0.05, lock_tries=3, stderr=StringIO())


def test_the_usual_wait_is_two_seconds_at_most(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Migrate, "handle", lambda self, *args, **options: seen.append(lock_timeout()))
    call_command("migrate")
    connection.close()
    monkeypatch.setattr(
        Migrate, "handle", lambda self, *args, **options: (connection.close(), seen.append(lock_timeout()))
    )
    call_command("migrate")
    assert seen == ["2s", "2s"], "on a new connection as well"
