"""What every page reads and hardly ever changes, kept in the process for a second in front of the shared cache."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.core.cache import cache

T = TypeVar("T")

SECONDS = 1.0  # how long another process may go on showing what was changed in this one

_kept: dict[str, tuple[float, Any]] = {}


def near(key: str, read: Callable[[], T], seconds: int) -> T:
    """The value under a cache key, at most a second older than the cache's; read anew and cached where it is missing.

    `read` must not return None. Values are shared by all requests: never change one.
    """
    now = monotonic()
    held = _kept.get(key)
    if held is not None and held[0] > now:
        value: T = held[1]
        return value
    found: T | None = cache.get(key)
    if found is None:
        found = read()
        cache.set(key, found, seconds)
    _kept[key] = (now + SECONDS, found)
    return found


def forget(*keys: str) -> None:
    """Drop values here and in the shared cache; without keys, all that this process holds (and nothing shared)."""
    if not keys:
        _kept.clear()
        return
    for key in keys:
        _kept.pop(key, None)
    cache.delete_many(keys)
