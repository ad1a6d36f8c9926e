"""Emptying PostgreSQL's tables after a test that committed, by what is in them.

Django truncates all tables, which makes two new files for each of them and each of their indexes: half a second for a
house of this size, where a test leaves a few dozen rows in a dozen tables. What is deleted, or was rolled back by the
tests before, still lies in the files and is walked over: so the first time, and now and then, they are truncated.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

EVERY = 25  # emptyings from one truncation to the next


def empty_by_rows(patch: pytest.MonkeyPatch) -> None:
    """Delete the rows of tables that have some. References are checked at the end of the transaction, as ever."""
    truncated, emptied = DatabaseOperations.sql_flush, count()

    def sql_flush(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        if options.get("reset_sequences") or next(emptied) % EVERY == 0:
            return truncated(self, style, tables, **options)
        named = [self.quote_name(table) for table in tables]
        with self.connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"SELECT {n} WHERE EXISTS (SELECT FROM {t})" for n, t in enumerate(named))
            )
            return [f"DELETE FROM {named[n]}" for (n,) in cursor.fetchall()]

    patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
