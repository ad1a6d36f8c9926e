"""The client against servers that lie, stall and flood. All of them run on loopback."""

import gzip
import socket
import threading
import time

import pytest
from django.utils import translation

from community.core.outbound import Blocked, Failed, fetch
from tests.support.loopback import OK, Handler, body, drip, failure, get, serving


def test_a_page_is_fetched_and_the_request_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(body(b"<p>hello", "X-One: 1", "X-One: 2", "Set-Cookie: a=b")) as server:
        answer = fetch(server.url("/a?b=c#d"), accept=["text/html"], policy=server.policy())

    assert (answer.status, answer.body, answer.url) == (200, b"<p>hello", server.url("/a?b=c#d"))
    assert answer.headers["x-one"] == "1, 2"
    assert server.asked == [
        f"GET /a?b=c HTTP/1.1\r\nHost: site.example:{server.port}\r\nUser-Agent: Convoy\r\n"
        "Accept: text/html\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    ]


def test_an_error_page_is_an_answer() -> None:
    answer = get(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", accept=["text/html"])
    assert (answer.status, answer.body) == (404, b"gone")


def test_bodies_of_every_framing_are_read() -> None:
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n"
    assert get(chunked).body == b"abcde"
    assert get(OK + b"\r\nuntil it closes").body == b"until it closes"
    assert get(body(gzip.compress(b"packed"), "Content-Encoding: gzip")).body == b"packed"
    assert get(b"HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n").body == b""
    assert get(b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 200 OK\r\n\r\nx").body == b"x"


def endless(head: bytes, piece: bytes) -> Handler:
    def run(sock: socket.socket, _request: str) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(piece)

    return run


BOMB = gzip.compress(bytes(50_000_000))


@pytest.mark.parametrize(
    "script",
    [
        body(b"x" * 1_001),
        OK + b"Content-Length: 999999999999\r\n\r\nx",
        OK + b"\r\n" + b"x" * 1_001,
        endless(OK + b"\r\n", b"x" * 65_536),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1_024 + b"\r\n"),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"y" * 60_000 + b"\r\nx\r\n"),
        OK + b"Content-Encoding: gzip\r\n\r\n" + BOMB,
        endless(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"ok"), b"x" * 65_536),
        endless(OK, b"X: " + b"y" * 60_000 + b"\r\n"),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=[
        "long", "announced", "unannounced", "endless", "endless chunks", "endless chunk headers",
        "gzip bomb", "endless after gzip", "endless headers", "endless continue",
    ],
)  # fmt: skip
def test_too_much_is_cut_off(script: bytes | Handler) -> None:
    assert failure(script, max_bytes=1_000) in {"size", "broken"}


def test_exactly_the_limit_is_taken() -> None:
    assert len(get(body(b"x" * 1_000), max_bytes=1_000).body) == 1_000
    packed = body(gzip.compress(b"x" * 1_000), "Content-Encoding: gzip")
    assert len(get(packed, max_bytes=1_000).body) == 1_000


@pytest.mark.parametrize(
    "script",
    [
        OK + b"Content-Length: 100\r\n\r\nonly this",
        OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nonly this",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 1_000)[:-9],
        OK + b"Content-Encoding: gzip\r\n\r\nnot gzip",
        OK + b"Content-Encoding: br\r\n\r\nx",
        OK + b"Content-Encoding: gzip, gzip\r\n\r\nx",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
        b"HTTP/1.1 -1 OK\r\n\r\n",
    ],
)
def test_what_cannot_be_understood_fails(script: bytes) -> None:
    assert failure(script) == "broken"


@pytest.mark.parametrize("head", [b"", OK, OK + b"\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(head: bytes) -> None:
    began = time.monotonic()
    assert failure(drip(head), timeout=0.3) == "slow"
    assert time.monotonic() - began < 3


def test_the_deadline_counts_all_hops_together() -> None:
    def late(sock: socket.socket, _request: str) -> None:
        threading.Event().wait(0.15)
        sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n")

    assert failure(late, late, late, late, late, timeout=0.35, max_hops=9) == "slow"


def test_a_resolver_that_hangs_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    hang = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: hang.wait(30) and [])

    with pytest.raises(Failed) as caught:
        fetch("http://site.example/", timeout=0.1)
    hang.set()
    assert caught.value.code == "slow"


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Failed) as caught:
        fetch("http://site.example/")
    assert caught.value.code == "dns"


def test_the_type_must_be_one_that_was_asked_for() -> None:
    assert failure(body(b"x"), accept=["image/png"]) == "type"
    assert failure(b"HTTP/1.1 200 OK\r\n\r\nx", accept=["image/png"]) == "type"
    assert get(body(b"x"), accept=["image/png", "text/html"]).body == b"x"


def test_reasons_are_in_the_language_of_the_reader() -> None:
    with pytest.raises(Blocked) as caught:
        fetch("http://127.0.0.1/")
    assert "public internet" in caught.value.reason
    with translation.override("zh-hans"):
        assert caught.value.reason
