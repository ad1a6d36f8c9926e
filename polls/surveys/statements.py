# ruff: noqa: S608  the statement is put together of our own words; every value is a parameter
"""Whether a wave takes answers, asked of the database by its clock and held until the commit."""

from __future__ import annotations

from typing import Any

from django.db import connection

from community.core import clock


def hold_open(wave_id: int) -> bool:
    """Whether the wave is open; then it stays so until this transaction's end. One statement.

    On PostgreSQL its row is held FOR SHARE: closing waits for answers under way, and none begun later finds it open.
    """
    is_real = connection.vendor == "postgresql"
    now, at = "%s", [connection.ops.adapt_datetimefield_value(clock.now())]
    if is_real and not clock.is_held():
        now, at = "clock_timestamp()", list[Any]()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM surveys_wave w WHERE w.id = %s AND w.closed_at IS NULL AND w.opens_at <= {now} "
            f"AND (w.closes_at IS NULL OR w.closes_at > {now}){' FOR SHARE OF w' if is_real else ''}",
            [wave_id, *at, *at],
        )
        return cursor.fetchone() is not None
