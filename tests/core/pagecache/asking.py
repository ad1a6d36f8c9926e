"""The layers driven directly: a request in, an answer out, with a site of a few views behind them."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from community.core.bridge import WSGIBridge
from community.core.pagecache import CURSOR, NUMBER, PageCache, keep, kept_for_guests, leave_out, stands_on
from community.core.pagecache.asgi import PageCacheASGI
from community.core.pagecache.wsgi import PageCacheWSGI

LANE = frozenset({"ask", "tell"})


class Behind:
    """What the views behind the cache were asked, and how they answer."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.runs = 0
        self.metas: list[dict[str, Any]] = []
        self.words = "words"
        self.status = 200
        self.gate: threading.Event | None = None
        self.entered = threading.Event()
        self.meanwhile: Any = None
        self.lock = threading.Lock()


behind = Behind()


@kept_for_guests("thread:{number}", params={"page": NUMBER, "lane": LANE, "cursor": CURSOR})
def thread(request: HttpRequest, number: int, slug: str = "") -> HttpResponse:
    with behind.lock:
        behind.runs += 1
        behind.metas.append(dict(request.META))
    words = behind.words
    behind.entered.set()
    if behind.meanwhile:
        behind.meanwhile()
    if behind.gate:
        assert behind.gate.wait(20)
    said = (
        f"<html lang={request.LANGUAGE_CODE}>{words} {number} {request.get_full_path()} {request.build_absolute_uri()} "
        f"theme={request.COOKIES.get('theme', '')} {dict(request.headers)} " + "x" * 3000
    )
    return HttpResponse(said, status=behind.status)


@kept_for_guests("odd")
def odd(request: HttpRequest, how: str) -> HttpResponse:
    behind.runs += 1
    response = HttpResponse("odd " + how)
    if how == "cookie":
        response.set_cookie("one", "1")
    elif how == "token":
        response = HttpResponse(get_token(request))
    elif how == "session":
        request.session["seen"] = True
    elif how == "private":
        response["Cache-Control"] = "private"
    elif how == "no-store":
        response["Cache-Control"] = "max-age=0, no-store"
    elif how == "vary":
        response["Vary"] = "User-Agent"
    elif how == "star":
        response["Vary"] = "*"
    elif how == "streaming":
        return StreamingHttpResponse(iter([b"odd ", b"streaming"]), headers={"Content-Encoding": "identity"})
    elif how == "left-out":
        leave_out()
    elif how.isdecimal():
        response.status_code = int(how)
    elif how == "public":
        response["Cache-Control"] = "public, max-age=900"
    return response


def plain(request: HttpRequest, **_named: str) -> HttpResponse:
    behind.runs += 1
    stands_on("nothing")
    keep("nothing")  # a view that no policy allows is never asked through the key
    return HttpResponse("plain")


urlpatterns = [
    path("threads/<int:number>/<str:slug>/", thread),
    path("odd/<str:how>/", odd),
    path("account/<str:page>", plain),
    path("plain/", plain),
]


@contextmanager
def kept_connections() -> Iterator[None]:
    """Requests leave the test's connection alone, as Django's own test client has it."""
    # Only what was connected is connected again: the test client does the same for each of its requests.
    held = [
        signal for signal in (request_started, request_finished) if signal.disconnect(close_old_connections)
    ]
    try:
        yield
    finally:
        for signal in held:
            signal.connect(close_old_connections)


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class WSGISite:
    """The cache before a WSGI application."""

    def __init__(self, cache: PageCache, application: Any = None) -> None:
        self.cache = cache
        self.application = PageCacheWSGI(application or WSGIHandler(), cache)

    def ask(self, target: str, *, method: str = "GET", secure: bool = False, **headers: str) -> Got:
        place, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": _decoded(place),
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.9",
            "wsgi.url_scheme": "https" if secure else "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "HTTP_HOST": "testserver",
        }
        for name, value in headers.items():
            key = name.upper()
            environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
        told: list[Any] = []

        def start(line: str, sent: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told[:] = [int(line.split(maxsplit=1)[0]), sent]

        with kept_connections():
            result = self.application(environ, start)
            body = b"".join(result)
            if hasattr(result, "close"):
                result.close()
        return Got(told[0], {name.lower(): value for name, value in told[1]}, body)

    def close(self) -> None:
        return None


class ASGISite:
    """The cache before the bridge to a WSGI application, on a loop of its own."""

    def __init__(self, cache: PageCache, application: Any = None) -> None:
        self.cache = cache
        self.bridge = WSGIBridge(application or WSGIHandler(), threads=4)
        self.application = PageCacheASGI(self.bridge, cache)

    def ask(self, target: str, **asked: Any) -> Got:
        return asyncio.run(self.ask_on_loop(target, **asked))

    async def ask_on_loop(
        self, target: str, *, method: str = "GET", secure: bool = False, **headers: str
    ) -> Got:
        place, _, query = target.partition("?")
        sent = [(b"host", headers.pop("host", "testserver").encode())]
        sent += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "https" if secure else "http",
            "path": _decoded(place).encode("latin-1").decode("utf-8", "replace"),
            "raw_path": place.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": sent,
            "client": ("203.0.113.9", 5000),
            "server": ("127.0.0.1", 80),
        }
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await self.application(scope, receive, send)
        head = {name.decode().lower(): value.decode("latin-1") for name, value in told[0]["headers"]}
        return Got(told[0]["status"], head, b"".join(message.get("body", b"") for message in told[1:]))

    def close(self) -> None:
        self.bridge.close()


def _decoded(place: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(place).decode("latin-1")
