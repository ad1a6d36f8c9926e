"""WSGI under ASGI: what goes in comes out, on a bounded set of threads."""

import asyncio
import contextvars
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from community.core.bridge import PIECE, WSGIBridge, environment

seen: dict[str, Any] = {}
spot: contextvars.ContextVar[str] = contextvars.ContextVar("spot", default="clean")


def echo(request: HttpRequest, rest: str = "") -> HttpResponse:
    seen.update(
        path=request.path,
        query=request.GET.dict(),
        method=request.method,
        body=request.body,
        meta=request.META,
        cookies=request.COOKIES,
        secure=request.is_secure(),
        spot=spot.get(),
        thread=threading.current_thread().name,
    )
    spot.set("dirty")
    response = HttpResponse("好", headers={"X-Thing": "a"})
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


def pieces(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a" * 10, b"", b"b" * (PIECE + 5)]))


def failing(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [
    path("pieces", pieces),
    path("failing", failing),
    path("empty", empty),
    path("", echo),
    path("<path:rest>", echo),
]


@pytest.fixture
def bridge() -> Iterator[WSGIBridge]:
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["*"]):
        bridge = WSGIBridge(WSGIHandler(), threads=2, longest_body=1000)
        yield bridge
        bridge.close()


def scope(path: str = "/", **changes: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("203.0.113.9", 5000),
        "server": ("127.0.0.1", 8000),
    } | changes


async def talk(
    bridge: WSGIBridge, asked: dict[str, Any], *body: bytes, gone: bool = False
) -> list[dict[str, Any]]:
    parts = [
        {"type": "http.request", "body": part, "more_body": number < len(body) - 1}
        for number, part in enumerate(body or (b"",))
    ]
    messages: list[dict[str, Any]] = [{"type": "http.disconnect"}] if gone else parts
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await bridge(asked, receive, send)
    return sent


def ask(bridge: WSGIBridge, asked: dict[str, Any], *body: bytes, gone: bool = False) -> list[dict[str, Any]]:
    return asyncio.run(talk(bridge, asked, *body, gone=gone))


def test_a_page_arrives_whole_with_its_headers(bridge: WSGIBridge) -> None:
    start, rest = ask(bridge, scope())
    assert start["status"] == 200
    headers = start["headers"]
    assert (b"x-thing", b"a") in headers
    assert [value.split(b";")[0] for name, value in headers if name == b"set-cookie"] == [b"one=1", b"two=2"]
    assert (rest["body"].decode(), rest["more_body"]) == ("好", False)


def test_path_query_and_body_arrive_as_they_were_sent(bridge: WSGIBridge) -> None:
    asked = scope(
        "/版块/a b",
        raw_path=b"/%E7%89%88%E5%9D%97/a%20b",
        query_string=b"q=%E5%8F%91&n=1",
        method="POST",
        headers=[(b"host", b"testserver"), (b"content-type", b"text/plain"), (b"content-length", b"999")],
    )
    ask(bridge, asked, b"first ", b"second")
    assert seen["path"] == "/版块/a b"
    assert seen["query"] == {"q": "发", "n": "1"}
    assert (seen["method"], seen["body"]) == ("POST", b"first second")
    assert (seen["meta"]["CONTENT_LENGTH"], seen["meta"]["CONTENT_TYPE"]) == ("12", "text/plain")
    assert seen["meta"]["REMOTE_ADDR"] == "203.0.113.9"


def test_a_path_without_its_raw_form_is_read_too(bridge: WSGIBridge) -> None:
    ask(bridge, scope("/版块", raw_path=None))
    assert seen["path"] == "/版块"


def test_headers_sent_twice_are_joined_and_look_alikes_dropped(bridge: WSGIBridge) -> None:
    headers = [
        (b"host", b"testserver"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"x-forwarded-for", b"198.51.100.1"),
        (b"x_forwarded_for", b"127.0.0.1"),
        (b"X_Forwarded-For", b"127.0.0.1"),
    ]
    ask(bridge, scope(headers=headers, scheme="https"))
    assert seen["cookies"] == {"a": "1", "b": "2"}
    assert seen["meta"]["HTTP_ACCEPT"] == "text/html,*/*"
    assert seen["meta"]["HTTP_X_FORWARDED_FOR"] == "198.51.100.1"
    assert seen["secure"]


def test_a_long_answer_comes_in_pieces(bridge: WSGIBridge) -> None:
    start, *rest = ask(bridge, scope("/pieces"))
    assert start["status"] == 200
    assert b"".join(message["body"] for message in rest) == b"a" * 10 + b"b" * (PIECE + 5)
    assert max(len(message["body"]) for message in rest) <= PIECE
    assert [message["more_body"] for message in rest] == [True] * (len(rest) - 1) + [False]


def test_an_empty_answer_is_an_answer(bridge: WSGIBridge) -> None:
    start, rest = ask(bridge, scope("/empty"))
    assert (start["status"], rest["body"]) == (204, b"")


def test_a_failing_view_is_a_500_not_a_dropped_connection(bridge: WSGIBridge) -> None:
    assert ask(bridge, scope("/failing"))[0]["status"] == 500


def test_too_long_a_body_is_refused_before_any_view_runs_and_told_the_limit() -> None:
    seen.clear()
    with override_settings(
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["community.core.middleware.SaneInputMiddleware"],
        ALLOWED_HOSTS=["*"],
    ):
        bridge = WSGIBridge(WSGIHandler(), threads=1, longest_body=1024)
        asked = scope(method="POST", headers=[(b"host", b"testserver"), (b"accept", b"application/json")])
        start, rest = ask(bridge, asked, b"x" * 600, b"x" * 600)
        bridge.close()
    assert start["status"] == 413 and (b"connection", b"close") in start["headers"]
    told = json.loads(rest["body"])["error"]["reason"]
    assert "more than 1.0\xa0KB" in told
    assert seen == {}


def test_a_caller_who_left_costs_nothing(bridge: WSGIBridge) -> None:
    seen.clear()
    assert ask(bridge, scope(method="POST"), gone=True) == []
    assert seen == {}


def test_only_http_is_spoken(bridge: WSGIBridge) -> None:
    with pytest.raises(ValueError, match="websocket"):
        ask(bridge, scope(type="websocket"))


def test_nothing_of_one_request_is_there_in_the_next(bridge: WSGIBridge) -> None:
    threads = set()
    for _ in range(6):
        ask(bridge, scope())
        threads.add(seen["thread"])
        assert seen["spot"] == "clean"
    assert 1 <= len(threads) <= 2


def test_no_more_than_its_threads_work_at_once() -> None:
    working, most, lock, enough = 0, 0, threading.Lock(), threading.Event()

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
            if working == 2:
                enough.set()
        assert enough.wait(10)
        start("200 OK", [])
        with lock:
            working -= 1
        return [b"ok"]

    bridge = WSGIBridge(application, threads=2)

    async def rush() -> list[list[dict[str, Any]]]:
        return await asyncio.gather(*(talk(bridge, scope()) for _ in range(8)))

    answers = asyncio.run(rush())
    bridge.close()
    assert most == 2
    assert all(answer[0]["status"] == 200 for answer in answers)


def test_an_application_that_never_begins_is_an_error() -> None:
    bridge = WSGIBridge(lambda environ, start: [b"body"], threads=1)
    with pytest.raises(RuntimeError, match="before it said how"):
        ask(bridge, scope())
    bridge.close()


def test_an_answer_that_began_cannot_begin_again() -> None:
    def application(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"half"
        try:
            raise ZeroDivisionError
        except ZeroDivisionError as error:
            start("500 No", [], (ZeroDivisionError, error, error.__traceback__))

    bridge = WSGIBridge(application, threads=1)
    with pytest.raises(ZeroDivisionError):
        ask(bridge, scope())
    bridge.close()


def test_a_caller_without_an_address_is_no_failure() -> None:
    environ = environment(scope(client=None, server=None), None, 0)  # type: ignore[arg-type]
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"]) == ("", "localhost")
