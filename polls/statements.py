# ruff: noqa: S608  statements are put together of our own words; every value is a parameter
"""Statements that decide and write in one step, on PostgreSQL and SQLite.

Whether a poll is open is asked of the database, by its clock, in the statement that writes the ballot. On PostgreSQL
the poll's row is held with FOR SHARE until the voter's commit: whoever closes it waits for votes under way, and no vote
begun later finds it open. On SQLite there is one writer and one machine, so the program's clock is the database's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from community.core import chance, clock
from community.core.prepared import bound_cursor

SHARDS = 8


def _now() -> tuple[str, list[Any]]:
    """The database's clock as SQL and its parameters; a held clock is everybody's."""
    if connection.vendor == "postgresql" and not clock.is_held():
        return "clock_timestamp()", []
    return "%s", [connection.ops.adapt_datetimefield_value(clock.now())]


def while_open(row: str) -> tuple[str, list[Any], str]:
    """That now is between a row's opening and its close: condition, parameters, and the lock that keeps it true until
    the commit. `row` is what the statement calls a table with `opens_at`, `closes_at` and `closed_at`.
    """
    now, at = _now()
    is_begun = f"{row}.closed_at IS NULL AND {row}.opens_at <= {now}"
    condition = f"{is_begun} AND ({row}.closes_at IS NULL OR {row}.closes_at > {now})"
    lock = f" FOR SHARE OF {row}" if connection.vendor == "postgresql" else ""
    return condition, [*at, *at], lock


def _open() -> tuple[str, list[Any], str]:
    condition, values, lock = while_open("p")
    return f"p.state = 'open' AND {condition}", values, lock


def put_ballot(
    *, poll_id: int, member_id: int | None, guest_key: str, group: str, network: str = "", device: str = ""
) -> int | None:
    """Insert an envelope if the poll is open and this voter has none there; its id, or None. One statement."""
    now, at = _now()
    condition, values, lock = _open()
    with bound_cursor() as cursor:
        cursor.execute(  # no value is in the text
            'INSERT INTO polls_ballot (poll_id, member_id, guest_key, "group", state, cast_at, change_count, '
            f"network, device) SELECT p.id, CAST(%s AS bigint), %s, %s, 'counted', {now}, 0, %s, %s "
            f"FROM polls_poll p WHERE p.id = %s AND {condition}{lock} ON CONFLICT DO NOTHING RETURNING id",
            [member_id, guest_key, group, *at, network, device, poll_id, *values],
        )
        made = cursor.fetchone()
    return int(made[0]) if made else None


def put_choices(ballot_id: int, rows: Sequence[tuple[int, int, str]]) -> None:
    """Insert the choices of an envelope: (choice, rank, words). One statement."""
    places = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with bound_cursor() as cursor:
        cursor.execute(
            f"INSERT INTO polls_ballotchoice (ballot_id, choice_id, rank, words) VALUES {places}",
            [value for choice_id, rank, words in rows for value in (ballot_id, choice_id, rank, words)],
        )


def put_participation(*, poll_id: int, mark: str, earlier: list[str]) -> bool:
    """Note a voter of a sealed poll if it is open and no mark of theirs is there. One statement."""
    condition, values, lock = _open()
    places = ", ".join(["%s"] * len(earlier)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO polls_participation (mark, poll_id) SELECT %s, p.id FROM polls_poll p "
            f"WHERE p.id = %s AND {condition} AND NOT EXISTS "
            f"(SELECT 1 FROM polls_participation e WHERE e.mark IN ({places})){lock} "
            "ON CONFLICT DO NOTHING RETURNING mark",
            [mark, poll_id, *values, *earlier],
        )
        return cursor.fetchone() is not None


def hold_open(poll_id: int) -> bool:
    """Whether the poll is open; then it stays so until this transaction's end. One statement."""
    condition, values, lock = _open()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM polls_poll p WHERE p.id = %s AND {condition}{lock}", [poll_id, *values]
        )
        return cursor.fetchone() is not None


def count(poll_id: int, shifts: Mapping[tuple[str, str], int]) -> None:
    """Shift counts by (key, group), and take one step. One statement, no waiting but for a voter on the same shard.

    Last in the transaction, in one order, so that nobody is waited for long and no two wait for each other.
    """
    shard = chance.below(SHARDS) if connection.vendor == "postgresql" else 0
    rows = [(key, group, by) for (key, group), by in sorted(shifts.items()) if by]
    rows.append(("~", "", 1))
    values = [value for key, group, by in rows for value in (poll_id, key, group, shard, by)]
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    with bound_cursor() as cursor:
        cursor.execute(
            f'INSERT INTO polls_tally (poll_id, key, "group", shard, count) VALUES {places} '
            'ON CONFLICT (poll_id, key, "group", shard) DO UPDATE SET count = polls_tally.count + excluded.count',
            values,
        )
