"""Open pages while processes are killed and services restarted: each hears everything, once, in the database's order."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.site import free_port
from tests.faults.house import House, Visitor, until
from tests.faults.listeners import Listener, Listeners, pauses

pytestmark = [pytest.mark.services, pytest.mark.stack]
IS_LONG = os.environ.get("CONVOY_FAULTS") == "long"
LISTENERS, FORGETFUL, PUBLISHERS = (200, 20, 10) if IS_LONG else (48, 8, 4)
EVERY = 0.5 if IS_LONG else 0.4  # seconds between two replies of one publisher
QUIET = 20.0  # seconds in which everybody must have caught up
STORM = 1500 if IS_LONG else 300
POOL = 8


class Live:
    """Two processes of pages and two of sockets."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ports = {"live1": free_port(), "live2": free_port()}
        self.cast = house.inside("people", str(90 if IS_LONG else 24))

    def start(self) -> None:
        self.house.start_pages(pool=POOL)
        self.house.start_pages("more pages", port=self.house.second, pool=POOL)
        for name, port in self.ports.items():
            self.house.start_live(name, port)

    def again(self, name: str) -> None:
        """Kill a process in mid-work, and start it anew."""
        self.house.kill(name)
        if name in self.ports:
            self.house.start_live(name, self.ports[name])
        else:
            self.house.start_pages(name, pool=POOL)

    def sequences(self) -> dict[int, int]:
        return dict(self.house.sql("SELECT id, sequence FROM forum_thread"))

    def steps(self, thread: int) -> list[tuple[int, str, int]]:
        told = f"SELECT sequence, kind, coalesce(post_id, 0) FROM live_liveevent WHERE thread_id = {thread:d}"
        return list(self.house.sql(f"{told} ORDER BY sequence"))


@pytest.fixture(scope="module")
def live(house: House) -> Iterator[Live]:
    site = Live(house)
    site.start()
    yield site
    for name in list(house.running):
        house.kill(name)


