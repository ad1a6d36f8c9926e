"""Emptying PostgreSQL's tables after a test that committed, by what is in them.

Django truncates all tables, which makes two new files for each of them and each of their indexes: half a second for a
house of this size, where a test leaves a few dozen rows in a dozen tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


def empty_by_rows(patch: pytest.MonkeyPatch) -> None:
    """Delete the rows of tables that have some. References are checked at the end of the transaction, as ever."""
    truncated = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        if options.get("reset_sequences"):
            return truncated(self, style, tables, **options)
        named = [self.quote_name(table) for table in tables]
        with self.connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(f"SELECT {n} WHERE EXISTS (SELECT FROM {t})" for n, t in enumerate(named))
            )
            return [f"DELETE FROM {named[n]}" for (n,) in cursor.fetchall()]

    patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
