"""Migrated test databases, made once for each state of the migrations and copied from then on.

A test run spends longer on a thousand migrations than on most tests. The copy is named by what makes it: every
migration's text, every model's permissions, the versions of Django and SQLite. Another state is another copy: a file
for SQLite in memory and for sites in processes of their own, a template in its server for PostgreSQL.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.apps import apps
from django.core import management
from django.db import DatabaseError
from django.db.backends.postgresql import creation as postgresql
from django.db.backends.sqlite3 import creation as sqlite

MOST_KEPT = 4
TEMPLATES = "convoy_migrated_"


def copy_migrated(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let test databases be copied where their state has been made before; SQLite's copies lie in `folder`."""
    _patch(patch, sqlite.DatabaseCreation, lambda creation: _File(creation.connection, folder))
    _patch(patch, postgresql.DatabaseCreation, _Template)


def place_migrated(database: Path, folder: Path) -> bool:
    """Put the copy that lies in `folder` where a site of its own will look for its database; False: there is none."""
    made = folder / f"{_state()}.sqlite3"
    if not made.exists():
        return False
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, database)
    return True


def restore_migrated(url: str) -> bool:
    """Fill the PostgreSQL database at `url` with what the server of DATABASE_URL keeps migrated.

    False, and nothing done, where that is nothing, or where there are tables already.
    """
    kept, tools = os.environ["DATABASE_URL"].rpartition("/")[0], Path("/usr/lib/postgresql/15/bin")
    template = f"{TEMPLATES}{_state()}"
    with psycopg.connect(f"{kept}/postgres", autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return False
    with psycopg.connect(url) as there:
        if there.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone():
            return False
    dump = [tools / "pg_dump", "--no-owner", "--no-privileges", f"{kept}/{template}"]
    fill = [
        tools / "psql",
        "--quiet",
        "--single-transaction",
        "--set",
        "ON_ERROR_STOP=1",
        "--output",
        os.devnull,
        url,
    ]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumped:
        subprocess.run(fill, stdin=dumped.stdout, check=True)
    assert dumped.returncode == 0, template
    return True


class _File:
    def __init__(self, connection: Any, folder: Path) -> None:
        self.connection = connection
        self.folder = folder
        self.made = folder / f"{_state()}.sqlite3"
        self.is_there = self.made.exists()

    def fill(self) -> None:
        self.connection.ensure_connection()
        with closing(sqlite3.connect(self.made)) as source:
            source.backup(self.connection.connection)
        self.made.touch()

    def keep(self) -> None:
        unfinished = self.made.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(unfinished)) as kept:
            self.connection.connection.backup(kept)
        unfinished.replace(self.made)
        files = sorted(self.folder.glob("*.sqlite3"), key=lambda path: -path.stat().st_mtime)
        for old in files[MOST_KEPT:]:
            old.unlink(missing_ok=True)


class _Template:
    """The server copies it as the test's database is created: there is nothing left to fill."""

    def __init__(self, creation: Any) -> None:
        self.creation = creation
        self.name = f"{TEMPLATES}{_state()}"
        with creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            self.is_there = cursor.fetchone() is not None
        creation.connection.settings_dict["TEST"]["TEMPLATE"] = self.name if self.is_there else None

    def fill(self) -> None:
        """Done by the server."""

    def keep(self) -> None:
        connection = self.creation.connection
        quote, test = connection.ops.quote_name, connection.settings_dict["NAME"]
        connection.close()  # a database that somebody uses is not copied
        with suppress(DatabaseError), self.creation._nodb_cursor() as cursor:  # another process may be first
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATES])
            for (old,) in cursor.fetchall():
                cursor.execute(f"DROP DATABASE IF EXISTS {quote(old)}")
            cursor.execute(f"CREATE DATABASE {quote(self.name)} TEMPLATE {quote(test)}")


def _patch(patch: pytest.MonkeyPatch, kind: Any, copy: Callable[[Any], _File | _Template]) -> None:
    create, call = kind.create_test_db, management.call_command

    def create_test_db(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.connection.vendor == "sqlite" and not self.is_in_memory_db(self._get_test_db_name()):
            return create(self, *args, **kwargs)
        copied = copy(self)

        def told(command: str, *said: Any, **options: Any) -> Any:
            if command != "migrate":
                return call(command, *said, **options)
            if copied.is_there:
                return copied.fill()
            call(command, *said, **options)
            return copied.keep()

        with patch.context() as during:
            during.setattr(management, "call_command", told)
            return create(self, *args, **kwargs)

    patch.setattr(kind, "create_test_db", create_test_db)


def _state() -> str:
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for text in _texts():
        digest.update(text)
    return digest.hexdigest()[:32]


def _texts() -> Iterator[bytes]:
    for config in apps.get_app_configs():
        spec = find_spec(f"{config.name}.migrations")
        for place in (spec.submodule_search_locations or []) if spec else []:
            for path in sorted(Path(place).glob("*.py")):
                yield path.name.encode() + path.read_bytes()
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.app_label == "wagtailsearch":  # has other models on other databases, never others of ours
            continue
        yield f"{options.label} {options.default_permissions} {options.permissions}".encode()
