"""Database work of the live room, on a few threads of its own: the loop never waits for a statement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, close_old_connections

from community.core import retrying

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4


class Work:
    """Runs functions on the room's threads; each gives its connection back when it is done."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="live")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: _tidily(function, *args, **kwargs))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _tidily(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return function(*args, **kwargs)
    except DatabaseError as error:
        # The server was started anew, perhaps long ago: one failure is enough, not one for each connection it broke.
        retrying.recover_from(error)
        raise
    finally:
        close_old_connections()
