"""Open pages without a browser: each listens to a thread, comes back when it is cut off, and keeps what it heard.

They come back when the site's own script would: `pauses` asks `static/js/line.js` itself.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.faults.answering import ROOT
from tests.support.required import need

ORIGIN = "https://localhost"
TRIES = 8
_PAUSES = """
import { pause } from "./static/js/line.js";
const [pages, tries] = process.argv.slice(1).map(Number);
const row = () => Array.from({ length: tries }, (_, n) => pause(n + 1));
console.log(JSON.stringify(Array.from({ length: pages }, row)));
"""


def pauses(pages: int) -> list[list[float]]:
    """For each page the seconds before its first, second … new attempt, by the dice of the page's script."""
    node = shutil.which("node")
    need("front", node, "node is not installed")
    command = [str(node), "--input-type=module", "-e", _PAUSES, "--", str(pages), str(TRIES)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [[pause / 1000 for pause in row] for row in json.loads(told)]


class Listener:
    """One page. `log` is what it applied: (step, kind, post), a step that it knows already left out as the script does.

    A forgetful one asks for what comes from now on, whenever it comes back: what was said meanwhile it never hears.
    """

    def __init__(
        self, thread: int, ports: list[int], waits: list[float], *, after: int = 0, is_forgetful: bool = False
    ) -> None:
        self.topic, self.ports, self.waits = f"thread:{thread}", ports, waits
        self.thread, self.is_forgetful = thread, is_forgetful
        self.sequence = self.began = after
        self.log: list[tuple[int, str, int]] = []
        self.joined: list[float] = []
        self.attempts: list[float] = []
        self.reloads = 0
        self.is_here = False

    async def listen(self) -> None:
        """Until cancelled."""
        tries, visit = 0, 0
        while True:
            self.attempts.append(time.monotonic())
            port = self.ports[visit % len(self.ports)]
            visit += 1
            try:
                async with connect(
                    f"ws://127.0.0.1:{port}/ws/", origin=ORIGIN, compression=None, open_timeout=20, close_timeout=1
                ) as socket:  # fmt: skip
                    after = 10**12 if self.is_forgetful and self.joined else self.sequence
                    await socket.send(json.dumps({"do": "join", "t": self.topic, "s": after, "l": "en"}))
                    async for raw in socket:
                        if self.hear(json.loads(raw)):
                            tries = 0
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.is_here = False
            tries += 1
            await asyncio.sleep(self.waits[min(tries, len(self.waits)) - 1])

    def hear(self, frame: dict[str, Any]) -> bool:
        """Apply a frame; whether it said that the page is seated."""
        if frame["k"] == "joined":
            self.is_here = True
            self.joined.append(time.monotonic())
            return True
        if frame["k"] == "reload":
            self.reloads += 1
        elif frame["k"] != "presence" and frame["s"] > self.sequence:
            self.log.append((frame["s"], frame["k"], (frame.get("p") or {}).get("id") or 0))
            self.sequence = frame["s"]
        return False


class Listeners:
    """Many of them, on a loop of their own beside the test."""

    def __init__(self, pages: Iterable[Listener]) -> None:
        self.pages = list(pages)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> Listeners:
        self.thread.start()
        for page in self.pages:
            asyncio.run_coroutine_threadsafe(page.listen(), self.loop)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def are_here(self) -> bool:
        return all(page.is_here for page in self.pages)

    def have_heard(self, sequences: dict[int, int]) -> bool:
        """Whether each page that remembers has come to where its thread is. A forgetful one that came back after the last
        reply never does."""
        faithful = (page for page in self.pages if not page.is_forgetful)
        return all(page.sequence >= sequences[page.thread] for page in faithful)
