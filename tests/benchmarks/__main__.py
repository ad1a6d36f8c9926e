"""`make bench`: what the site costs, on a community made for it, against the figures we set ourselves.

    make bench                                    # 10,000 posts on the embedded site
    make bench ARGS="--size M --production"       # 1,000,000 on the real services (deploy/services.sh env)
    make bench ARGS="--json docs/benchmarks/S-embedded.json"
    make bench ARGS="--page"                      # write docs/benchmarks.md from docs/benchmarks/*.json

Ends with an error when an answer was wrong; a missed target is printed, not an error.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import asks
from tests.benchmarks.asks import Page
from tests.benchmarks.community.plan import SIZES
from tests.benchmarks.front import measure_caddy, measure_rush
from tests.benchmarks.load import Client, measure, open_loop, share
from tests.benchmarks.replies import measure_lag, measure_replies
from tests.benchmarks.report import write_page
from tests.benchmarks.results import Result, Run, machine
from tests.benchmarks.stacks import Embedded, Production, Stack
from tests.browser.site import ROOT

CALM, CALM_TRIES = (
    0.06,
    45,
)  # seconds of processor a second the whole site may take at rest; looks of four seconds


def main() -> None:
    options = _options()
    if options.page:
        write_page()
        return
    posts = options.posts or SIZES[options.size]
    folder = options.keep or Path(tempfile.mkdtemp(prefix="convoy-bench-"))
    stack: Stack = Production(folder, f"bench_{posts}") if options.production else Embedded(folder)
    run = Run(stack.name, posts)
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("stopped"))  # and with it what was started
    print(f"{json.dumps(machine())}\n{stack.name}, {posts:,} posts in {folder}\n")
    try:
        _measure(run, stack, times=4 if options.thorough else 1)
    finally:
        stack.stop()
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        run.write(options.json)
    missed = [result for result in run.results if result.met is False]
    print(f"\n{len(run.results)} figures, {len(missed)} of them missed their target.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="S", help="S: 10,000 posts, M: 1,000,000 (S)")
    parser.add_argument("--posts", type=int, help="this many posts instead")
    parser.add_argument("--production", "--postgres", action="store_true", help="gunicorn, PostgreSQL, Redis")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the data here and use it again")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--thorough", action="store_true", help="four times as many rounds")
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.md from the kept figures")
    return parser.parse_args()


def _measure(run: Run, stack: Stack, *, times: int) -> None:
    run.add(*_sizes())
    began = time.perf_counter()
    said = stack.fill(run.posts)
    run.notes["filling"] = said.strip().splitlines()[-1]
    print(f"{said.strip().splitlines()[-1]} ({time.perf_counter() - began:.0f} s with migrations)")
    if indexed := stack.indexed():
        documents, seconds = indexed
        run.add(Result("Elasticsearch filled anew", documents / seconds, "documents/s"))
    if run.posts <= SIZES["S"] and not said.startswith(
        "made before"
    ):  # weeks pass, and its own worker counts them
        told = stack.run("manage.py", "rebuild_counters")
        assert "every counter was right" in told, told
    visitors = json.loads(
        stack.run("-m", "tests.benchmarks.visitors", str(stack.answers_at)).splitlines()[-1]
    )
    pages = asks.pages(stack.answers, visitors["deepest"])
    member = str(stack.answers["viewers"]["regular"])
    _statements(run, stack, pages, int(member))
    began = time.perf_counter()
    stack.start()
    run.add(Result("warm start until it answers", time.perf_counter() - began, "s", 6))
    spent = _awake(run, stack, pages, visitors["cookies"][member])
    rounds = 30 * times
    for page in pages:
        _served(run, stack, page.as_member(visitors["cookies"][member]), "signed in", rounds, spent)
    *unseen, rush = asks.first_visits(stack.answers).asks
    misses = Page("thread", unseen)
    _served(run, stack, misses, "guest, not cached", len(misses.asks), spent, warm=False)
    for page in pages:
        _served(run, stack, page, "guest, cached", 500 * times, spent, times=5)
    if isinstance(stack, Production):
        run.add(*measure_caddy(stack, pages[0], rounds=1000 * times))
        run.add(*measure_rush(stack, rush))
    for page in asks.searches(stack.answers):
        _searched(run, stack, page, spent)
    client = Client("127.0.0.1", stack.port, stack.headers)
    for ask in asks.refusals(stack.answers):
        client.get(ask)
    _open_loop(run, stack, pages, visitors["cookies"][member], seconds=5 * times)
    run.add(*measure_replies(stack, visitors, seconds=5 * times))
    run.add(*measure_lag(stack, visitors, rounds=5))
    for part, megabytes in stack.memory().items():
        run.add(Result(f"memory after the load: {part}", megabytes, "MB", 250 if part == "site" else None))


def _sizes() -> list[Result]:
    """What a first visit loads besides the page, compressed: any page but the one, or that for writing."""
    found = []
    for ending, target in ((".css", 40), (".js", 60)):
        for name, told in (("app", "the bundle"), ("write", "a first visit to the page for writing")):
            shipped = (ROOT / "static" / "dist" / f"{name}{ending}").read_bytes()
            wire = len(gzip.compress(shipped, 6)) / 1024
            found.append(Result(f"{ending[1:].upper()} of {told}", wire, "KB gzip", target))
    return found


def _statements(run: Run, stack: Stack, pages: list[Page], member: int) -> None:
    """Statements and bytes of each page, counted in a process of the same settings."""
    wanted: list[dict[str, Any]] = [
        {
            "name": f"{page.key}, {who}",
            "asks": [[page.asks[0].path, page.asks[0].canary]],
            "as": pk,
            "rounds": 1,
        }
        for page in pages
        for who, pk in (("signed in", member), ("guest", None))
    ]
    said = stack.run(
        "-m", "tests.benchmarks.inprocess", told="".join(json.dumps(ask) + "\n" for ask in wanted)
    )
    answers = [json.loads(line) for line in said.splitlines() if line.startswith('{"name"')]
    if len(answers) != len(wanted):
        sys.exit(f"{len(answers)} of {len(wanted)} pages answered:\n{said[-2000:]}")
    budgets = {page.key: page.statements for page in pages}
    for answer in answers:
        name = answer["name"]
        key, _, who = name.rpartition(", ")
        budget = budgets[key]
        if budget == 6 and who == "guest":
            budget = 4  # a guest's page that is not cached
        run.add(Result(f"{name}: statements", answer["statements"], "", budget))
        if key.startswith("thread, "):
            run.add(Result(f"{name}: HTML", answer["wire"] / 1024, "KB gzip", 60))


TOLD = 0.1  # a share of a page's cost that is told apart
BESIDE = (
    "worker",
    "elasticsearch",
)  # what serves no page, and yet counts: the site does not stop for a measurement


class Spent:
    """Processor seconds of the whole site, and of what serves no page, so far; less what it spends at rest."""

    def __init__(self, stack: Stack, idle: dict[str, float]) -> None:
        self._stack, self._idle = stack, idle

    def __call__(self) -> float:
        return sum(self._parts().values())

    def beside(self) -> float:
        return sum(self._parts().get(part, 0.0) for part in BESIDE)

    def _parts(self) -> dict[str, float]:
        now = time.perf_counter()
        return {part: spent - self._idle[part] * now for part, spent in self._stack.cpu().items()}


def _awake(run: Run, stack: Stack, pages: list[Page], cookie: str) -> Spent:
    """Every process has served every page, and what the site spends at rest is known: the rest is the pages' own."""
    for port in stack.ports * 4:
        client = Client("127.0.0.1", port, stack.headers)
        for page in pages:
            client.get(page.asks[0])
            client.get(page.as_member(cookie).asks[0])
        client.close()
    for _ in range(CALM_TRIES):  # Elasticsearch and PostgreSQL still tidy up after they were filled
        began, before = time.perf_counter(), stack.cpu()
        time.sleep(4)
        seconds = time.perf_counter() - began
        idle = {part: (now - before[part]) / seconds for part, now in stack.cpu().items()}
        if sum(idle.values()) < CALM:
            break
    for part, share_ in idle.items():
        run.add(Result(f"at rest: {part}", share_ * 1000, "ms CPU/s"))
    return Spent(stack, idle)


