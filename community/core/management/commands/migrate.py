"""`manage.py migrate`: Django's own, which on PostgreSQL never makes the running site wait long for a lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

LOCK_NOT_AVAILABLE = "55P03"
LONGEST_PAUSE = 30.0


class Command(Migrate):
    """A statement that waits for a table makes everybody after it wait as well: so it gives up, and tries again."""

    pause: Callable[[float], None] = staticmethod(time.sleep)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=float, default=2.0, metavar="SECONDS",
            help="how long one statement may wait for a lock, while visitors wait behind it (2; PostgreSQL)",
        )  # fmt: skip
        parser.add_argument(
            "--lock-tries",
            type=int,
            default=10,
            metavar="N",
            help="how often a step is tried before giving up (10)",
        )

    def handle(self, *args: Any, lock_timeout: float = 2.0, lock_tries: int = 10, **options: Any) -> None:
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return

        def limit(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
            if connection.alias == options["database"]:
                set_lock_timeout(connection, lock_timeout)

        connection_created.connect(limit)
        try:
            if connection.connection is not None:
                set_lock_timeout(connection, lock_timeout)
            self._try(args, options, lock_tries)
        finally:
            connection_created.disconnect(limit)
            if connection.connection is not None and not connection.in_atomic_block:
                set_lock_timeout(connection, 0)

    def _try(self, args: Any, options: dict[str, Any], tries: int) -> None:
        # What was applied is recorded, so a new try goes on where the last one stopped.
        for number in range(1, tries + 1):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not is_lock_timeout(error):
                    raise
                if number == tries:
                    raise CommandError(
                        f"Another transaction held a lock through {tries} tries; nothing of this step was applied. "
                        "Look at the oldest rows of pg_stat_activity to see who, then run migrate again."
                    ) from error
                wait = min(2.0 ** (number - 1), LONGEST_PAUSE)
                self.stderr.write(f"A table is in use; next try in {wait:.0f} s ({number} of {tries}).")
                self.pause(wait)
            else:
                return


def set_lock_timeout(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """From here on a statement of this connection waits at most so long for a lock (0: for ever)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])


def is_lock_timeout(error: BaseException) -> bool:
    """Whether PostgreSQL gave up waiting for a lock."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE
