"""The load tool refuses quick wrong answers."""

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from activity.live.wire import encoded
from tests.benchmarks import fanout
from tests.benchmarks.load import Ask, Client, Lines, WrongAnswer, measure, open_loop, share
from tests.benchmarks.report import exponent, write_page
from tests.benchmarks.results import Result, Run, read
from tests.benchmarks.stacks import Production

PAGES = {
    "/rows": (200, b"row row row canary"),
    "/good": (200, b"a page with its canary"),
    "/empty": (200, b""),
    "/gone": (404, b"canary"),
}


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, body = PAGES[self.path]
        body = gzip.compress(body)
        self.send_response(status)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def client() -> Iterator[Client]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    client = Client("127.0.0.1", server.server_address[1])
    yield client
    client.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_right_answer_is_measured(client: Client) -> None:
    figures = measure(client, "good", [Ask("/good", "canary")], rounds=5)
    assert figures.count == 5
    assert 0 < figures.p50_ms <= figures.p95_ms
    assert figures.body_bytes == len(gzip.compress(PAGES["/good"][1]))


@pytest.mark.parametrize(
    "ask",
    [
        Ask("/empty", "canary"),
        Ask("/gone", "canary"),
        Ask("/good", "canary", never="page"),
        Ask("/good", "canary", also=("page", "second canary")),
        Ask("/good", "canary", nor=("nothing", "its")),
        Ask("/rows", "canary", counts=(("row", 4),)),
        Ask("/rows", "canary", counts=(("canary", 1), ("row", 2))),
    ],
)
def test_a_wrong_answer_stops_the_run(client: Client, ask: Ask) -> None:
    with pytest.raises(WrongAnswer):
        client.get(ask)
    with pytest.raises(WrongAnswer):
        measure(client, "wrong", [Ask("/good", "canary"), ask], rounds=1, warm=False)


def test_right_counts_are_measured(client: Client) -> None:
    ask = Ask("/rows", "canary", also=("row",), nor=("Nobody",), counts=(("row", 3),))
    assert measure(client, "rows", [ask], rounds=2).count == 2


def test_one_wrong_answer_among_many_at_once_stops_the_run() -> None:
    def send(number: int) -> None:
        if number == 7:
            raise WrongAnswer("the seventh")

    with pytest.raises(WrongAnswer, match="the seventh"):
        open_loop(send, rate=1000, seconds=0.02, clients=4)


def test_waiting_counts_when_requests_come_at_a_fixed_rate() -> None:
    busy = threading.Lock()

    def send(number: int) -> None:
        with busy:
            threading.Event().wait(0.02)

    times, rate = open_loop(send, rate=500, seconds=0.02, clients=10)
    assert len(times) == 10
    assert share(times, 0.95) > 100, "the last of ten waited for nine others"
    assert rate < 50


@pytest.mark.parametrize("missing", [["DATABASE_URL"], ["DATABASE_URL", "REDIS_URL"]])
def test_what_production_lacks_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: list[str]
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "somewhere://here")
    for name in missing:
        monkeypatch.delenv(name)
    with pytest.raises(SystemExit, match=f"--production needs {' and '.join(missing)}: run"):
        Production(tmp_path / "var", "bench_1")
    assert not (tmp_path / "var").exists()


def test_a_request_goes_to_the_process_with_the_fewest_under_way() -> None:
    lines = Lines((1, 2, 3))
    with lines.line() as first, lines.line() as second, lines.line() as third:
        assert {first.port, second.port, third.port} == {1, 2, 3}
        with lines.line() as fourth, lines.line() as fifth:
            assert fourth.port != fifth.port
    with pytest.raises(WrongAnswer), lines.line() as kept:
        raise WrongAnswer
    with lines.line() as one, lines.line() as two, lines.line() as three:
        assert {one.port, two.port, three.port} == {1, 2, 3}, "one that failed is under way no more"
        assert kept in (one, two, three), "connections stay"


def test_a_missed_target_is_said_and_a_kept_run_reads_as_it_was(tmp_path: Path) -> None:
    page, met = Result("home, guest: statements", 7, "", 5), Result("replies", 151, "/s", 150, most=False)
    assert (page.met, met.met, Result("memory", 1, "MB").met) == (False, True, None)
    assert page.line().endswith("MISSED")
    assert met.line().endswith("met")
    run = Run("embedded", 10_000, [page, met], {"filling": "made"})
    run.write(tmp_path / "S.json")
    kept = read(tmp_path / "S.json")
    assert (kept.results, kept.posts, kept.stack) == (run.results, 10_000, "embedded")
    assert kept.notes["machine"]["cores"] > 0


def test_the_page_is_made_of_kept_figures_alone(tmp_path: Path) -> None:
    what = "thread, page 1, signed in: CPU of all processes"
    runs = [
        Run("production", posts, [Result(what, cost, "ms", 4)])
        for posts, cost in ((10_000, 3.0), (1_000_000, 6.0))
    ]
    for run in runs:
        run.write(tmp_path / f"{run.posts}.json")
    (tmp_path / "notes.toml").write_text('"thread, page 1" = "It is the weather."\n')
    write_page(tmp_path, tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text()
    slope = exponent(*runs, what)
    assert slope is not None
    assert 0.15 < slope < 0.151
    assert f"| 3.00 ms | 6.00 ms | {slope:.3f} | ≤ 0.05 | **missed** |" in text
    assert "It is the weather." in text
    assert "1,000,000 posts: " + what + " is 6 ms, 1.50 times the target of 4 ms." in text


def test_a_frame_came_when_it_came_whatever_came_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keepalive ping long after a reply, and a reply in two pieces."""
    moments = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    monkeypatch.setattr(fanout, "time", SimpleNamespace(time=lambda: next(moments)))

    async def listen() -> fanout.Ear:
        ear = fanout.Ear("localhost", "thread:1", 0)
        ear.connection_made(Mock())
        one, two = (encoded(json.dumps({"k": "reply", "s": step})) for step in (1, 2))
        pieces = [encoded(json.dumps({"k": "joined"})), one, two[:9], two[9:], b"\x89\x01x"]
        for piece in (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", *pieces):
            ear.data_received(piece)
        return ear

    assert asyncio.run(listen()).heard_so_far() == [(1, 3.0), (2, 5.0)]
