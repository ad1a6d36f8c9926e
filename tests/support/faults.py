"""Fail points: make the n-th statement of this thread's connection fail the way real servers do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection

Break = Callable[[], None]


def conflict(state: str) -> Break:
    """The server undoes the transaction with this SQLSTATE; on SQLite somebody else holds the lock."""

    def fail() -> None:
        if connection.vendor == "sqlite":
            raise OperationalError("database is locked") from sqlite3.OperationalError("database is locked")
        with connection.wrap_database_errors:
            connection.connection.execute(
                f"DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '{state}'; END $$"
            )

    return fail


def drop() -> None:
    """The server ends this session, as in a restart. The statement that follows finds it gone. PostgreSQL only."""
    import psycopg

    pid = connection.connection.info.backend_pid
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "host", "port", "user", "password")}
    with psycopg.connect(**wanted, autocommit=True) as operator:
        operator.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


serialisation = conflict("40001")
deadlock = conflict("40P01")
lock_timeout = conflict("55P03")
locked = serialisation  # what SQLite says instead


@dataclass
class Struck:
    """How many statements ran, how many of them were made to fail, and the last of those."""

    statements: int = 0
    failures: int = 0
    failed: str = ""


@contextmanager
def failing(at: int = 0, *, how: Break = serialisation, times: int = 1) -> Iterator[Struck]:
    """From the statement number `at` on (from 1; 0: never), `times` statements fail in the given way."""
    struck = Struck()

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        struck.statements += 1
        if 0 < at <= struck.statements and struck.failures < times:
            struck.failures += 1
            struck.failed = sql
            how()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield struck


@contextmanager
def failing_at_each_try(at: int, ways: Sequence[Break]) -> Iterator[Struck]:
    """Of the first try the statement number `at` fails, in the first way; of the second the next one, in the next way.

    What a failure makes the connection say on its way out of nested transactions belongs to the try that failed.
    """
    struck, is_unwinding = Struck(), False

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal is_unwinding
        is_unwinding = is_unwinding and sql.startswith(("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT"))
        if not is_unwinding and (connection.in_atomic_block or sql.startswith("BEGIN")):
            struck.statements += 1
            if struck.failures < len(ways) and struck.statements == at + struck.failures:
                struck.statements, struck.failures, is_unwinding = 0, struck.failures + 1, True
                ways[struck.failures - 1]()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield struck


@contextmanager
def losing_commit(*, kept: bool) -> Iterator[Struck]:
    """The next COMMIT loses its connection: after it was `kept`, or before the server heard of it. Once."""
    struck, commit = Struck(), connection._commit

    def lossy() -> None:
        connection._commit = commit
        struck.failures += 1
        if kept:
            commit()
        drop()
        with connection.wrap_database_errors:
            connection.connection.execute("SELECT 1")

    connection._commit = lossy
    try:
        yield struck
    finally:
        connection._commit = commit
