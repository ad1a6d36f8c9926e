"""Pages for guests from a cache in front of Django.

Rooms say which pages may be kept and what they stand on (`kept_for_guests`, `stands_on`), and what has changed
(`changed`). The layers in `asgi` and `wsgi` stand before everything that costs, and know nothing of the rooms.
"""

from __future__ import annotations

import threading

from django.conf import settings
from django.db import transaction

from community.core.pagecache.asked import bypass_cookie
from community.core.pagecache.notes import (
    CURSOR,
    NUMBER,
    SHELL,
    SLUG,
    Accepts,
    allow,
    keep,
    kept_for_guests,
    leave_out,
    stands_on,
)
from community.core.pagecache.store import PageCache

__all__ = [
    "CURSOR",
    "NUMBER",
    "SHELL",
    "SLUG",
    "Accepts",
    "PageCache",
    "allow",
    "bypass_cookie",
    "changed",
    "keep",
    "kept_for_guests",
    "leave_out",
    "page_cache",
    "retold",
    "stands_on",
]

_lock = threading.Lock()
_made: list[PageCache] = []


def page_cache() -> PageCache:
    """The cache of this process, as the settings have it."""
    with _lock:
        if not _made:
            _made.append(PageCache(most_bytes=settings.PAGE_CACHE_BYTES, redis_url=settings.PAGE_CACHE_REDIS))
        return _made[0]


def is_on() -> bool:
    return bool(settings.PAGE_CACHE)


def changed(*topics: str, hard: bool = True, name: str = "") -> None:
    """These topics change with the current transaction: once it commits, no page made before is given out.

    `hard=False` only for what adds to a page (a reply, a reaction): the copy from before may then stand in for the
    fraction of a second in which the new one is made. If in doubt, hard. An addition with a `name` of its own can
    be told again by `retold`.
    """
    if not is_on() or not topics:
        return
    cache, said = page_cache(), list(topics)
    if hard:
        cache.announce(said)
    transaction.on_commit(lambda: cache.change(said, hard=hard, name=name))


def retold(*topics: str, name: str) -> None:
    """The addition of this name is committed: tell it now, unless whoever made it lived to do so."""
    if is_on():
        page_cache().retell(list(topics), name=name)
