"""The cache before a WSGI application."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from concurrent.futures import TimeoutError as TooLong
from typing import Any, NamedTuple

from community.core.pagecache import figures
from community.core.pagecache.asked import WANTED, Asked, read, scheme_of, secure_header
from community.core.pagecache.notes import Note, noting
from community.core.pagecache.page import PACKERS, Answer, Headers, Page, chosen_encoding
from community.core.pagecache.store import (
    LEASE_PATIENCE,
    LEASE_STEP,
    PATIENCE,
    TRIES,
    Flight,
    Outcome,
    PageCache,
)

_VARIABLES = {
    name: name.upper().replace("-", "_")
    if name == "content-length"
    else f"HTTP_{name.upper().replace('-', '_')}"
    for name in WANTED
}
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class _Caller(NamedTuple):
    """Whom to answer."""

    environ: dict[str, Any]
    said: dict[str, str]
    start: Any


class PageCacheWSGI:
    """Answers guests from copies; asks the application for everything else, and once for each copy."""

    def __init__(self, application: Any, cache: PageCache) -> None:
        self.application = application
        self.cache = cache

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        said = {name: environ[key] for name, key in _VARIABLES.items() if key in environ}
        caller = _Caller(environ, said, start)
        asked = _read(environ, said)
        if asked is None:
            figures.count("bypassed")
            return self.application(environ, start)  # type: ignore[no-any-return]
        cache = self.cache
        for _ in range(TRIES):
            found = cache.find(asked)
            if found.good is not None:
                figures.count("hits")
                return _give(found.good, caller)
            if found.stale is not None and cache.failed_lately(asked):
                figures.count("stale_on_error")
                return _give(found.stale, caller)
            flight, leads = cache.board(asked)
            if leads:
                return self._make(asked, flight, found.stale, caller)
            if found.stale is not None and cache.may_stand_in(asked, flight):
                figures.count("stale")
                return _give(found.stale, caller)
            figures.count("waits")
            outcome = _wait(flight)
            if outcome in (Outcome.UNKEPT, Outcome.FAILED, None) and found.stale is None:
                break
            if outcome is Outcome.UNKEPT:
                break
        figures.count("misses")
        return self.application(environ, start)  # type: ignore[no-any-return]

    def _make(self, asked: Asked, flight: Flight, stale: Page | None, caller: _Caller) -> Iterable[bytes]:
        cache, outcome, token = self.cache, Outcome.FAILED, ""
        try:
            if cache.shared is not None:
                lease = cache.shared.lease(asked)
                if lease is None:
                    other = _await_other(cache, asked) if stale is None else None
                    page = other or stale
                    if page is not None:
                        outcome = Outcome.KEPT if other else Outcome.RACED
                        figures.count("hits" if other else "stale")
                        return _give(page, caller)
                token = lease or ""
            figures.count("misses")
            note, begun = Note(), cache.changes.begin()
            caught = _Caught()
            with noting(note):
                caught.run(self.application, canonical(asked, caller.environ))
            page, outcome = cache.keep(asked, note, begun, caught.answer)
        finally:
            if cache.shared is not None:
                cache.shared.release(asked, token)
            cache.land(asked, flight, outcome)
        if page is not None:
            return _give(page, caller)
        stale = cache.still(stale) if outcome is Outcome.FAILED else None
        if stale is not None:
            figures.count("stale_on_error")
            return _give(stale, caller)
        return caught.give(caller)


class _Caught:
    """An answer, caught before it leaves."""

    def __init__(self) -> None:
        self.line = "500 Internal Server Error"
        self.headers: Headers = []
        self.body = b""

    @property
    def answer(self) -> Answer:
        return Answer(int(self.line.split(" ", 1)[0]), self.headers, self.body)

    def run(self, application: Any, environ: dict[str, Any]) -> None:
        pieces: list[bytes] = []

        def start(line: str, headers: Headers, exc_info: Any = None) -> Any:
            self.line, self.headers = line, [(name, value.strip()) for name, value in headers]
            return pieces.append

        result = application(environ, start)
        try:
            pieces.extend(result)
        finally:
            close = getattr(result, "close", None)
            if close:
                close()
        self.body = b"".join(pieces)

    def give(self, caller: _Caller) -> Iterable[bytes]:
        headers = [(name, value) for name, value in self.headers if name.lower() != "content-length"]
        body, encoding = packed_alone(headers, self.body, caller.said.get("accept-encoding", ""))
        if encoding:
            headers.append(("Content-Encoding", encoding))
        caller.start(self.line, [*headers, ("Content-Length", str(len(body)))])
        return [] if caller.environ["REQUEST_METHOD"] == "HEAD" else [body]


def packed_alone(headers: Headers, body: bytes, accepted: str) -> tuple[bytes, str]:
    """The body of an answer that is not kept, packed where that is worth it, and its encoding."""
    kinds = [value for name, value in headers if name.lower() == "content-type"]
    is_text = any(kind.startswith("text/") or "xml" in kind for kind in kinds)
    is_packed = any(name.lower() == "content-encoding" for name, _value in headers)
    if is_packed or not is_text or len(body) < 1000 or not chosen_encoding(accepted):
        return body, ""
    return PACKERS["gzip"](body), "gzip" if "gzip" in accepted else ""


def _read(environ: dict[str, Any], said: dict[str, str]) -> Asked | None:
    name, _secure = secure_header()
    scheme = environ.get("wsgi.url_scheme", "http")
    if name:
        variable = f"HTTP_{name.upper().replace('-', '_')}"
        if variable in environ:
            scheme = scheme_of(scheme, {name: environ[variable]})
    return read(
        method=environ["REQUEST_METHOD"],
        scheme=scheme,
        path=environ.get("PATH_INFO", "").encode("latin-1", "replace"),
        query=environ.get("QUERY_STRING", ""),
        said=said,
        prefix=environ.get("SCRIPT_NAME", ""),
    )


def canonical(asked: Asked, environ: dict[str, Any]) -> dict[str, Any]:
    """The request the page is made from: written from the key, so that it can hold nothing else."""
    name, secure = secure_header()
    made = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.encode().decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": environ.get("SERVER_NAME", "localhost"),
        "SERVER_PORT": environ.get("SERVER_PORT", "80"),
        "REMOTE_ADDR": "",
        "CONTENT_LENGTH": "0",
        "HTTP_HOST": asked.host,
        "HTTP_ACCEPT": ACCEPT,
        "HTTP_ACCEPT_LANGUAGE": asked.language,
        "HTTP_ACCEPT_ENCODING": "identity",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": asked.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": environ["wsgi.errors"],
        "wsgi.multithread": environ.get("wsgi.multithread", True),
        "wsgi.multiprocess": environ.get("wsgi.multiprocess", False),
        "wsgi.run_once": False,
    }
    if asked.cookie:
        made["HTTP_COOKIE"] = asked.cookie
    if name and asked.scheme == "https":
        made[f"HTTP_{name.upper().replace('-', '_')}"] = secure
    if "HTTP_X_REQUEST_ID" in environ:  # for the log's line; no page shows it, and no copy keeps it
        made["HTTP_X_REQUEST_ID"] = environ["HTTP_X_REQUEST_ID"]
    return made


def _give(page: Page, caller: _Caller) -> Iterable[bytes]:
    environ, said, start = caller
    if page.is_known_by(said.get("if-none-match", "")):
        figures.count("not_modified")
        start("304 Not Modified", list(page.head("304")))
        return []
    encoding = page.encoding_for(said.get("accept-encoding", ""))
    start("200 OK", list(page.head(encoding)))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body(encoding)]


def _wait(flight: Flight) -> Outcome | None:
    try:
        return flight.future.result(PATIENCE)
    except TooLong:
        return None


def _await_other(cache: PageCache, asked: Asked) -> Page | None:
    """Another process makes the page: look for it for a while."""
    until = time.monotonic() + LEASE_PATIENCE
    while time.monotonic() < until:
        time.sleep(LEASE_STEP)
        found = cache.find(asked)
        if found.good is not None:
            return found.good
    return None
