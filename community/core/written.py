"""Rows written by statements that are built once: what a reply, a vote or a task writes thousands of times an hour.

Building an INSERT with the ORM costs several times what the database takes for it. Nobody listens to these rows being
saved: effects live in actions. What only the ORM can write (a column left to the database) goes its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models

from community.core.prepared import bound_cursor


def insert(row: models.Model) -> None:
    """Write a new row. One statement; its key is set. IntegrityError as the ORM's."""
    fields, sql = insert_of(type(row), row.pk is not None, connection.vendor)
    values = [one.pre_save(row, add=True) for one in fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        row.save(force_insert=True)
        return
    with bound_cursor() as cursor:
        cursor.execute(sql, bound(fields, values))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def insert_all(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, which bring their keys. One statement."""
    put_many(rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def put_many(rows: Sequence[models.Model], *, unless_there: bool = False) -> set[Any]:
    """Write these rows (`unless_there`: whose unique keys nobody has); the keys of those written. One statement."""
    if not rows:
        return set()
    fields, sql = insert_of(type(rows[0]), True, connection.vendor, len(rows), unless_there=unless_there)
    values = [bound(fields, [one.pre_save(row, add=True) for one in fields]) for row in rows]
    with bound_cursor() as cursor:
        cursor.execute(sql, list(chain.from_iterable(values)))
        return {key for (key,) in cursor.fetchall()}


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a row that is there. One statement; DatabaseError where the row is gone."""
    fields, sql = _update(type(row), names, connection.vendor)
    values = bound(fields, [one.pre_save(row, add=False) for one in fields])
    with bound_cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])
        if not cursor.rowcount:
            raise DatabaseError(f"{row._meta.label} {row.pk} is gone, so nothing was written")


def bound(fields: list[Any], values: list[Any]) -> list[Any]:
    """Values of fields as the database takes them."""
    real = connections[DEFAULT_DB_ALIAS]  # not the stand-in that looks for it at every question
    return [one.get_db_prep_save(value, real) for one, value in zip(fields, values, strict=True)]


@cache
def insert_of(
    model: type[models.Model], has_key: bool, _vendor: str, count: int = 1, *, unless_there: bool = False
) -> tuple[list[Any], str]:
    """The fields of an INSERT of so many rows and its SQL, which answers with their keys."""
    meta: Any = model._meta
    fields = [one for one in meta.local_concrete_fields if has_key or not one.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.column) for one in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return fields, (
        f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES {', '.join([row] * count)} "  # noqa: S608
        f"{'ON CONFLICT DO NOTHING ' if unless_there else ''}RETURNING {quote(meta.pk.column)}"
    )


@cache
def _update(model: type[models.Model], names: tuple[str, ...], _vendor: str) -> tuple[list[Any], str]:
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(one.column)} = %s" for one in fields)
    key = quote(meta.pk.column)
    return fields, f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {key} = %s"  # noqa: S608
