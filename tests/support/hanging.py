"""A server that hangs, and how long many threads that ask it at once are kept."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import perf_counter


@contextmanager
def hanging() -> Iterator[str]:
    """The address of one that takes every connection and never says a word, as a stopped process does."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def waits(ask: Callable[[], object], *, many: int = 12) -> list[float]:
    """How long each of many threads was kept, the shortest first, in seconds."""
    waited: list[float] = []

    def timed() -> None:
        began = perf_counter()
        ask()
        waited.append(perf_counter() - began)

    threads = [Thread(target=timed) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waited)
