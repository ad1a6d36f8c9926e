"""Migrated SQLite databases in memory, made once for each state of the migrations and copied from then on.

A test run spends longer on a thousand migrations than on most tests. The copy is named by what makes it: every
migration's text, every model's permissions, the versions of Django and SQLite. Another state is another file.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core import management
from django.db.backends.sqlite3.creation import DatabaseCreation

MOST_KEPT = 4


def copy_migrated(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let test databases in memory be copied from `folder` where their state has been made before."""
    create, call = DatabaseCreation.create_test_db, management.call_command

    def create_test_db(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.is_in_memory_db(self._get_test_db_name()):
            return create(self, *args, **kwargs)

        def told(name: str, *said: Any, **options: Any) -> Any:
            return _migrate(self.connection, folder) if name == "migrate" else call(name, *said, **options)

        def _migrate(connection: Any, folder: Path) -> None:
            made = folder / f"{_state()}.sqlite3"
            connection.ensure_connection()
            if made.exists():
                with closing(sqlite3.connect(made)) as source:
                    source.backup(connection.connection)
                made.touch()
                return
            call("migrate", verbosity=0, interactive=False, database=connection.alias, run_syncdb=True)
            unfinished = made.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(unfinished)) as kept:
                connection.connection.backup(kept)
            unfinished.replace(made)
            for old in sorted(folder.glob("*.sqlite3"), key=lambda path: -path.stat().st_mtime)[MOST_KEPT:]:
                old.unlink(missing_ok=True)

        with patch.context() as during:
            during.setattr(management, "call_command", told)
            return create(self, *args, **kwargs)

    patch.setattr(DatabaseCreation, "create_test_db", create_test_db)


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
        yield f"{options.label} {options.default_permissions} {options.permissions}".encode()
