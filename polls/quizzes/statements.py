# ruff: noqa: S608  statements are put together of our own words; every value is a parameter
"""Whether a question of a run is open is decided in one statement, by the database's clock.

On PostgreSQL the run's row is held with FOR SHARE until the commit of the answer: whoever closes the question waits for
answers under way, and no later one finds it open. On SQLite there is one writer, and the program's clock is everybody's.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from community.core import clock
from polls.quizzes import hosted


def _asks_the_database() -> bool:
    return connection.vendor == "postgresql" and not clock.is_held()


def now() -> datetime:
    """The clock that decides. A held clock is everybody's."""
    if not _asks_the_database():
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def hold_asking(run_id: int, asked: int) -> datetime | None:
    """The moment, if this run's question of that number is open; then it stays so until this transaction's end."""
    if not _asks_the_database():
        at = clock.now()
        return at if _is_open(run_id, asked, at) else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp() FROM quizzes_run r WHERE r.id = %s AND r.state = 'asking' AND r.asked = %s "
            "AND r.ends_at + make_interval(secs => %s) > clock_timestamp() FOR SHARE OF r",
            [run_id, asked, hosted.GRACE.total_seconds()],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _is_open(run_id: int, asked: int, at: datetime) -> bool:
    lock = " FOR SHARE OF r" if connection.vendor == "postgresql" else ""
    since = connection.ops.adapt_datetimefield_value(at - hosted.GRACE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM quizzes_run r WHERE r.id = %s AND r.state = 'asking' AND r.asked = %s "
            f"AND r.ends_at > %s{lock}",
            [run_id, asked, since],
        )
        return cursor.fetchone() is not None
