"""How soon a guest can vote on a slow phone, and how soon others see it: `python -m tests.benchmarks.tapping`.

Serves a demo site of its own (embedded). The phone is Chromium with a processor slowed four times, on a line of
1.6 Mbit/s and 150 ms: the home page, with nothing of the site kept, until the answers of today's poll are drawn and can
be tapped; and from the tap until the result stands there. Then guests vote at a fixed rate while one page listens: a
vote's lag is the time from its answer until a frame that counts it. Everybody must be counted in the last frame, and
versions only grow, at most two frames a second: otherwise there are no figures. Times are on the wall of a shared
machine.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import secrets
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from tests.benchmarks.composing import PHONE, slowed
from tests.benchmarks.fanout import Ear
from tests.benchmarks.load import WrongAnswer, open_loop
from tests.benchmarks.results import Result, Run
from tests.browser.site import Site, serving
from tests.browser.visitor import ARGUMENTS, Visitor, chromium

ROUNDS = 5
RATE, SECONDS = 20, 10
USABLE, LAG = 3000, 1000  # ms
TAP = "[data-poll-form] button[name=choice]"
WATCH = """(() => {
  const look = () => {
    const tap = document.querySelector("[data-poll-form] button[name=choice]");
    if (!tap || !tap.getBoundingClientRect().height) return requestAnimationFrame(look);
    requestAnimationFrame(() => { window.canTap = performance.now(); });
  };
  look();
})()"""
TOLD = "() => document.querySelector('[data-poll] [data-mine]')"


def on_a_phone(site: Site) -> list[Result]:
    usable, told = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for _ in range(ROUNDS):
            visitor = Visitor(browser, site.address, width="phone")
            visitor.context.add_init_script(WATCH)
            slowed(visitor, PHONE)
            visitor.page.goto("/", wait_until="commit")
            visitor.page.wait_for_function("() => window.canTap")
            usable.append(visitor.page.evaluate("() => window.canTap"))
            visitor.page.wait_for_load_state()
            began = time.perf_counter()
            visitor.page.locator(TAP).first.tap()
            visitor.page.wait_for_function(TOLD)
            told.append(1000 * (time.perf_counter() - began))
            visitor.close()
        browser.close()
    return [
        Result("home page on a slow phone, nothing kept: a guest can vote", median(usable), "ms", USABLE),
        Result("the same, slowest round", max(usable), "ms", USABLE),
        Result("from the tap to the result on a slow phone", median(told), "ms"),
    ]


class Guests:
    """Guests who vote in today's poll, each once; `answers` is when each was answered, by the clock on the wall."""

    def __init__(self, site: Site) -> None:
        self._site = site
        line = HTTPConnection("127.0.0.1", site.port)
        line.request("GET", "/", headers={"Host": f"localhost:{site.port}", "Accept-Language": "en"})
        found = re.search(r'action="/polls/(\d+)/vote/"', line.getresponse().read().decode())
        if found is None:
            raise WrongAnswer("no poll on the home page")
        self.poll = int(found[1])
        self.answers: list[float] = []

    def vote(self, number: int) -> str:
        fields = {"choice": str(1 + number % 2), "seed": secrets.token_hex(16), "style": "home"}
        headers = {
            "Host": f"localhost:{self._site.port}",
            "Origin": self._site.address,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "Accept-Language": "en",
        }
        line = HTTPConnection("127.0.0.1", self._site.port, timeout=60)
        line.request("POST", f"/polls/{self.poll}/vote/", body=urlencode(fields), headers=headers)
        answer = line.getresponse()
        body = answer.read().decode()
        if answer.status != 200 or "Your vote:" not in body:
            raise WrongAnswer(f"a vote was answered with {answer.status}: {body[-400:]}")
        self.answers.append(time.time())
        line.close()
        return body


async def lags(site: Site) -> list[Result]:
    guests, loop = Guests(site), asyncio.get_running_loop()
    body = await asyncio.to_thread(guests.vote, 0)
    topic, version = (re.search(rf'data-{name}="([^"]+)"', body) for name in ("topic", "version"))
    if topic is None or version is None:
        raise WrongAnswer("the result names no topic")
    base = int(version[1])
    host = f"localhost:{site.port}"
    _transport, ear = await loop.create_connection(lambda: Ear(host, topic[1], base), "127.0.0.1", site.port)
    await asyncio.wait_for(ear.joined, 30)
    guests.answers.clear()
    await asyncio.to_thread(open_loop, lambda n: void(guests.vote(n)), rate=RATE, seconds=SECONDS, clients=8)
    await asyncio.sleep(3 * LAG / 1000)
    heard = ear.heard_so_far()
    steps = [step for step, _at in heard]
    if steps != sorted(set(steps)) or not steps or steps[-1] != base + len(guests.answers):
        raise WrongAnswer(f"{len(guests.answers)} votes after {base}, heard {steps}")
    if len(heard) > 2 * (heard[-1][1] - heard[0][1]) + 2:
        raise WrongAnswer(f"{len(heard)} frames in {heard[-1][1] - heard[0][1]:.1f} s")
    found = []
    for number, answered in enumerate(sorted(guests.answers), base + 1):
        seen = next(at for step, at in heard if step >= number)
        found.append(1000 * max(0.0, seen - answered))
    return [
        Result(f"a vote at {RATE}/s until another page counts it: median", median(found), "ms"),
        Result(f"a vote at {RATE}/s until another page counts it: most", max(found), "ms", LAG),
        Result("votes missing on the other page", 0, "", 0),  # otherwise there were no figures
    ]


def void(_answer: object) -> None:
    """The time is what counts."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    kept = Run("a guest's vote, embedded")
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.manage("migrate", "--verbosity", "0")  # the start waits for no more than the demo
        with serving(site):
            kept.add(*asyncio.run(lags(site)))
            if chromium():
                kept.add(*on_a_phone(site))
    if wanted.json:
        kept.write(wanted.json)


if __name__ == "__main__":
    main()
