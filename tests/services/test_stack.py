"""The production topology: it comes up, serves through Caddy, lets people in, and loses nothing when a process dies."""

from __future__ import annotations

import os
import re
import threading
from http.client import HTTPSConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import Request

import pytest

from tests.services.stack import Stack, Visitor, stack

pytestmark = pytest.mark.stack
PATIENCE = 60.0


def test_pages_files_and_refusals_through_the_proxy(site: Stack) -> None:
    visitor = Visitor(site)
    status, page = visitor.open("/boards/brew/")
    assert status == 200 and "What is brewed in barrel 3?" in page
    (style,) = re.findall(r'href="(/static/dist/app\.[0-9a-f]{12}\.css[^"]*)"', page) or [""]
    with visitor.opener.open(Request(site.url + style, headers={"Accept-Encoding": "br"})) as answer:
        assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in answer.headers
    assert visitor.open("/metrics")[0] == 404, "figures are not for the public"
    sending = HTTPSConnection("localhost", urlsplit(site.url).port, context=site.tls, timeout=30)
    sending.request("POST", "/account/login/", headers={"Content-Length": str(21 * 2**20)})
    assert sending.getresponse().status == 413, "refused before it is sent"


def test_uploads_are_pictures_or_downloads_and_run_nothing(site: Stack) -> None:
    folder = Path(site.told["CONVOY_MEDIA"])
    (folder / "page.html").write_text("<script>alert(1)</script>")
    (folder / ".hidden").write_text("x")
    visitor = Visitor(site)
    with visitor.opener.open(site.url + "/media/page.html") as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.open("/media/.hidden")[0] == 404
    assert visitor.open("/media/../secret_key")[0] in (400, 404)


def test_a_caller_cannot_say_who_or_how_they_are(site: Stack) -> None:
    """An honest answer for each: what the caller claims neither opens figures nor moves the site elsewhere."""
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X_Forwarded_For", "X-Forwarded-Proto"):
        status, page = Visitor(site).open("/account/login/", **{header: "127.0.0.1"})
        assert status == 200, header
    status, page = Visitor(site).open(
        "/latest/", **{"SCRIPT_NAME": "/evil", "X-Forwarded-Host": "evil.example"}
    )
    assert status == 200 and "evil" not in page


def test_somebody_signs_up_and_is_known_to_every_process(site: Stack, member: Visitor) -> None:
    cookies = {cookie.name: cookie for cookie in member.jar}
    session = cookies["__Host-session"]
    assert session.secure and session.path == "/" and not session.domain_specified
    for _ in range(6):  # both processes are asked in turn
        status, _ = member.open("/account/settings/")
        assert status == 200
    _, told = site.inside("web1", "/metrics"), site.inside("web2", "/metrics").read().decode()
    assert 'convoy_requests_total{route="members:settings",status="200"}' in told


def test_each_process_of_pages_answers_for_both(site: Stack) -> None:
    def seen(name: str) -> float:
        text = site.inside(name, "/metrics").read().decode()
        (line,) = [
            line
            for line in text.splitlines()
            if line.startswith('convoy_requests_total{route="search:search"')
        ]
        return float(line.rpartition(" ")[2])

    for name in ("web1", "web2"):
        assert site.inside(name, "/healthz").status == 200
    visitor = Visitor(site)
    for _ in range(4):  # a page that no copy answers
        assert visitor.open("/search/?q=brew")[0] == 200
    before = seen("web1")
    assert before >= 4
    assert seen("web2") == before


def test_a_killed_web_process_loses_nothing(site: Stack, member: Visitor) -> None:
    status, page = member.open("/boards/brew/")
    assert status == 200
    path = re.findall(r'href="(/threads/(\d+)/[^"/?#]+/)', page)[0]
    reply, marks = f"/threads/{path[1]}/reply/", [f"barrel-{os.getpid()}-{n}" for n in range(8)]
    readings: list[int] = []
    is_over = threading.Event()

    def read() -> None:
        reader = Visitor(site)
        while not is_over.is_set():
            readings.append(reader.open("/latest/")[0])

    reading = threading.Thread(target=read)
    reading.start()
    try:
        for number, mark in enumerate(marks):
            if number == 3:
                stack("kill", "web1")
                assert not site.is_up("web1")
            until = monotonic() + PATIENCE
            form = member.fill(reply, body=f"Words of {mark}.")
            answer = member.open(reply, form)
            while answer[0] != 200:  # as a browser does: once more, with the same key
                assert monotonic() < until, answer
                answer = member.open(reply, form)
    finally:
        is_over.set()
        reading.join()
    assert set(readings) == {200}, "readers noticed"
    seen = [member.open(f"{path[0]}?page={number}")[1] for number in range(1, 9)]  # past the last is the last
    pages = {tuple(re.findall(r'id="post-(\d+)"', page)): page for page in seen}
    said = re.findall(r"Words of ([\w-]+)\.</p>", "".join(pages.values()))
    assert [said.count(mark) for mark in marks] == [1] * len(marks)


def test_sockets_reach_the_live_processes_from_our_own_pages_only(site: Stack) -> None:
    def greeted(origin: str) -> int:
        asking = HTTPSConnection("localhost", urlsplit(site.url).port, context=site.tls, timeout=30)
        wishes = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin": origin,
        }
        asking.request("GET", "/ws/", headers=wishes)
        return asking.getresponse().status

    assert greeted(site.url) == 101
    assert greeted("https://evil.example") == 403
    stack("kill", "live1")
    assert [greeted(site.url) for _ in range(3)] == [101, 101, 101], "the other one takes them"
    assert site.is_up("live2")


def test_with_every_process_of_pages_gone_the_proxy_says_so_calmly(site: Stack) -> None:
    stack("kill", "web1", "web2")  # web1 lies dead already, unless this test runs alone
    status, page = Visitor(site).open("/latest/")
    assert status in (502, 503) and "Back in a moment" in page and "马上回来" in page
    stack("start", "web1", "web2")
    status, page = Visitor(site).open("/latest/")
    assert status == 200


def test_the_worker_stops_gently_and_says_goodbye(site: Stack) -> None:
    log = Path(site.told["CONVOY_VAR"]) / "stack" / "worker1.log"
    assert "worker_stopped" not in log.read_text()
    stack("stop", "worker1")
    assert "worker_stopped" in log.read_text()
    told = site.inside("web1", "/readyz").read().decode()
    assert "the last one said goodbye" in told, "the site runs on, and says that nobody works"
