"""Elasticsearch frozen and killed while people write, and while what they wrote is taken away from others."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.faults.house import House, Visitor, until

pytestmark = [pytest.mark.services, pytest.mark.stack]
FROZEN = 60 if os.environ.get("CONVOY_FAULTS") == "long" else 8  # seconds
WITHIN = 60  # seconds until both sides agree again
PAUSE = 1.5  # seconds between two questions: sixty a minute are enough for anybody


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[House]:
    """Pages and a worker that were told of an Elasticsearch."""
    house.services("start", "search")
    without = dict(house.env)
    house.env |= dict(re.findall(r"export (\w+)=(\S+)", house.services("env")))
    house.manage("reindex")
    house.start_pages()
    house.start_worker()
    yield house
    for name in ("pages", "worker"):
        house.kill(name)
    house.services("stop", "search")
    house.env = without


@contextmanager
def frozen(house: House) -> Iterator[None]:
    os.kill(house.pid_of("search"), signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(house.pid_of("search"), signal.SIGCONT)


@contextmanager
def killed(house: House) -> Iterator[None]:
    os.kill(house.pid_of("search"), signal.SIGKILL)
    try:
        yield
    finally:
        house.services("start", "search")


class Asking:
    """Somebody who searches and somebody who reads, all the while."""

    def __init__(self, site: House, word: str, readable: list[str]) -> None:
        self.site, self.word, self.readable = site, word, readable
        self.statuses, self.slowest, self.asked = Counter[int](), 0.0, 0
        self.gone: set[int] = set()
        self.seen_again: set[int] = set()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.search), threading.Thread(target=self.read)]

    def __enter__(self) -> Asking:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join(60)

    def search(self) -> None:
        while not self.is_over.wait(PAUSE):
            gone, began = set(self.gone), time.monotonic()
            answer = Visitor(self.site).get(f"/search/?q={self.word}&sort=newest")
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.asked += 1
            self.statuses[answer.status] += 1
            self.seen_again |= gone & {int(pk) for pk in re.findall(r'href="/posts/(\d+)/"', answer.text)}
            if "Search is resting" in answer.text:
                self.statuses[503] += 1

    def read(self) -> None:
        visit = 0
        while not self.is_over.wait(0.2):
            self.statuses[Visitor(self.site).get(self.readable[visit % len(self.readable)]).status] += 1
            visit += 1


def agree(site: House) -> bool:
    """Whether ids, versions and marks are the same on both sides, and nothing waits to be told."""
    if site.sql("SELECT count(*) FROM search_unsent") != [(0,)]:
        return False
    try:
        told = site.manage("reindex", "--check")
    except AssertionError:
        return False
    return "Elasticsearch: 0 missing, 0 stale, 0 narrowed wrongly, 0 too many" in told


@pytest.mark.parametrize("fault", [frozen, killed])
def test_without_elasticsearch_the_database_answers_and_afterwards_nothing_is_wrong(
    site: House, fault: Callable[[House], Any]
) -> None:
    cast, word = site.inside("people", "4"), f"lantern{fault.__name__}"
    threads = cast["threads"]
    written = 0

    def write(thread: int, what: str) -> None:
        nonlocal written
        written += 1
        visitor = Visitor(site, cast, written % 4)
        said = f"{word} {what}, {written}"  # the very same words would be asked about
        told = visitor.post(f"/threads/{thread}/reply/", body=said, key=f"{word}-{written}")
        assert told.status == 302, told.status

    for _round in range(2):
        write(threads[0][0], "soon taken away")
        write(threads[1][0], "soon on a closed board")
    assert until(lambda: agree(site), WITHIN), site.log("worker")
    readable = ["/boards/", "/latest/", threads[0][1], threads[2][1]]
    with Asking(site, word, readable) as healthy:
        assert until(lambda: healthy.asked >= 3, 30)
    with Asking(site, word, readable) as asking:
        with fault(site):
            with pytest.raises((URLError, TimeoutError, OSError)):  # the control: it is really away
                urlopen(f"{site.env['ELASTICSEARCH_URL']}/_cluster/health", timeout=1)
            began = time.monotonic()
            asking.gone = set(site.inside("withdraw", str(threads[0][0]), str(threads[1][0]))["gone"])
            while time.monotonic() - began < FROZEN:
                write(threads[2][0], "while nobody answered")
                asking.is_over.wait(1.0)
            assert until(lambda: site.sql("SELECT count(*) > 0 FROM search_unsent") == [(True,)], 30), (
                "kept until they can be told: without these notes both sides would differ for good"
            )
        back = time.monotonic()
        write(threads[2][0], "afterwards")
        assert until(lambda: agree(site), WITHIN), site.log("worker")
        assert time.monotonic() - back < WITHIN + healthy.slowest
        more = asking.asked + 3
        assert until(lambda: asking.asked >= more, 30)
    assert set(asking.statuses) == {200}, "no page notices, and search answers all the while"
    assert asking.slowest <= 1.0 + healthy.slowest
    assert not asking.seen_again, "what was taken away stays away"
    page = Visitor(site).get(f"/search/?q={word}&sort=newest").text
    assert "afterwards" in page and "taken away" not in page and "closed board" not in page
