"""What the page cache did in this process: plain counters, for whoever publishes metrics."""

from __future__ import annotations

import threading

from community.core import metrics

NAMES = (
    "hits",  # answered from a kept page
    "not_modified",  # of those: the caller had it already, 304
    "stale",  # answered with the copy from before an addition, while one request makes the new one
    "stale_on_error",  # the same, because the new one could not be made
    "misses",  # no page that could be given
    "rebuilds",  # pages made for keeping
    "waits",  # requests that waited for another one's page
    "raced",  # made, but something changed meanwhile: given, not kept
    "unkept",  # made, and not fit to be kept: an error, a redirect, a cookie
    "bypassed",  # requests that are none of the cache's business
    "changes",  # times that something was said to have changed
    "away",  # times that Redis did not answer
)

_lock = threading.Lock()
_counts = dict.fromkeys(NAMES, 0)


def count(name: str, by: int = 1) -> None:
    """Add to one counter. KeyError for a name that is not among NAMES."""
    with _lock:
        _counts[name] += by
    metrics.sample()  # a process may answer from copies for hours without asking Django once


def read() -> dict[str, int]:
    """All counters since this process began."""
    with _lock:
        return dict(_counts)


def reset() -> None:
    """Back to nothing. For tests and measurements."""
    with _lock:
        for name in NAMES:
            _counts[name] = 0
