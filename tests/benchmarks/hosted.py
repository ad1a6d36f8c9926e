"""How soon a question is on the last screen: `python -m tests.benchmarks.hosted --players 1000 --rounds 5`.

Serves a site of its own (embedded, empty), lets that many guests into a run and opens a socket for each of them from
this process. The host asks, some answer, the host closes, as the pages do it. Counted from the moment the question's row
was written inside the step's transaction, so a little longer than from its commit. Every frame of every socket is
looked at: each step once and in order, counts never backwards, at most two frames of counts a second, the same bytes
for everybody, and no key, score or explanation before its close: otherwise there are no figures. CPU is the server's own.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.fanout import AT_ONCE, Ear
from tests.benchmarks.load import cpu_seconds
from tests.benchmarks.results import Result, Run
from tests.browser.people import prepare
from tests.browser.site import Site, serving

STEP = 1 << 20
QUESTIONS = 12
SECRET = "only told afterwards"
COUNTS_A_SECOND = 2
LAST = 300  # ms until a question is on the last of a thousand screens


class Player(Ear):
    """One socket in the run; keeps every frame as it came, with the moment of its last byte."""

    def __init__(self, host: str, topic: str, after: int) -> None:
        super().__init__(host, topic, after)
        self.frames: list[tuple[bytes, float]] = []

    def _read(self) -> None:
        while frame := self._frame():
            if not self.joined.done() and json.loads(frame)["k"] == "joined":
                self.joined.set_result(None)
            else:
                self.frames.append((frame, self._moment()))

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._read()


class Browser:
    """Somebody without a script: forms, and a line that stays open."""

    def __init__(self, site: Site, cookie: str = "") -> None:
        self.site, self.cookie = site, cookie
        self.line = HTTPConnection("127.0.0.1", site.port, timeout=60)

    def get(self, path: str) -> str:
        self.line.request("GET", path, headers=self._headers())
        answer = self.line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("csrftoken="):
                self.cookie = "; ".join(filter(None, [self.cookie, value.split(";")[0]]))
        return answer.read().decode()

    def post(self, path: str, **fields: str) -> None:
        headers = self._headers() | {
            "Origin": self.site.address,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.line.request("POST", path, body=urlencode(fields), headers=headers)
        answer = self.line.getresponse()
        answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("ballot="):
                self.cookie = value.split(";")[0]
        if answer.status not in (200, 302):
            raise SystemExit(f"{path}: {answer.status}")

    def _headers(self) -> dict[str, str]:
        told = {"Host": f"localhost:{self.site.port}"}
        return told | ({"Cookie": self.cookie} if self.cookie else {})


class Host(Browser):
    """The host's page."""

    def __init__(self, site: Site, cookie: str, quiz: str) -> None:
        super().__init__(site, cookie)
        token = self._token(self.get(f"{quiz}runs/"))
        self.post(f"{quiz}runs/start/", csrfmiddlewaretoken=token)
        found = re.search(r"/q/([A-Z0-9]{6})/host/", self.get(f"{quiz}runs/"))
        assert found is not None
        self.code = found.group(1)
        told = self.get(f"/q/{self.code}/host/")
        self.token = self._token(told)
        topic = re.search(r'data-host="(run:[^"]+)"', told)
        assert topic is not None
        self.topic = topic.group(1)

    def press(self, to: str, step: int) -> None:
        self.post(f"/q/{self.code}/host/", csrfmiddlewaretoken=self.token, do=to, step=str(step))

    @staticmethod
    def _token(told: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', told)
        assert found is not None
        return found.group(1)


def shown_at(site: Site, code: str) -> float:
    """When the present question was written, as a moment."""
    with sqlite3.connect(site.var / "convoy.sqlite3") as rows:
        found = rows.execute("SELECT shown_at FROM quizzes_run WHERE code = ?", [code]).fetchone()
    return datetime.fromisoformat(found[0]).replace(tzinfo=UTC).timestamp()


async def listen(site: Site, topic: str, count: int) -> list[Player]:
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    host = f"localhost:{site.port}"

    async def one() -> Player:
        async with gate:
            _transport, ear = await loop.create_connection(
                lambda: Player(host, topic, STEP), "127.0.0.1", site.port
            )
            await asyncio.wait_for(ear.joined, 120)
            return ear

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def heard(players: Iterable[Player], step: int) -> None:
    """Until everybody has this step, or half a minute is over."""
    until = time.perf_counter() + 30
    waiting = list(players)
    mark = f'"step":{step},'.encode()
    while waiting and time.perf_counter() < until:
        waiting = [one for one in waiting if not any(mark in frame for frame, _at in one.frames[-8:])]
        if waiting:
            await asyncio.sleep(0.02)
    if waiting:
        raise SystemExit(f"{len(waiting)} sockets did not hear step {step}: no figures")


def checked(players: list[Player], last: int) -> int:
    """Look at every frame; how many there were. SystemExit for one that should not have been."""
    looked: dict[bytes, dict[str, Any]] = {}
    of_version: dict[int, str] = {}
    for player in players:
        steps, version, closed = [1], 0, -1
        for raw, _at in player.frames:
            frame = looked.get(raw)
            if frame is None:
                frame = looked[raw] = json.loads(raw)
            if frame["s"] <= version:
                raise SystemExit(f"a frame came again or too late: {frame['s']} after {version}")
            version = frame["s"]
            if "step" not in frame:
                continue
            if frame["step"] != steps[-1] + 1 and len(steps) > 1:
                raise SystemExit(f"step {frame['step']} after {steps[-1]}")
            steps.append(frame["step"])
            if frame["state"] == "closed":
                closed = frame["at"]
            text = raw.decode()
            if frame["at"] != closed and (SECRET in text or '"key"' in text or "is-right" in text):
                raise SystemExit(f"told too soon: {text[:200]}")
        if steps[-1] != last:
            raise SystemExit(f"a socket ended on step {steps[-1]}, not {last}")
        counts = max_counts(player)
        if counts > COUNTS_A_SECOND + 1:  # a window of a second may touch three
            raise SystemExit(f"{counts} frames of counts within a second")
    for raw, frame in looked.items():
        mark = hashlib.sha256(raw).hexdigest()
        if "step" in frame and of_version.setdefault(frame["s"], mark) != mark:
            raise SystemExit("two players were told the same version in different words")
    return sum(len(player.frames) for player in players)


def max_counts(player: Player) -> int:
    """The most frames of counts within any second, as they arrived."""
    moments = [at for raw, at in player.frames if b'"step"' not in raw]
    return max((sum(1 for other in moments if at <= other < at + 1) for at in moments), default=0)


async def run(site: Site, host: Host, guests: list[Browser], count: int, rounds: int) -> Run:
    began, cpu = time.perf_counter(), cpu_seconds(site.pid)
    players = await listen(site, host.topic, count)
    print(f"{count} sockets in {time.perf_counter() - began:.1f} s, "
          f"{(cpu_seconds(site.pid) - cpu) / count * 1e3:.2f} ms CPU each")  # fmt: skip
    step, firsts, middles, lasts, costs = 1, [], [], [], []
    for number in range(rounds):
        await asyncio.sleep(1)
        step += 1
        cpu = cpu_seconds(site.pid)
        await asyncio.to_thread(host.press, "next", step - 1)
        written = await asyncio.to_thread(shown_at, site, host.code)
        await heard(players, step)
        costs.append(cpu_seconds(site.pid) - cpu)
        mark = f'"step":{step},'.encode()
        lags = sorted((at - written) * 1e3 for one in players for raw, at in one.frames if mark in raw)
        firsts.append(lags[0])
        middles.append(median(lags))
        lasts.append(lags[-1])
        for guest in guests:
            await asyncio.to_thread(guest.post, f"/q/{host.code}/answer/", place=str(number), pick="0")
        step += 1
        await asyncio.to_thread(host.press, "close", step - 1)
        await heard(players, step)
    frames = checked(players, step)
    kept = Run(f"hosted quiz: {count:,} players on one process")
    kept.add(
        Result("question on the first screen", median(firsts), "ms"),
        Result("question on the middle screen", median(middles), "ms"),
        Result("question on the last screen", median(lasts), "ms", LAST if count <= 1000 else None),
        Result("question on the last screen, slowest round", max(lasts), "ms"),
        Result("a question and its frames: CPU", median(costs) * 1e3, "ms"),
        Result("frames looked at", frames, ""),
    )
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--guests", type=int, default=30, help="how many of them answer each question")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    rounds = min(wanted.rounds, QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), demo=False)
        site.manage("migrate", "--verbosity", "0")
        stage = prepare(site, "stage")
        quiz = site.run("-m", "tests.benchmarks.hosted_quiz", str(rounds), SECRET).strip().splitlines()[-1]
        cookie = f"{stage.cookie}={stage.people['admin'].session}"
        with serving(site):
            host = Host(site, cookie, quiz)
            guests = [Browser(site) for _ in range(wanted.guests)]
            for number, guest in enumerate(guests):
                guest.post(f"/q/{host.code}/enter/", name=f"Table {number}")
            kept = asyncio.run(run(site, host, guests, wanted.players, rounds))
    if wanted.json:
        kept.write(wanted.json)


if __name__ == "__main__":
    main()
