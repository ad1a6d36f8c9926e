"""The line to a Redis that hangs: one thread finds out, the others go on at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread
from time import perf_counter

import pytest

from community.core.pagecache import link as line
from community.core.pagecache.link import Away, Link

PING = line.pack("PING")
MANY = 12


@pytest.fixture
def link() -> Iterator[Link]:
    """A line to a server that takes every connection and never says a word, as a stopped process does."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield Link(f"redis://127.0.0.1:{server.getsockname()[1]}/0", lambda _ask: None)


def wave(link: Link) -> list[float]:
    """How long each of many threads was kept, the shortest first."""
    waited: list[float] = []

    def ask() -> None:
        began = perf_counter()
        with pytest.raises(Away):
            link.call(PING)
        waited.append(perf_counter() - began)

    threads = [Thread(target=ask) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waited)


def test_after_the_rest_one_asks_and_the_others_go_on_without(link: Link) -> None:
    assert wave(link)[-1] < 2 * line.TIMEOUT
    link.rests_until = 0.0  # the rest is over
    times = wave(link)
    assert times[-2] < line.TIMEOUT <= times[-1] < 2 * line.TIMEOUT, times


def test_the_rest_grows_while_it_stays_away(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    at = [1000.0]
    monkeypatch.setattr(line, "monotonic", lambda: at[0])
    monkeypatch.setattr(line, "TIMEOUT", 0.01)
    rests = []
    for _ in range(4):
        with pytest.raises(Away):
            link.call(PING)
        rests.append(link.rests_until - at[0])
        at[0] = link.rests_until
    assert rests == [1.0, 2.0, 4.0, 4.0]
