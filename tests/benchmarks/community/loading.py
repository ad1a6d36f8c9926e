"""Rows in bulk, past the actions: COPY on PostgreSQL, `executemany` on SQLite. For made-up data alone.

A column that is not named gets its field's default, so that a new field of the site changes nothing here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

BATCH = 5000
Tell = Callable[[str], None]


class Bulk:
    """Loads tables one after another and says how long each took."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._models: list[type[Model]] = []

    def load(self, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert rows of these columns (fields' attribute names); how many there were."""
        began = time.perf_counter()
        table, names, constants = _shape(model, columns)
        write = _copy if connection.vendor == "postgresql" else _many
        count = write(table, names, constants, rows)
        self._models.append(model)
        self._tell(f"{table}: {count:,} rows in {time.perf_counter() - began:.1f} s")
        return count

    def finish(self) -> None:
        """Let the site's own numbering go on behind these rows, and the planner know them."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), self._models):
                cursor.execute(statement)
            # PostgreSQL reads pages fastest once they are known to be all visible; that needs a moment of its own.
            is_vacuumed = connection.vendor == "postgresql" and not connection.in_atomic_block
            cursor.execute("VACUUM ANALYZE" if is_vacuumed else "ANALYZE")


def _shape(model: type[Model], columns: Sequence[str]) -> tuple[str, list[str], list[Any]]:
    """Table, its columns (those of the rows first), and what every row has in the rest of them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [
        field
        for name, field in fields.items()
        if name not in columns and not field.primary_key and not field.has_db_default()
    ]
    names = [str(fields[name].column) for name in columns] + [str(field.column) for field in rest]
    return model._meta.db_table, names, [_constant(field) for field in rest]


def _constant(field: Any) -> Any:
    value = field.get_default()
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    return _plain(field.get_prep_value(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) and connection.vendor != "postgresql":
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return value


def _copy(table: str, names: list[str], constants: list[Any], rows: Iterable[Sequence[Any]]) -> int:
    listed = ", ".join(f'"{name}"' for name in names)
    count, tail = 0, tuple(constants)
    statement = f'COPY "{table}" ({listed}) FROM STDIN'
    with transaction.atomic(), connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *tail))
            count += 1
    return count


def _many(table: str, names: list[str], constants: list[Any], rows: Iterable[Sequence[Any]]) -> int:
    listed = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(["%s"] * len(names))
    count, tail = 0, tuple(constants)
    with transaction.atomic(), connection.cursor() as cursor:
        for batch in _batches(rows):
            made = [(*map(_plain, row), *tail) for row in batch]
            cursor.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', made)
            count += len(made)
    return count


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    ahead = iter(rows)
    while batch := list(islice(ahead, BATCH)):
        yield batch


@contextmanager
def without_indexes(models: Iterable[type[Model]], tell: Tell) -> Iterator[None]:
    """The block runs without foreign keys being asked; on PostgreSQL without secondary indexes too, built afterwards."""
    if connection.vendor != "postgresql":
        with transaction.atomic():  # threads and posts point at each other: asked at the end
            yield
        return
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
            [tables],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, definition in indexes:
                began = time.perf_counter()
                cursor.execute(definition)
                if (seconds := time.perf_counter() - began) > 2:
                    tell(f"index {name}: {seconds:.1f} s")
            cursor.execute("SET session_replication_role = origin")
