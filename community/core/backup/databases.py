"""The database's part of a backup: a consistent dump, what each table holds, and putting it back."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from community.core.backup.stores import PIECE, BadBackup

Sums = dict[str, list[str]]  # table → [rows, checksum]; the order of rows does not matter
Advance = Callable[[], None]

POSTGRES, SQLITE = "postgresql", "sqlite"
FILES = {POSTGRES: "database.dump", SQLITE: "database.sqlite3"}


class ToolFailed(Exception):
    """pg_dump, pg_restore or psql is missing or said no; the text is what they said."""


# -- both


def dump(target: Path, advance: Advance) -> Sums:
    """Write the database as it is at one moment to `target`, and say what each table held then."""
    return _dump_postgres(target, advance) if connection.vendor == POSTGRES else _dump_sqlite(target, advance)


def tables() -> list[str]:
    """Every table of the site's database. Empty where nothing was made yet."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def load(source: Path, mark: str, parameters: list[Any]) -> None:
    """Fill the empty database from `source`; the statement `mark` commits with it, or nothing does."""
    if connection.vendor == POSTGRES:
        _load_postgres(source, mark, parameters)
    else:
        _load_sqlite(source, mark, parameters)


def sums(advance: Advance) -> Sums:
    """What each table holds now."""
    if connection.vendor == POSTGRES:
        with transaction.atomic():
            return _sums_postgres(advance)
    connection.ensure_connection()
    return _sums_sqlite(connection.connection, advance)


def server_version() -> str:
    """As "15.8" or "3.40.1"."""
    with connection.cursor() as cursor:
        if connection.vendor == POSTGRES:
            cursor.execute("SHOW server_version")
        else:
            cursor.execute("SELECT sqlite_version()")
        return str(cursor.fetchone()[0]).split()[0]


# -- PostgreSQL


def _dump_postgres(target: Path, advance: Advance) -> Sums:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # It waits idle for the dump, however long that takes.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        words = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        ]
        with _tool("pg_dump", *words, stdout=subprocess.DEVNULL) as running:
            held = _sums_postgres(advance)
            _, said = running.communicate()
        if running.returncode:
            raise ToolFailed(f"pg_dump: {_last_line(said)}")
        return held


def _sums_postgres(advance: Advance) -> Sums:
    found: Sums = {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # How values are written must not depend on who asks.
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute("SET LOCAL extra_float_digits = 1")
        for table in tables():
            cursor.execute(
                "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint::numeric), 0)"  # noqa: S608
                f" FROM {quote(table)} t"
            )
            rows, total = cursor.fetchone()
            found[table] = [str(rows), str(total)]
            advance()
    return found


def _load_postgres(source: Path, mark: str, parameters: list[Any]) -> None:
    mark = mark.replace(" core_", " public.core_", 1)  # a dump leaves no schema to be looked in
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        told = connection.ops.compose_sql(mark, parameters)  # type: ignore[attr-defined]  # PostgreSQL's has it
    connection.close()
    quietly = {"stdout": subprocess.DEVNULL, "stdin": subprocess.PIPE}
    with (
        _tool("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(source)) as reading,
        _tool("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", **quietly) as writing,
    ):
        assert reading.stdout and writing.stdin
        try:
            writing.stdin.write(b"BEGIN;\n")
            while piece := reading.stdout.read(PIECE):
                writing.stdin.write(piece)
            complaint = reading.stderr.read() if reading.stderr else b""
            if reading.wait() == 0:  # else psql ends without COMMIT, and the database stays empty
                writing.stdin.write(f"\n{told};\nCOMMIT;\n".encode())
            writing.stdin.close()
        except BrokenPipeError:
            reading.kill()
            complaint = b""
        refusal = writing.stderr.read() if writing.stderr else b""
        writing.wait()
    if writing.returncode:
        raise ToolFailed(f"psql: {_last_line(refusal)}")
    if reading.returncode:
        raise ToolFailed(f"pg_restore: {_last_line(complaint)}")


def _tool(name: str, *words: str, stdout: int = subprocess.PIPE, stdin: int = subprocess.DEVNULL) -> Any:
    told = connection.settings_dict
    options = told.get("OPTIONS", {})
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PGHOST": told["HOST"],
        "PGPORT": str(told["PORT"] or 5432),
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": told["NAME"],
        "PGCLIENTENCODING": "UTF8",
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": str(options.get("sslrootcert", "")),
    }
    return subprocess.Popen(  # noqa: S603  a tool of the database's, no shell
        [_path_of(name), *words],
        env={key: value for key, value in environment.items() if value},
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def _path_of(name: str) -> str:
    # Debian keeps each major's tools beside it: the newest reads every older server.
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise ToolFailed(f"{name} is not installed. On Debian: apt-get install postgresql-client")
    return path


def _last_line(said: bytes | None) -> str:
    lines = (said or b"").decode("utf-8", "replace").strip().splitlines()
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["ended without a word"])[-1]


# -- SQLite


def _dump_sqlite(target: Path, advance: Advance) -> Sums:
    connection.ensure_connection()
    with sqlite3.connect(target) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = _sums_sqlite(copy, advance)
    copy.close()
    return found


def _sums_sqlite(own: sqlite3.Connection, advance: Advance) -> Sums:
    found: Sums = {}
    named = own.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    for (table,) in named:
        rows, total = 0, 0
        # As SQL writes them: a connection may turn values into what their columns are declared to hold.
        columns = [f'quote("{told[1]}")' for told in own.execute(f'PRAGMA table_info("{table}")')]
        for (row,) in own.execute(f'SELECT {" || char(31) || ".join(columns)} FROM "{table}"'):  # noqa: S608
            rows += 1
            total += int.from_bytes(hashlib.sha256(row.encode()).digest()[:8], "big")
        found[table] = [str(rows), str(total)]
        advance()
    return found


def _load_sqlite(source: Path, mark: str, parameters: list[Any]) -> None:
    place = Path(connection.settings_dict["NAME"])
    connection.close()
    fresh = place.with_name(place.name + ".restoring")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, fresh)
    try:
        with sqlite3.connect(fresh) as own:
            own.execute(mark.replace("%s", "?"), parameters)
        own.close()
    except sqlite3.DatabaseError as error:
        fresh.unlink()
        raise BadBackup(f"The backup's database cannot be opened: {error}") from error
    for leftover in ("-wal", "-shm"):
        place.with_name(place.name + leftover).unlink(missing_ok=True)
    fresh.replace(place)


def write_to(file: IO[bytes], target: Path) -> None:
    """Copy an open file of a backup to a path."""
    with target.open("wb") as out:
        shutil.copyfileobj(file, out, PIECE)
