"""How soon a reply is on every open page: `python -m tests.benchmarks.fanout --sockets 1000 --rounds 5`.

Serves a site of its own (embedded, empty), opens that many sockets to one thread from this process, posts replies
through the reply form and notes when each socket has the frame. Counted from the moment the event was written inside
the reply's transaction, so a little longer than from its commit. Every socket must have every step once and in order:
otherwise there are no figures. CPU is the server's own, reading the sockets is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import struct
import tempfile
import time
from collections import deque
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.benchmarks.load import cpu_seconds, resident_mb
from tests.benchmarks.results import Result, Run
from tests.browser.people import prepare
from tests.browser.site import Site, serving

AT_ONCE = 100
FIRST = 100  # sockets that open before memory is looked at: what the process takes once is none of theirs
TARGETS = {1000: 60, 5000: 200}  # sockets → ms until the last has it


class Ear(asyncio.Protocol):
    """One socket: upgrades, joins, and keeps (step, moment) of each frame."""

    def __init__(self, host: str, topic: str, after: int) -> None:
        self.hello = (
            f"GET /ws/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self.wish = json.dumps({"do": "join", "t": topic, "s": after, "l": "en"}).encode()
        self.heard: list[tuple[int, float]] = []
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._raw = bytearray()
        self._is_open = False
        self._moments: deque[tuple[int, float]] = deque()  # bytes that had come, and when
        self._gone = 0  # bytes that were read

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.hello)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self._raw += data
        if not self._is_open:
            head, sep, rest = bytes(self._raw).partition(b"\r\n\r\n")
            if not sep:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise SystemExit(f"refused: {head[:80]!r}")
            self._is_open, self._raw = True, bytearray(rest)
            # Masked with zeros: a client must mask, and nobody here is fooled by it.
            self.transport.write(struct.pack("!BB", 0x81, 0x80 | len(self.wish)) + bytes(4) + self.wish)
        self._moments.append((self._gone + len(self._raw), now))
        if not self.joined.done():
            self._read()  # later frames are read later: the others' moments must not wait for it

    def heard_so_far(self) -> list[tuple[int, float]]:
        """(step, moment) of every frame, in order. A frame's moment is that of its last byte, whatever came after it."""
        self._read()
        return self.heard

    def _read(self) -> None:
        while frame := self._frame():
            told = json.loads(frame)
            if told["k"] == "joined":
                self.joined.set_result(None)
            else:
                self.heard.append((told["s"], self._moment()))

    def _moment(self) -> float:
        """When the last byte that was read had come."""
        while self._moments[0][0] < self._gone:
            self._moments.popleft()
        return self._moments[0][1]

    def _frame(self) -> bytes | None:
        raw = self._raw
        if len(raw) < 2:
            return None
        length, start = raw[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(raw[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(raw[2:10], "big"), 10
        if len(raw) < start + length:
            return None
        opcode, body = raw[0] & 0x0F, bytes(raw[start : start + length])
        del raw[: start + length]
        self._gone += start + length
        if opcode == 9:  # a ping: answer it
            self.transport.write(struct.pack("!BB", 0x8A, 0x80 | len(body)) + bytes(4) + body)
            return self._frame()
        return body


class Writer:
    """Posts replies as a browser without a script would."""

    def __init__(self, address: str, path: str, cookie: str) -> None:
        self.address, self.path, self.cookie = address, path, cookie

    def post(self, words: str) -> None:
        page = urlopen(Request(self.address + self.path, headers={"Cookie": self.cookie}), timeout=60)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        fresh = page.headers.get_all("Set-Cookie") or []
        csrf = next(part.split(";")[0] for part in fresh if part.startswith("csrftoken="))
        assert token is not None
        body = urlencode({"csrfmiddlewaretoken": token.group(1), "body": words}).encode()
        headers = {"Cookie": f"{self.cookie}; {csrf}", "Referer": self.address}
        urlopen(Request(self.address + self.path, data=body, headers=headers), timeout=60).read()


def event_moments(site: Site, thread_id: int) -> dict[int, float]:
    import sqlite3
    from datetime import UTC, datetime

    with sqlite3.connect(site.var / "convoy.sqlite3") as rows:
        found = rows.execute(
            "SELECT sequence, at FROM live_liveevent WHERE thread_id = ?", [thread_id]
        ).fetchall()
    return {step: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for step, at in found}


async def listen(site: Site, thread_id: int, after: int, count: int) -> list[Ear]:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    host = f"localhost:{site.port}"

    async def one() -> Ear:
        async with gate:
            _transport, ear = await loop.create_connection(
                lambda: Ear(host, f"thread:{thread_id}", after), "127.0.0.1", site.port
            )
            await asyncio.wait_for(ear.joined, 120)
            return ear

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def run(site: Site, writer: Writer, thread_id: int, count: int, rounds: int) -> Run:
    steps = event_moments(site, thread_id)
    after = max(steps, default=0)
    await asyncio.to_thread(writer.post, "A first one, so that everything is warm.")
    after += 1
    ears, more = await listen(site, thread_id, after, FIRST), count - FIRST
    bare = resident_mb(site.pid)
    cpu = cpu_seconds(site.pid)
    ears += await listen(site, thread_id, after, more)
    kept = Run(f"open pages: {count:,} sockets on one thread")
    kept.add(
        Result("opening a socket: CPU", (cpu_seconds(site.pid) - cpu) / more * 1e3, "ms"),
        Result("memory of a socket", (resident_mb(site.pid) - bare) / more * 1024, "KB", 25),
    )
    firsts, middles, lasts, costs = [], [], [], []
    for number in range(rounds):
        after += 1
        cpu = cpu_seconds(site.pid)
        await asyncio.to_thread(writer.post, f"Round {number}: two hundred kilometres and one stop. " * 8)
        until = time.perf_counter() + 30
        await asyncio.sleep(0.5)
        while any(len(ear.heard_so_far()) <= number for ear in ears) and time.perf_counter() < until:
            await asyncio.sleep(0.1)
        costs.append(cpu_seconds(site.pid) - cpu)
        wrong = sum(
            1 for ear in ears if [step for step, _at in ear.heard] != list(range(after - number, after + 1))
        )
        if wrong:
            raise SystemExit(
                f"{wrong} of {count} sockets did not hear every step once and in order: no figures"
            )
        written = event_moments(site, thread_id)[after]
        lags = sorted((ear.heard[number][1] - written) * 1e3 for ear in ears)
        firsts.append(lags[0])
        middles.append(median(lags))
        lasts.append(lags[-1])
        await asyncio.sleep(1)
    kept.add(
        Result("reply to the first page", median(firsts), "ms"),
        Result("reply to the middle page", median(middles), "ms"),
        Result("reply to the last page", median(lasts), "ms", TARGETS.get(count)),
        Result("reply to the last page, slowest round", max(lasts), "ms"),
        Result("a reply and its frames: CPU", median(costs) * 1e3, "ms"),
        Result("steps lost or doubled", 0, "", 0),  # otherwise there were no figures
    )
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), demo=False)
        site.manage("migrate", "--verbosity", "0")
        stage = prepare(site, "stage")
        path = stage.places["thread"]
        thread_id = int(path.split("/")[2])
        cookie = f"{stage.cookie}={stage.people['owner'].session}"
        with serving(site):
            writer = Writer(site.address, f"/threads/{thread_id}/reply/", cookie)
            kept = asyncio.run(run(site, writer, thread_id, wanted.sockets, wanted.rounds))
    if wanted.json:
        kept.write(wanted.json)


if __name__ == "__main__":
    main()
