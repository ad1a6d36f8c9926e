"""Rows that are written unless they are there: the first of several writers learns that it was the first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from django.db import connection, models

from community.core.among import among
from community.core.prepared import bound_cursor
from community.core.written import bound, insert_of, put_many

R = TypeVar("R", bound=models.Model)


def put_once(row: models.Model) -> bool:
    """Insert the row unless a unique key of it is taken; whether it was inserted. One statement.

    Somebody who writes the same key at this moment is waited for: their commit makes this False, their rollback True.
    """
    fields, sql = insert_of(type(row), row.pk is not None, connection.vendor, unless_there=True)
    with bound_cursor() as cursor:
        cursor.execute(sql, bound(fields, [one.pre_save(row, add=True) for one in fields]))
        made = cursor.fetchone()
    if made:
        row.pk, row._state.adding, row._state.db = made[0], False, connection.alias
    return made is not None


def put_all_once(rows: Sequence[R]) -> list[R]:
    """Insert each of these rows, which bring their keys, unless a unique key of it is taken; those inserted.

    One statement, in the order of their keys: two who write the same ones wait only once.
    """
    made = put_many(sorted(rows, key=lambda row: row.pk), unless_there=True)
    return [row for row in rows if row.pk in made]


def put_for_each(row: models.Model, field: str, keys: Collection[int]) -> dict[int, int]:
    """Insert a row like this for each of these that `field` may point at; which key → the id of its row.

    Where a unique key is taken, or what `field` would point at is gone, there is none. One statement.
    """
    if not keys:
        return {}
    meta: Any = row._meta
    pointer = meta.get_field(field)
    fields = [one for one in meta.local_concrete_fields if not one.primary_key and one != pointer]
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.column) for one in (pointer, *fields))
    values = [one.get_db_prep_save(one.pre_save(row, add=True), connection) for one in fields]
    there: Any = among(keys)
    target = pointer.related_model._meta
    key = quote(target.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(meta.db_table)} ({names}) "  # noqa: S608
            f"SELECT {', '.join([key, *['%s'] * len(fields)])} FROM {quote(target.db_table)} "
            f"WHERE {key} IN ({there.sql}) ORDER BY {key} "
            f"ON CONFLICT DO NOTHING RETURNING {quote(pointer.column)}, {quote(meta.pk.column)}",
            [*values, *there.params],
        )
        return dict(cursor.fetchall())
