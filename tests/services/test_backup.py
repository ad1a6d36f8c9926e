"""The drill: PostgreSQL backed up under writes, restored into an empty database, every table compared."""

import os
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from community.core import clock
from community.core.backup import databases, making, restoring, stores
from community.core.models import CronMark, RestoreHold
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """The name of a database that holds nothing."""
    name = f"convoy_drill_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def restored_in(empty_database: str) -> Iterator[Any]:
    """Run a function with the site's connection led to the empty database."""

    def run(function: Any) -> Any:
        own = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = empty_database
        try:
            return function()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own

    return run


class NoBar:
    def __init__(self, *told: Any) -> None: ...
    def __enter__(self) -> "NoBar":
        return self

    def __exit__(self, *told: Any) -> None: ...
    def advance(self, by: int = 1) -> None: ...


def test_what_comes_back_is_what_was_there_at_one_moment(
    media_root: Path, tmp_path: Path, restored_in: Any
) -> None:
    thread = a_thread(author=a_member(), title="发动机异响")
    a_reply(author=a_member(), thread=thread)
    (media_root / "a.webp").write_bytes(os.urandom(2000))
    is_over, written = threading.Event(), []

    def write() -> None:
        while not is_over.is_set():
            CronMark.objects.create(name=f"drill-{len(written)}", slot=clock.now())
            written.append(1)
        connection.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        while not written:
            assert writing.is_alive()
        manifest = making.make(tmp_path / "drill.tar", NoBar)
    finally:
        is_over.set()
        writing.join()
    assert 0 < int(manifest["tables"]["core_cronmark"][0]) < len(written), (
        "written before and after the moment"
    )

    (media_root / "a.webp").rename(tmp_path / "kept.webp")
    done = restored_in(lambda: restoring.restore(tmp_path / "drill.tar", NoBar))
    assert done.tables == len(manifest["tables"]) and not done.went_on
    hold = RestoreHold._meta.db_table
    found = restored_in(lambda: databases.sums(lambda: None))
    assert {name: told for name, told in found.items() if name != hold} == {
        name: told for name, told in manifest["tables"].items() if name != hold
    }
    assert restored_in(lambda: RestoreHold.objects.get().files_done)
    assert (media_root / "a.webp").read_bytes() == (tmp_path / "kept.webp").read_bytes()
    assert restored_in(lambda: restoring.restore(tmp_path / "drill.tar", NoBar)).went_on


def test_a_restore_that_breaks_off_leaves_the_database_empty(
    media_root: Path, tmp_path: Path, restored_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_thread(author=a_member())
    making.make(tmp_path / "drill", NoBar)
    dump = tmp_path / "drill" / "database.dump"
    whole = dump.read_bytes()
    dump.write_bytes(whole[: len(whole) * 3 // 4])
    monkeypatch.setattr(restoring, "_check_files", lambda *told: None)  # it would have said so before
    with pytest.raises(databases.ToolFailed):
        restored_in(lambda: restoring.restore(tmp_path / "drill", NoBar))
    assert restored_in(databases.tables) == []
    dump.write_bytes(whole)
    assert restored_in(lambda: restoring.restore(tmp_path / "drill", NoBar)).rows > 0


def test_the_command_says_what_it_wrote(media_root: Path, tmp_path: Path) -> None:
    out = StringIO()
    call_command("backup", tmp_path / "site.tar", stdout=out)
    assert "tables" in out.getvalue() and "0 uploads" in out.getvalue()
    database = "database.dump" if connection.vendor == "postgresql" else "database.sqlite3"
    assert database in stores.read_manifest(stores.store_at(tmp_path / "site.tar"))["files"]
