"""`/ws/`: the ASGI application behind it, and one socket of it.

Close codes: 1012 the server restarts, come back · 4400 not understood · 4401 the session is over · 4403 no longer
allowed (or never: absent looks the same) · 4408 too slow, come back and be brought up to date · 4410 suspended or muted,
come back as a reader · 4429 too much sent.
"""

from __future__ import annotations

import asyncio
import json
import types
from collections import deque
from collections.abc import Awaitable, Callable, Generator
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http.request import validate_host

from activity.live import hub as hubs
from activity.live import looks, rights
from activity.live.rooms import Seat
from community.core import metrics

if TYPE_CHECKING:
    from activity.live.hub import Hub

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SOCKETS = metrics.gauge("live_sockets", "Open sockets.")

log = structlog.get_logger("community.live")

PATH = "/ws/"
MOST_BYTES = 1024  # of one frame from a page
BURST, A_SECOND = 20.0, 2.0  # frames a page may send: at once, and from then on
MOST_TOPICS = 8
MOST_BACKLOG = 64  # frames kept for a slow reader
PATIENCE = 5.0  # seconds for a goodbye


class Socket:
    """One open page. Only the hub's loop touches it."""

    __slots__ = (
        "_allowance",
        "_allowed_at",
        "_backlog",
        "_send",
        "_task",
        "hub",
        "is_closed",
        "member_id",
        "member_name",
        "seats",
        "session_key",
        "shows_online",
        "speaks",
        "unread",
    )

    def __init__(self, hub: Hub, send: Send, session_key: str, who: looks.Who | None) -> None:
        self.hub = hub
        self.session_key = session_key
        self.member_id = who.member_id if who else 0
        self.member_name = who.name if who else ""
        self.shows_online = bool(who and who.shows_online)
        self.speaks = bool(who and who.may_speak)  # when it opened
        self.seats: dict[str, Seat] = {}
        self.unread: int | None = None  # the number on its badge; None: it shows none
        self.is_closed = False
        self._send = send
        self._task: asyncio.Task[Any] | None = asyncio.current_task()
        self._backlog: deque[dict[str, Any]] | None = None  # None: the line is free
        self._allowance, self._allowed_at = BURST, monotonic()

    # -- out

    def push(self, message: dict[str, Any]) -> None:
        """Send without waiting. Behind a slow reader's back frames queue, up to a limit; then the socket closes."""
        if self.is_closed:
            return
        if self._backlog is not None:
            self._backlog.append(message)
            if len(self._backlog) > MOST_BACKLOG:
                self.hub.counts["slow"] += 1
                self.close(4408)
            return
        # A free line takes the frame in this very step: no task, no turn of the loop for each of a thousand sockets.
        sending = self._send(message)
        try:
            waits_for = sending.send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return
        except Exception:
            self.is_closed = True  # the other side is gone; `receive` says so presently
            return
        self._backlog = deque()
        self.hub.spawn(self._drain(_rest_of(sending, waits_for)))

    async def _drain(self, begun: Any) -> None:
        try:
            await begun
            while self._backlog:
                await self._send(self._backlog.popleft())
        except Exception:
            self.is_closed = True
        self._backlog = None

    def close(self, code: int) -> asyncio.Task[None] | None:
        """Say goodbye. Nothing is sent after this; a reader who does not read is left without the word."""
        if not self.is_closed:
            self.is_closed = True
            self._backlog = deque() if self._backlog is not None else None
            return self.hub.spawn(self._say_goodbye(code))
        return None

    async def _say_goodbye(self, code: int) -> None:
        try:
            await asyncio.wait_for(self._send({"type": "websocket.close", "code": code}), PATIENCE)
        except Exception:
            if self._task is not None:
                self._task.cancel()

    # -- in

    def may_send(self) -> bool:
        """Take one from the allowance; False when it is used up."""
        now = monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._allowed_at) * A_SECOND)
        self._allowed_at = now
        self._allowance -= 1
        return self._allowance >= 0

    async def take(self, raw: str | None) -> None:
        """Act on one frame from the page."""
        if raw is None or len(raw) > MOST_BYTES or not self.may_send():
            self.close(4429 if raw is not None and len(raw) <= MOST_BYTES else 4400)
            return
        try:
            wish = json.loads(raw)
        except (ValueError, RecursionError):  # the latter for a thousand brackets
            wish = None
        match wish:
            case {"do": "join", "t": str(topic), "s": int(after), "l": str(language)} if after >= 0:
                await self._join(topic, after, language)
            case {"do": "leave", "t": str(topic)}:
                self.hub.leave(self, topic)
            case {"do": "notices", "n": int(shown)} if 0 <= shown < 2**31:
                self.hub.badges.join(self, shown)
            case {"do": "typing", "t": str(topic)}:
                if (seat := self.seats.get(topic)) and self.member_id and seat.may_write:
                    self.hub.presence.beat(seat)
            case {"do": "read", "t": str(topic), "n": int(number)} if 0 < number < 2**31:
                if (seat := self.seats.get(topic)) and self.member_id and not seat.is_held:
                    await self.hub.work.run(looks.note_read, self.member_id, topic, number)
            case _:
                self.close(4400)

    async def _join(self, topic: str, after: int, language: str) -> None:
        known = dict(settings.LANGUAGES)
        if topic not in self.seats and len(self.seats) >= MOST_TOPICS:
            self.close(4429)
        elif not await self.hub.join(
            self, topic, after, language if language in known else settings.LANGUAGE_CODE
        ):
            self.close(4403)


