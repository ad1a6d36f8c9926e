# ruff: noqa: S608  statements are put together of our own words; every value is a parameter
"""Statements that decide and write in one step, on PostgreSQL and SQLite.

Whether a poll is open is asked of the database, by its clock, in the statement that writes the ballot. On PostgreSQL
the poll's row is held with FOR SHARE until the voter's commit: whoever closes it waits for votes under way, and no vote
begun later finds it open. On SQLite there is one writer and one machine, so the program's clock is the database's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from community.core import chance, clock, retrying
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


class Envelope(NamedTuple):
    """A ballot just handed in: its id, and every total of its poll with it, (key, group, n); None where they were not
    read along."""

    id: int
    totals: list[tuple[str, str, int]] | None


def cast(
    *,
    poll_id: int,
    member_id: int | None,
    guest_key: str,
    group: str,
    network: str,
    device: str,
    choices: Sequence[tuple[int, int, str]],
    shifts: Mapping[tuple[str, str], int],
) -> Envelope | None:
    """If the poll is open and this voter has no envelope there: insert one with its choices (choice, rank, words), and
    shift the counts as `count` does. None, and then nothing was written.

    One statement on PostgreSQL, which reads the totals along as they were when it began and leaves behind what
    `retrying` asks for before a commit; three on SQLite.
    """
    now, at = _now()
    condition, values, lock = _open()
    envelope = (  # no value is in the text
        'INSERT INTO polls_ballot (poll_id, member_id, guest_key, "group", state, cast_at, change_count, '
        f"network, device) SELECT p.id, CAST(%s AS bigint), %s, %s, 'counted', {now}, 0, %s, %s "
        f"FROM polls_poll p WHERE p.id = %s AND {condition}{lock} ON CONFLICT DO NOTHING RETURNING id"
    )
    told = [member_id, guest_key, group, *at, network, device, poll_id, *values]
    if connection.vendor != "postgresql":
        with bound_cursor() as cursor:
            cursor.execute(envelope, told)
            made = cursor.fetchone()
        if made is None:
            return None
        put_choices(made[0], choices)
        count(poll_id, shifts)
        return Envelope(int(made[0]), None)
    counted, counts = _steps(poll_id, shifts)
    with bound_cursor() as cursor:
        cursor.execute(
            f"WITH made AS ({envelope}), chosen AS ("
            "INSERT INTO polls_ballotchoice (ballot_id, choice_id, rank, words) SELECT made.id, c.* FROM made, "
            f"(VALUES {_places('(%s::bigint, %s::smallint, %s::text)', choices)}) c), counted AS ("
            'INSERT INTO polls_tally (poll_id, key, "group", shard, count) SELECT t.* FROM made, '
            f"(VALUES {_places('(%s::bigint, %s::text, %s::text, %s::smallint, %s::bigint)', counted)}) "
            f't (poll_id, key, who, shard, n) ORDER BY t.key COLLATE "C", t.who COLLATE "C" {_ADDED}) '
            f"SELECT id, pg_current_xact_id()::text, ({_BEFORE}) FROM made",
            [*told, *(value for row in choices for value in row), *counts, poll_id],
        )
        made = cursor.fetchone()
    if made is None:
        return None
    retrying.note_mark(made[1])
    totals = {(key, who): n for key, who, n in json.loads(made[2] or "[]")}
    for key, who, by in counted:
        totals[key, who] = totals.get((key, who), 0) + by
    return Envelope(int(made[0]), [(key, who, n) for (key, who), n in totals.items()])


def put_choices(ballot_id: int, rows: Sequence[tuple[int, int, str]]) -> None:
    """Insert the choices of an envelope: (choice, rank, words). One statement."""
    places = _places("(%s, %s, %s, %s)", rows)
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
    rows, values = _steps(poll_id, shifts)
    with bound_cursor() as cursor:
        cursor.execute(
            'INSERT INTO polls_tally (poll_id, key, "group", shard, count) VALUES '
            f"{_places('(%s, %s, %s, %s, %s)', rows)} {_ADDED}",
            values,
        )


def totals(poll_id: int) -> list[tuple[str, str, int]]:
    """What was counted in one poll by (key, group, n), its steps too. One statement."""
    with bound_cursor() as cursor:
        cursor.execute(_TOTALS, [poll_id])
        found: list[tuple[str, str, int]] = cursor.fetchall()
    return found


_TOTALS = 'SELECT key, "group", CAST(SUM(count) AS bigint) AS n FROM polls_tally WHERE poll_id = %s GROUP BY key, "group"'
# A statement never sees what it writes itself: these are the totals without its own.
_BEFORE = f'SELECT json_agg(json_build_array(t.key, t."group", t.n))::text FROM ({_TOTALS}) t'
_ADDED = 'ON CONFLICT (poll_id, key, "group", shard) DO UPDATE SET count = polls_tally.count + excluded.count'


def _steps(
    poll_id: int, shifts: Mapping[tuple[str, str], int]
) -> tuple[list[tuple[str, str, int]], list[Any]]:
    """The counts that shift, in the order in which everybody shifts them, one step at the end; and all their values."""
    shard = chance.below(SHARDS) if connection.vendor == "postgresql" else 0
    rows = [(key, group, by) for (key, group), by in sorted(shifts.items()) if by]
    rows.append(("~", "", 1))
    return rows, [value for key, group, by in rows for value in (poll_id, key, group, shard, by)]


def _places(row: str, rows: Sequence[Any]) -> str:
    return ", ".join([row] * len(rows))
