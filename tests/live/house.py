"""A hub with open pages in this process: the real application, spoken to as a server would.

All database work happens on one thread, the test's writes too, so that one SQLite in memory serves them all.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from activity.live import hub as hubs
from activity.live import sockets
from activity.live.hub import Hub
from community.members.models import Member
from forum.models import Thread

T = TypeVar("T")
ORIGIN = "http://testserver"
PATIENCE = 10.0  # seconds until a frame that does not come fails the test


def cookie_of(member: Member | None) -> str:
    """A signed-in browser's cookie; empty for a guest."""
    if member is None:
        return ""
    client = Client()
    client.force_login(member)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    UserSession.objects.get_or_create(session_key=key, defaults={"user": member, "ip": "127.0.0.1"})
    return key


class Page:
    """One open page: what it was sent, in order."""

    def __init__(
        self, house: House, *, session: str, origin: str | None, path: str = "/ws/", before: bytes = b""
    ) -> None:
        self.house = house
        self.session = session
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gate = asyncio.Event()  # cleared: the reader does not read
        self.gate.set()
        headers = [(b"host", b"testserver")]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        if session:
            cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
            headers.append((b"cookie", before + cookie))
        self.scope = {
            "type": "websocket",
            "path": path,
            "scheme": "ws",
            "headers": headers,
            "query_string": b"",
        }
        self._in.put_nowait({"type": "websocket.connect"})
        self.running = asyncio.create_task(sockets.application(self.scope, self._in.get, self._take))

    async def _take(self, message: dict[str, Any]) -> None:
        await self.gate.wait()
        self._out.put_nowait(message)
        if message["type"] == "websocket.close":
            self._in.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    async def message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._out.get(), PATIENCE)

    async def opened(self) -> bool:
        """Whether the handshake was accepted."""
        return (await self.message())["type"] == "websocket.accept"

    def say(self, wish: Any) -> None:
        self._in.put_nowait(
            {"type": "websocket.receive", "text": wish if isinstance(wish, str) else json.dumps(wish)}
        )

    def join(self, thread: Thread, after: int, language: str = "en") -> None:
        self.say({"do": "join", "t": f"thread:{thread.pk}", "s": after, "l": language})

    async def joined(self, thread: Thread, after: int, language: str = "en") -> dict[str, Any]:
        self.join(thread, after, language)
        frame = await self.frame()
        assert frame["k"] == "joined", frame
        return frame

    async def frame(self) -> dict[str, Any]:
        """The next frame. AssertionError when the socket closes instead."""
        message = await self.message()
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def frames(self, count: int) -> list[dict[str, Any]]:
        return [await self.frame() for _ in range(count)]

    async def closed(self) -> int:
        """The code the socket closes with; frames before it are dropped."""
        while (message := await self.message())["type"] != "websocket.close":
            pass
        await asyncio.wait_for(self.running, PATIENCE)
        return message["code"]

    def waiting(self) -> list[dict[str, Any]]:
        """What has arrived and was not looked at. After `house.settle()`: all there will be."""
        found = []
        while not self._out.empty():
            found.append(self._out.get_nowait())
        return [json.loads(m["text"]) if m["type"] == "websocket.send" else m for m in found]

    async def taken(self) -> None:
        """Everything said has been read. What needs no database has been acted on, too."""
        while not self._in.empty():
            await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def leave(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.running, PATIENCE)


class House:
    """The hub and its pages."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.pages: list[Page] = []

    async def do(self, act: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run database work where all of it is done."""
        return await self.hub.work.run(act, *args, **kwargs)

    async def open(
        self,
        member: Member | None = None,
        *,
        origin: str | None = ORIGIN,
        session: str = "",
        path: str = "/ws/",
    ) -> Page:
        """A page whose socket was accepted."""
        key = session or await self.do(cookie_of, member)
        page = self.attempt(session=key, origin=origin, path=path)
        assert await page.opened()
        return page

    def attempt(
        self,
        *,
        session: str = "",
        origin: str | None = ORIGIN,
        path: str = "/ws/",
        before: bytes = b"",
    ) -> Page:
        """A page that tries to open a socket. `before`: cookies of somebody else's in front of the session's."""
        page = Page(self, session=session, origin=origin, path=path, before=before)
        self.pages.append(page)
        return page

    async def settle(self) -> None:
        """Everything that was heard has been acted on."""
        await self.hub.settle()

    async def look(self) -> None:
        """What the hub does by itself every second."""
        await self.hub._look()
        await self.hub.settle()


@asynccontextmanager
async def living(*, pulse: float = 3600) -> AsyncIterator[House]:
    """A house whose hub looks by itself only when told to, unless `pulse` says otherwise."""
    hub = hubs._current = Hub(pulse=pulse, threads=1)
    hub.start()
    house = House(hub)
    try:
        yield house
    finally:
        for page in house.pages:
            page.gate.set()
        await hubs.stop_current()
        for page in house.pages:
            page._in.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await asyncio.gather(*(page.running for page in house.pages), return_exceptions=True)


def play(scene: Callable[[House], Awaitable[None]], **options: Any) -> None:
    """Run one scene in a living house."""

    async def run() -> None:
        async with living(**options) as house:
            await scene(house)

    asyncio.run(run())