@types.coroutine
def _rest_of(coroutine: Any, waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was stepped once by hand and waits for `waits_for`."""
    while True:
        try:
            got = yield waits_for
        except BaseException as error:  # a cancellation belongs to whoever waits inside
            step, value = coroutine.throw, error
        else:
            step, value = coroutine.send, got
        try:
            waits_for = step(value)
        except StopIteration:
            return


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """A socket from handshake to goodbye. Strangers' pages and other addresses are refused before it opens."""
    message = await receive()
    if message["type"] != "websocket.connect":
        return
    headers = scope["headers"]
    if scope["path"] != PATH or not is_ours(scope, headers):
        await send({"type": "websocket.close", "code": 4403})
        return
    hub = hubs.current()
    session_key = rights.session_key_of(headers)
    if len(hub.sockets) >= getattr(settings, "LIVE_MOST_SOCKETS", 10_000):
        await send({"type": "websocket.close", "code": 1013})
        return
    try:
        who = await hub.work.run(looks.who_is, session_key)
    except Exception as error:
        log.warning("live_handshake_failed", error=repr(error))
        await send({"type": "websocket.close", "code": 1013})
        return
    await send({"type": "websocket.accept"})
    # An old cookie without a session is a guest's.
    socket = Socket(hub, send, session_key if who else "", who)
    hub.sockets.add(socket)
    SOCKETS.inc()
    try:
        await _serve(socket, receive)
    except asyncio.CancelledError:
        if not socket.is_closed:
            raise
    finally:
        socket.is_closed = True
        hub.part(socket)
        SOCKETS.dec()


async def _serve(socket: Socket, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if not socket.is_closed:
            try:
                await socket.take(message.get("text"))
            except Exception as error:
                # The database is away: the page comes back by and by.
                log.warning("live_frame_failed", error=repr(error))
                socket.close(1013)


def is_ours(scope: Scope, headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a page of this very site opens the socket: its Origin is on the list, letter by letter.

    Without a list (the one-process site knows no address of its own) it must be where the request went.
    """
    told = [value.decode("latin-1") for name, value in headers if name == b"origin"]
    if len(told) != 1:
        return False
    if settings.LIVE_ORIGINS:
        return told[0] in settings.LIVE_ORIGINS
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    if len(hosts) != 1 or told[0] != f"{scheme}://{hosts[0]}":
        return False
    name = urlsplit(told[0]).hostname or ""
    return validate_host(f"[{name}]" if ":" in name else name, settings.ALLOWED_HOSTS)


class Sockets:
    """What `community.asgi` mounts at `/ws/`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, receive, send)

    async def start(self) -> None:
        """Begin to listen with the server, so that the first socket need not wait."""
        hubs.current()

    async def stop(self) -> None:
        await hubs.stop_current()
