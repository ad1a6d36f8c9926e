# ruff: noqa: S608  the statement is put together of our own words; every value is a parameter
"""Whether a wave takes answers, asked of the database by its clock and held until the commit."""

from __future__ import annotations

from django.db import connection

from polls.statements import while_open


def hold_open(wave_id: int) -> bool:
    """Whether the wave is open; then it stays so until this transaction's end. One statement.

    On PostgreSQL its row is held FOR SHARE: closing waits for answers under way, and none begun later finds it open.
    """
    condition, values, lock = while_open("w")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM surveys_wave w WHERE w.id = %s AND {condition}{lock}", [wave_id, *values]
        )
        return cursor.fetchone() is not None
