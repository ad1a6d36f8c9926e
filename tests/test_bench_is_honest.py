"""The load tool refuses quick wrong answers."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.benchmarks.load import Ask, Client, WrongAnswer, measure

PAGES = {"/good": (200, b"a page with its canary"), "/empty": (200, b""), "/gone": (404, b"canary")}


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
    "ask", [Ask("/empty", "canary"), Ask("/gone", "canary"), Ask("/good", "canary", never="page")]
)
def test_a_wrong_answer_stops_the_run(client: Client, ask: Ask) -> None:
    with pytest.raises(WrongAnswer):
        client.get(ask)