class Publisher:
    """Somebody who replies steadily, by one process of pages or the other, and presses again when no answer came."""

    def __init__(self, live: Live, number: int, is_over: threading.Event) -> None:
        self.live, self.number, self.is_over = live, number, is_over
        self.told: Counter[int] = Counter()  # thread → replies answered as posted
        self.thread = threading.Thread(target=self.publish)

    def publish(self) -> None:
        cast, house = self.live.cast, self.live.house
        reply = 0
        while not self.is_over.wait(EVERY):
            # Thirty replies in ten minutes are enough for anybody: each person writes a few.
            person = self.number + PUBLISHERS * (reply // 25)
            thread = cast["threads"][reply % 4][0]
            fields = {"body": f"Word {self.number} {reply}.", "key": f"chaos-{self.number}-{reply}"}
            ports, presses = [house.port, house.second], 0
            while True:
                visitor = Visitor(house, cast, person % len(cast["sessions"]), port=ports[presses % 2])
                if visitor.post(f"/threads/{thread}/reply/", **fields).status == 302:
                    self.told[thread] += 1
                    break
                presses += 1
                if presses > 400:
                    return
                self.is_over.wait(0.1)
            reply += 1


def test_every_page_hears_everything_once_in_order_whatever_is_killed_and_restarted(live: Live) -> None:
    house, threads = live.house, [pk for pk, _path in live.cast["threads"]]
    began, waits, is_over = live.sequences(), pauses(LISTENERS + FORGETFUL), threading.Event()
    ports = list(live.ports.values())
    pages = [
        Listener(
            thread,
            ports if number % 2 else ports[::-1],
            waits[number],
            after=began[thread],
            is_forgetful=number >= LISTENERS,
        )
        for number in range(LISTENERS + FORGETFUL)
        for thread in [threads[number // 2 % 4]]
    ]
    publishers = [Publisher(live, number, is_over) for number in range(PUBLISHERS)]
    with Listeners(pages) as listening:
        assert until(listening.are_here, 30)
        for publisher in publishers:
            publisher.thread.start()
        for fault in _faults(live):
            said = sum(sum(one.told.values()) for one in publishers)
            fault()
            more = said + 2 * PUBLISHERS
            assert until(lambda more=more: sum(sum(one.told.values()) for one in publishers) >= more, 40), (
                house.log("pages")
            )
        is_over.set()
        for publisher in publishers:
            publisher.thread.join(60)
        ends = live.sequences()
        faithful = [page for page in pages if not page.is_forgetful]
        assert until(lambda: listening.have_heard(ends), QUIET), [page.log[-3:] for page in pages[:4]]
    told = sum((one.told for one in publishers), Counter[int]())
    for thread in threads:
        steps = [step for step in live.steps(thread) if step[0] > began[thread]]
        assert [step for step, _kind, _post in steps] == list(range(began[thread] + 1, ends[thread] + 1))
        assert sum(kind == "reply" for _step, kind, _post in steps) == told[thread], (
            "posted once, each of them"
        )
        for page in faithful:
            if page.thread == thread:
                assert page.log == steps, "lost, doubled or out of order"
    assert not any(page.reloads for page in faithful)
    assert all(len(page.joined) > 1 for page in faithful), "each was cut off, and came back"
    # The control: to come back without saying how far one has heard loses what was said meanwhile.
    assert any(len(page.log) < ends[page.thread] - began[page.thread] for page in pages if page.is_forgetful)


def _faults(live: Live) -> Iterator[Callable[[], Any]]:
    """One after the other; between two of them people go on writing."""
    house = live.house
    yield lambda: live.again("live1")
    yield lambda: live.again("pages")
    yield lambda: (house.services("stop", "redis"), house.services("start", "redis"))
    yield lambda: _redis(house).flushall()
    yield lambda: _redis_gone(house)
    yield lambda: _redis_frozen(house)
    yield lambda: live.again("live2")
    yield lambda: (house.services("stop", "postgres"), house.services("start", "postgres"))


def _redis(house: House) -> Any:
    from redis import Redis

    return Redis.from_url(house.env["REDIS_URL"])


def _redis_gone(house: House) -> None:
    house.services("stop", "redis")
    threading.Event().wait(10 if IS_LONG else 3)
    house.services("start", "redis")


def _redis_frozen(house: House) -> None:
    pid = house.pid_of("redis")
    os.kill(pid, signal.SIGSTOP)
    try:
        threading.Event().wait(10 if IS_LONG else 2)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_storm_of_pages_that_come_back_is_spread_and_leaves_readers_alone(live: Live) -> None:
    """Every page of a process loses it at the same moment."""
    house, thread = live.house, live.cast["threads"][0][0]
    at, waits = live.sequences()[thread], pauses(STORM)
    name, port = "live1", live.ports["live1"]
    statuses, is_over, peak = Counter[int](), threading.Event(), [0]

    def read() -> None:
        visitor = Visitor(house, live.cast, 0)
        while not is_over.wait(0.05):
            statuses[visitor.get(live.cast["threads"][1][1]).status] += 1
            ((held,),) = house.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'convoy'")
            peak[0] = max(peak[0], held)

    pages = [Listener(thread, [port], waits[number], after=at) for number in range(STORM)]
    with Listeners(pages) as listening:
        assert until(listening.are_here, 60)
        reading = threading.Thread(target=read)
        reading.start()
        cut = time.monotonic()
        house.kill(name)
        house.start_live(name, port)
        up = time.monotonic()
        try:
            assert until(listening.are_here, 60), sum(page.is_here for page in pages)
        finally:
            is_over.set()
            reading.join(60)
    back = max(page.joined[-1] for page in pages)
    assert back - up < 20 + STORM / 100, "seated again, at the speed of this machine"
    assert set(statuses) == {200}, "nobody who reads notices"
    assert peak[0] <= 4 * POOL + 4, "the pools hold"
    first = [next(at for at in page.attempts if at > cut) for page in pages]
    crowd = max(sum(one <= other < one + 0.1 for other in first) for one in first)
    assert crowd < STORM / 2, "spread out; without the dice all of them would be here within the same moment"