def _served(
    run: Run,
    stack: Stack,
    page: Page,
    who: str,
    rounds: int,
    spent: Spent,
    *,
    warm: bool = True,
    times: int = 1,
) -> None:
    """Time on the wire and processor time of every process, one request after another."""
    client = Client("127.0.0.1", stack.port, stack.headers)
    each, beside = max(1, rounds // len(page.asks)), spent.beside()
    figures = measure(client, page.key, page.asks, rounds=each, spent=spent, warm=warm, times=times)
    client.close()
    assert figures.cpu_ms is not None
    target = {"signed in": 4.0, "guest, not cached": 3.0, "guest, cached": 0.2}[who]
    run.add(
        Result(f"{page.key}, {who}: CPU of all processes", figures.cpu_ms, "ms", target),
        Result(f"{page.key}, {who}: p50", figures.p50_ms, "ms"),
        Result(f"{page.key}, {who}: p95", figures.p95_ms, "ms"),
    )
    beside = (spent.beside() - beside) * 1000 / (figures.count + (len(page.asks) if warm else 0))
    if beside > figures.cpu_ms * TOLD:  # a task of the minute, or an index tidied up, fell into it
        run.add(Result(f"{page.key}, {who}: of that worker and search", beside, "ms"))


def _searched(run: Run, stack: Stack, page: Page, spent: Spent) -> None:
    client = Client("127.0.0.1", stack.port, stack.headers)
    figures = measure(client, page.key, page.asks, rounds=2, spent=spent, warm=False)
    client.close()
    assert figures.cpu_ms is not None
    run.add(
        Result(f"{page.key}: p50", figures.p50_ms, "ms"),
        Result(f"{page.key}: p95", figures.p95_ms, "ms", 80),
        Result(f"{page.key}: CPU of all processes", figures.cpu_ms, "ms"),
    )


def _open_loop(run: Run, stack: Stack, pages: list[Page], cookie: str, *, seconds: float) -> None:
    """Signed-in readers who come at a fixed rate, whatever the site is busy with."""
    import threading

    local = threading.local()
    some = [ask for page in pages for ask in page.as_member(cookie).asks[:20]]

    def send(number: int) -> None:
        if not hasattr(local, "client"):
            local.client = Client("127.0.0.1", stack.port, stack.headers)
        local.client.get(some[number % len(some)])

    times, _rate = open_loop(send, rate=20, seconds=seconds, clients=16)
    for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        run.add(Result(f"all pages signed in, 20 a second: {name}", share(times, part), "ms"))


if __name__ == "__main__":
    main()
