"""The cache before an ASGI application: a copy goes out from the event loop, without a thread. In memory only."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from community.core.pagecache import figures
from community.core.pagecache.asked import WANTED, Asked, read, scheme_of, secure_header
from community.core.pagecache.notes import Note, noting
from community.core.pagecache.page import Answer, Headers, Page
from community.core.pagecache.store import PATIENCE, TRIES, Flight, Outcome, PageCache
from community.core.pagecache.wsgi import ACCEPT, packed_alone

Scope = dict[str, Any]


class _Caller(NamedTuple):
    """Whom to answer."""

    scope: Scope
    said: dict[str, str]
    send: Any


class PageCacheASGI:
    """Answers guests from copies; asks the application for everything else, and once for each copy.

    For a cache without Redis: asking it would hold up everybody else on the loop.
    """

    def __init__(self, application: Any, cache: PageCache) -> None:
        if cache.shared is not None:
            raise ValueError("a shared cache stands in the WSGI application, not on the event loop")
        self.application = application
        self.cache = cache
        self._wanted = {name.encode(): name for name in WANTED}
        secure, _value = secure_header()
        if secure:
            self._wanted[secure.encode()] = secure

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        said = self._said(scope)
        caller = _Caller(scope, said, send)
        asked = _read(scope, said)
        if asked is None:
            figures.count("bypassed")
            await self.application(scope, receive, send)
            return
        cache = self.cache
        for _ in range(TRIES):
            found = cache.find(asked)
            if found.good is not None:
                figures.count("hits")
                await _give(found.good, caller)
                return
            if found.stale is not None and cache.failed_lately(asked):
                figures.count("stale_on_error")
                await _give(found.stale, caller)
                return
            flight, leads = cache.board(asked)
            if leads:
                await self._make(asked, flight, found.stale, caller)
                return
            if found.stale is not None and cache.may_stand_in(asked, flight):
                figures.count("stale")
                await _give(found.stale, caller)
                return
            figures.count("waits")
            outcome = await _wait(flight)
            if outcome in (Outcome.UNKEPT, Outcome.FAILED, None) and found.stale is None:
                break
            if outcome is Outcome.UNKEPT:
                break
        figures.count("misses")
        await self.application(scope, receive, send)

    def _said(self, scope: Scope) -> dict[str, str]:
        wanted = self._wanted
        said: dict[str, str] = {}
        for raw, value in scope["headers"]:
            name = wanted.get(raw)
            if name is None:
                continue
            text = value.decode("latin-1")
            if name in said:
                text = f"{said[name]}{'; ' if name == 'cookie' else ','}{text}"
            said[name] = text
        return said

    async def _make(self, asked: Asked, flight: Flight, stale: Page | None, caller: _Caller) -> None:
        cache, outcome = self.cache, Outcome.FAILED
        figures.count("misses")
        caught = _Caught()
        try:
            note, begun = Note(), cache.changes.begin()
            with noting(note):
                await self.application(canonical(asked, caller.scope), _nothing, caught)
            page, outcome = cache.keep(asked, note, begun, caught.answer)
        finally:
            cache.land(asked, flight, outcome)
        stale = cache.still(stale) if outcome is Outcome.FAILED else None
        if page is not None:
            await _give(page, caller)
        elif stale is not None:
            figures.count("stale_on_error")
            await _give(stale, caller)
        else:
            await caught.give(caller)


class _Caught:
    """An answer, caught before it leaves: the `send` of the application that makes it."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self._pieces: list[bytes] = []

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]
            ]
        else:
            self._pieces.append(message.get("body", b""))

    @property
    def answer(self) -> Answer:
        return Answer(self.status, self.headers, b"".join(self._pieces))

    async def give(self, caller: _Caller) -> None:
        scope, said, send = caller
        headers = [(name, value) for name, value in self.headers if name != "content-length"]
        body, encoding = packed_alone(headers, self.answer.body, said.get("accept-encoding", ""))
        if encoding:
            headers.append(("content-encoding", encoding))
        headers.append(("content-length", str(len(body))))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _read(scope: Scope, said: dict[str, str]) -> Asked | None:
    raw_path = scope.get("raw_path") or scope["path"].encode("utf-8")
    return read(
        method=scope["method"],
        scheme=scheme_of(scope.get("scheme", "http"), said),
        path=unquote_to_bytes(raw_path.split(b"?", 1)[0]),
        query=scope.get("query_string", b"").decode("latin-1"),
        said=said,
        prefix=scope.get("root_path", ""),
    )


def canonical(asked: Asked, scope: Scope) -> Scope:
    """The request the page is made from: written from the key, so that it can hold nothing else."""
    name, secure = secure_header()
    headers = [
        (b"host", asked.host.encode()),
        (b"accept", ACCEPT.encode()),
        (b"accept-language", asked.language.encode()),
        (b"accept-encoding", b"identity"),
    ]
    if asked.cookie:
        headers.append((b"cookie", asked.cookie.encode()))
    if name and asked.scheme == "https":
        headers.append((name.encode(), secure.encode()))
    headers += [(key, value) for key, value in scope["headers"] if key == b"x-request-id"]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": asked.scheme,
        "path": asked.path,
        "raw_path": quote(asked.path).encode(),
        "query_string": asked.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": scope.get("server"),
    }


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _give(page: Page, caller: _Caller) -> None:
    scope, said, send = caller
    if page.is_known_by(said.get("if-none-match", "")):
        figures.count("not_modified")
        await send({"type": "http.response.start", "status": 304, "headers": page.raw_head("304")})
        await send({"type": "http.response.body", "body": b""})
        return
    encoding = page.encoding_for(said.get("accept-encoding", ""))
    await send({"type": "http.response.start", "status": 200, "headers": page.raw_head(encoding)})
    await send(
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page.body(encoding)}
    )


async def _wait(flight: Flight) -> Outcome | None:
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(flight.future)), PATIENCE)
    except TimeoutError:
        return None
