"""A line to Redis for one command at a time, as cheap as Python makes it: asked once for every kept page given out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from time import sleep
from typing import Any

import structlog
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, TimeoutError
from redis.retry import Retry

from community.core.pagecache import figures
from community.core.resting import Rest

log = structlog.get_logger("community.pagecache")

TIMEOUT = 0.25  # seconds; a Redis that hangs must not hang the pages with it
REST = 1.0  # seconds without asking after a failure
PAY_AGAIN = 0.3


class Away(Exception):
    """Redis did not answer, or is left in peace after it did not."""


class Link:
    """One connection for each thread. `on_return` runs first when something that others rely on may have been lost.

    That is so when a change could not be told, and when another Redis answers than before: one that was started
    anew, or took over, may have forgotten changes that pages in this process are measured by.
    """

    def __init__(self, url: str, on_return: Callable[[Callable[[bytes], Any]], None]) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            decode_responses=False,
        )
        self._on_return = on_return
        self._own = threading.local()
        self._lock = threading.Lock()
        self._paying = False
        self._identity = b""
        self.owes = False
        self.rest = Rest(REST)

    def call(self, packed: bytes) -> Any:
        """The answer to a command. Away when there is none."""
        if not self.rest.failures:
            return self._try(packed)
        if not self.rest.may_probe():
            raise Away
        return self._probed(packed)

    def tell(self, packed: bytes) -> bool:
        """Tell a change; where that fails, go on trying in the background. False when it failed for now."""
        try:
            self.call(packed)
        except Away:
            self.owes = True
            self._pay_later()
            return False
        return True

    def forget(self) -> None:
        """Close this thread's connection and ask again at once. For tests."""
        self._hang_up()
        self.rest.answered()

    def _probed(self, packed: bytes) -> Any:
        """Ask a Redis that was away. The caller holds `probing`."""
        try:
            return self._try(packed)
        finally:
            self.rest.probing.release()

    def _try(self, packed: bytes) -> Any:
        try:
            answer = self._call(packed)
        except (RedisError, OSError) as error:
            self.rest.failed()
            figures.count("away")
            log.warning("page_cache_alone", error=type(error).__name__)
            raise Away from error
        if self.rest.failures:
            self.rest.answered()
        return answer

    def _call(self, packed: bytes) -> Any:
        connection = self._connection()
        if connection is not None and not self.owes:
            try:
                return _exchange(connection, packed)
            except TimeoutError:
                self._hang_up()  # it hangs: a new connection would hang as long again
                raise
            except (RedisError, OSError):
                # Perhaps only this connection was closed for idling: a new one will tell who answers.
                self._hang_up()
        connection = connection if connection is not None and self.owes else self._connect()
        if self.owes:
            self._on_return(lambda command: _exchange(connection, command))
            self.owes = False
            log.info("page_cache_together")
        return _exchange(connection, packed)

    def _connection(self) -> Any:
        own = self._own
        if getattr(own, "pid", None) != os.getpid():  # a forked worker does not share its parent's line
            own.pid, own.connection = os.getpid(), None
        connection = own.connection
        if connection is not None and connection._sock is None:
            own.connection = None
            return None
        return connection

    def _connect(self) -> Any:
        self._hang_up()
        connection: Any = self._pool.make_connection()
        connection.connect()
        identity = _identity(_exchange(connection, b"*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n"))
        with self._lock:
            if self._identity and identity != self._identity:
                self.owes = True
            self._identity = identity
        self._own.connection = connection
        return connection

    def _hang_up(self) -> None:
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.disconnect()
        self._own.connection = None
        self._own.pid = os.getpid()

    def _pay_later(self) -> None:
        with self._lock:
            if self._paying:
                return
            self._paying = True
        threading.Thread(target=self._pay, name="page-cache-debt", daemon=True).start()

    def _pay(self) -> None:
        while self.owes:
            sleep(PAY_AGAIN)
            # Out of turn: nobody's page waits for it, and a change is late as long as it is owed.
            if self.rest.probing.acquire(blocking=False):
                with suppress(Away):
                    self._probed(b"*1\r\n$4\r\nPING\r\n")
        self._hang_up()
        self._paying = False


def pack(*words: str | bytes | int) -> bytes:
    """A command as Redis reads it."""
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded)


def _exchange(connection: Any, packed: bytes) -> Any:
    connection.send_packed_command([packed], check_health=False)
    return connection.read_response(disable_decoding=True)


def _identity(info: bytes) -> bytes:
    """Which Redis this is: another after each start."""
    return next((line for line in info.splitlines() if line.startswith(b"run_id:")), b"")
