"""The whole embedded site under uvicorn, in a process of its own, asked by wire."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.browser.site import ROOT, STARTUP_SECONDS, Site
from tests.core.pagecache.served import CANARY

CROWD = 1000


class Served:
    """The site's address; `do` acts inside it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://localhost:{self.port}{path}", timeout=60) as response:
                return response.status, response.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()

    def do(self, what: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.get(f"/_do/{what}")[1])
        return told


@pytest.fixture
def served(tmp_path: Path, lay_database: Callable[[Path], bool]) -> Iterator[Served]:
    site = Site(tmp_path / "var", demo=False)
    site.var.mkdir(parents=True)
    if not lay_database(site.var):
        site.manage("migrate", "--verbosity", "0")
    command = ["-m", "uvicorn", "tests.core.pagecache.served:application", "--log-level", "warning"]
    with site.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "--host", "127.0.0.1", "--port", str(site.port), "--backlog", "2048"],
            cwd=ROOT,
            env=site.environment,
            stdout=log,
            stderr=log,
        )
    try:
        made, deadline = Served(site.port), time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                made.do("figures")
                break
            except (URLError, OSError):
                assert process.poll() is None and time.monotonic() < deadline, site.log.read_text()[-2000:]
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=20)


async def _crowd(port: int, path: str) -> list[bytes]:
    """A thousand guests, all connected before the first of them asks."""
    lines = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(CROWD)))

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer

    return await asyncio.gather(*(ask(*line) for line in lines))


def test_guests_read_copies_and_every_change_at_once(served: Served) -> None:
    told = served.do("seed")
    path = told["path"]
    first, second = served.get(path), served.get(path)
    assert first == second and first[0] == 200 and CANARY in first[1]
    figures = served.do("figures")
    assert (figures["hits"], figures["rebuilds"]) == (1, 1)

    served.do("edit")  # a hard change: nobody may read the copy
    answers = asyncio.run(_crowd(served.port, path))
    assert all(
        answer.startswith(b"HTTP/1.1 200 ") and f"Other words {CANARY}".encode() in answer
        for answer in answers
    )
    after = served.do("figures")
    assert after["rebuilds"] - figures["rebuilds"] == 1, "a thousand guests at once make the page once"
    assert after["hits"] - figures["hits"] == CROWD - 1

    served.do("reply")
    assert "A reply nobody saw before" in served.get(path)[1]
    assert served.get(told["board"])[0] == 200
    served.do("private")
    for gone in (path, told["board"], f"/threads/{told['thread']}/feed/"):
        assert served.get(gone)[0] == 404
