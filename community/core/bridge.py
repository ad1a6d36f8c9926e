"""Django's synchronous handler under an ASGI server, on a fixed set of threads.

Django's own ASGI handler starts a thread for each request, and with it a database connection, and hops
between loop and thread for each middleware: several times the cost of the same page under WSGI. The views of
this site are synchronous; so the loop only carries bytes, and a bounded pool of threads with connections of
their own does the work.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

import structlog

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

log = structlog.get_logger("community.requests")

KEEP_IN_MEMORY = 512 * 1024  # bytes of a request's body; more goes to a temporary file
PIECE = 256 * 1024
# In the environment of a request whose body was longer than this many bytes: nothing of it is there, and the
# application only says so, as a page of the site.
TOO_LARGE = "convoy.longest_body"


class TooLarge(Exception):
    """The request's body is longer than anything this site takes."""


class Disconnected(Exception):
    """The caller went away before the request was complete."""


class WSGIBridge:
    """An ASGI application (HTTP only) that runs a WSGI one on `threads` threads."""

    def __init__(self, application: Any, *, threads: int = 8, longest_body: int = 64 * 1024 * 1024) -> None:
        self.application = application
        self.longest_body = longest_body
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"no {scope['type']} here")
        with SpooledTemporaryFile(max_size=KEEP_IN_MEMORY) as body:
            is_too_large = False
            try:
                length = await self._read(scope, receive, body)
            except TooLarge:
                is_too_large, length = True, 0
                body.truncate(0)
            except Disconnected:
                return
            body.seek(0)
            answer = _Answer(send, asyncio.get_running_loop(), is_last=is_too_large)
            environ = environment(scope, body, length)
            if is_too_large:
                environ[TOO_LARGE] = self.longest_body
            # A context of its own: nothing that one request sets is there in the next one on the same thread.
            context = contextvars.copy_context()
            await asyncio.get_running_loop().run_in_executor(
                self.pool, context.run, self._work, environ, answer
            )

    def close(self) -> None:
        """Take no more requests. Does not wait: threads may be waiting for the loop that calls this."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    async def _read(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            piece = message.get("body", b"")
            length += len(piece)
            if length > self.longest_body:
                raise TooLarge
            body.write(piece)
            if not message.get("more_body", False):
                return length

    def _work(self, environ: dict[str, Any], answer: _Answer) -> None:
        result: Iterable[bytes] = self.application(environ, answer.start)
        try:
            if getattr(result, "streaming", True):
                for piece in result:
                    answer.write(piece)
                answer.finish()
            else:
                answer.finish(b"".join(result))
        finally:
            close = getattr(result, "close", None)
            if close:
                close()


class _Answer:
    """What WSGI calls start_response and the body, carried to the loop from a worker thread."""

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop, *, is_last: bool = False) -> None:
        self._send = send
        self._is_last = is_last  # the rest of the body is still under way: no other request can follow it
        self._loop = loop
        self._head: dict[str, Any] | None = None
        self._has_begun = False

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if self._has_begun and exc_info:
            raise exc_info[1].with_traceback(exc_info[2])
        self._head = {
            "type": "http.response.start",
            "status": int(status.split(" ", 1)[0]),
            # Django writes a cookie's value with a space before it.
            "headers": [
                (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
            ]
            + ([(b"connection", b"close")] if self._is_last else []),
        }
        return self.write

    def write(self, piece: bytes) -> None:
        for start in range(0, len(piece), PIECE):
            self._deliver(
                {"type": "http.response.body", "body": piece[start : start + PIECE], "more_body": True}
            )

    def finish(self, rest: bytes = b"") -> None:
        self._deliver({"type": "http.response.body", "body": rest, "more_body": False})

    def _deliver(self, message: dict[str, Any]) -> None:
        messages = [message]
        if not self._has_begun:
            if self._head is None:
                raise RuntimeError("the application answered before it said how")
            messages.insert(0, self._head)
            self._has_begun = True
        # Waiting here is the back-pressure: a slow reader holds a thread, not the whole answer in memory.
        asyncio.run_coroutine_threadsafe(self._send_all(messages), self._loop).result()

    async def _send_all(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            await self._send(message)


def environment(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """The WSGI environment of an ASGI request whose body has been read."""
    raw_path = scope.get("raw_path") or scope["path"].encode("utf-8")
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        # WSGI wants the bytes of the decoded path, one character each.
        "PATH_INFO": unquote_to_bytes(raw_path.split(b"?", 1)[0]).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # X_Forwarded_For and X-Forwarded-For would become the same variable: only one of them is a header
        # that a proxy in front of us takes care of.
        if b"_" in raw_name:
            continue
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name == "CONTENT_TYPE":
            environ[name] = value
        elif name != "CONTENT_LENGTH":
            key = f"HTTP_{name}"
            joint = "; " if name == "COOKIE" else ","
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
