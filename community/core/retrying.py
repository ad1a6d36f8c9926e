"""A verb is one transaction, and it runs again when the database stood in its way.

What another transaction undid (deadlock, serialisation) or an outage cut off left nothing behind, so the whole verb
may run anew. One case needs care: a connection lost while COMMIT was under way. Then the server is asked what became
of the transaction; see `docs/decisions/0011-retries.md`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum
from typing import Any, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection, transaction

from community.core import chance
from community.core.prepared import bound_cursor

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger("community.database")

TRIES = 3
PATIENCE = 8.0  # seconds after which nothing is begun anew: somebody is waiting for the page

# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available (a lock timeout). All of them undo everything.
_CONFLICTS = {"40001", "40P01", "55P03"}
# admin_shutdown, crash_shutdown, cannot_connect_now; class 08 is the connection itself.
_OUTAGES = {"57P01", "57P02", "57P03"}


class Trouble(Enum):
    """Why a statement failed, where the statement itself was not to blame."""

    CONFLICT = "conflict"
    AWAY = "away"


_FIRST_PAUSE = {Trouble.CONFLICT: 0.02, Trouble.AWAY: 0.4}  # seconds; doubled for the next one


class OutcomeUnknown(OperationalError):
    """The connection was lost during COMMIT, and nobody can say whether the change is there."""


def trouble(error: BaseException | None) -> Trouble | None:
    """What kind of passing trouble this error is; None for one that would come again."""
    if not isinstance(error, OperationalError | InterfaceError) or isinstance(error, OutcomeUnknown):
        return None
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state:
        if state in _CONFLICTS:
            return Trouble.CONFLICT
        return Trouble.AWAY if state in _OUTAGES or state.startswith("08") else None
    if type(cause).__module__ == "sqlite3":
        return Trouble.CONFLICT if "is locked" in str(cause) else None
    # The client library speaks for itself: no connection, or one that broke. A full pool has waited long enough.
    is_full = type(cause).__name__ in ("PoolTimeout", "TooManyRequests")
    return Trouble.AWAY if cause is not None and not is_full else None


def action(function: Callable[P, T]) -> Callable[P, T]:
    """One transaction around a verb, run anew (at most three tries) when the database undid it or went away.

    Inside another transaction it joins, and only the outermost verb runs again. A verb decides by the rows it reads
    and its arguments, never by what an earlier try left on an object; it takes no iterators and reaches nothing
    outside the database. Raises what the last try raised; OutcomeUnknown when its commit may have happened.
    """

    @functools.wraps(function)
    def verb(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        return _run(functools.partial(function, *args, **kwargs), has_key=bool(kwargs.get("idempotency_key")))

    return verb


def recover() -> None:
    """Drop this thread's connection and whatever else in the pool a restart of the server has broken."""
    connection.close()
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.check()


def recover_from(error: BaseException) -> bool:
    """`recover` where the server or the way to it was lost; whether that was so. For what repeats nothing by itself."""
    if trouble(error) is not Trouble.AWAY:
        return False
    recover()
    return True


def read_again(read: Callable[[], T]) -> T:
    """What it reads; read once more where the connection was from before a restart of the server."""
    try:
        return read()
    except DatabaseError as error:
        if not recover_from(error):
            raise
        return read()


def note_claim(row: int) -> None:
    """The running try holds this row of an idempotency key: it made it, or found it with an answer."""
    ending = _running.get()
    if ending is not None:
        ending.claims.add(row)


def note_mark(mark: str) -> None:
    """A statement of the running try told by what the server knows its transaction: nobody need ask for it again."""
    ending = _running.get()
    if ending is not None:
        ending.mark = mark


def _run(act: Callable[[], T], *, has_key: bool) -> T:
    give_up_at = time.monotonic() + PATIENCE
    attempt = 1
    lost: list[_Ending] = []  # tries with a key whose COMMIT lost its connection
    while True:
        ending = _Ending(has_key=has_key)
        outer = _running.set(ending)
        try:
            with transaction.atomic():
                transaction.on_commit(ending.note_commit)
                result = act()
                ending.begin()
        except Error as error:
            if ending.is_committed:
                raise  # by something that ran after the commit: the verb is done
            # A savepoint could not be taken back, and what follows it was refused: the connection broke on the way.
            is_broken = isinstance(error, transaction.TransactionManagementError)
            kind = Trouble.AWAY if is_broken else trouble(error)
            if kind is None:
                raise
            if kind is Trouble.AWAY:
                recover()
                if ending.was_kept(give_up_at):
                    ending.run_hooks()
                    return result
                if ending.has_begun:
                    lost.append(ending)
            if attempt >= TRIES or time.monotonic() > give_up_at:
                log.warning("transaction_given_up", trouble=kind.value, tries=attempt)
                raise
            log.info("transaction_retried", trouble=kind.value, attempt=attempt)
            time.sleep(_pause(kind, attempt))
            attempt += 1
        else:
            for earlier in lost:
                # A try that was undone took its row along, and the next one made another: the same row was kept.
                if earlier.claims & ending.claims:
                    earlier.run_hooks()
            return result
        finally:
            _running.reset(outer)


def _pause(kind: Trouble, attempt: int) -> float:
    # The jitter keeps those who got in each other's way from meeting again.
    return _FIRST_PAUSE[kind] * float(2 ** (attempt - 1)) * (0.5 + chance.jitter())


class _Ending:
    """What is known about the end of one transaction."""

    def __init__(self, *, has_key: bool) -> None:
        self.has_key = has_key
        self.is_committed = False
        self.has_begun = False
        self.mark: str | None = None
        self.hooks: list[Any] = []
        self.claims: set[int] = set()

    def note_commit(self) -> None:
        self.is_committed = True

    def begin(self) -> None:
        """The verb is through and COMMIT comes next: note what the server will know this transaction by."""
        if connection.vendor == "postgresql" and not self.has_key and self.mark is None:
            with bound_cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
                self.mark = cursor.fetchone()[0]
        self.hooks = list(connection.run_on_commit)
        self.has_begun = True

    def was_kept(self, give_up_at: float) -> bool:
        """Whether a commit that lost its connection happened. With a key nobody needs to know: a repeat finds it."""
        if not self.has_begun or self.has_key or self.mark is None:
            return False
        while True:
            status = self._status()
            if status in ("committed", "aborted"):
                return status == "committed"
            if time.monotonic() > give_up_at:
                raise OutcomeUnknown(f"connection lost during COMMIT; the transaction is {status}")
            time.sleep(_pause(Trouble.AWAY, 1))

    def _status(self) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_xact_status(%s::xid8)", [self.mark])
                return str(cursor.fetchone()[0])
        except Error:
            recover()
            return "out of reach"

    def run_hooks(self) -> None:
        """What should have run after the commit; the lost connection took the list with it."""
        for _savepoints, hook, *_robust in self.hooks:
            if hook != self.note_commit:
                hook()


_running: ContextVar[_Ending | None] = ContextVar("running_verb", default=None)
