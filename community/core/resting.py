"""Leaving a service alone that does not answer, and asking again from one thread only.

Whoever asks a service that hangs loses a whole timeout. So after a failure nobody asks for a while, longer each time it
fails again; then one thread tries, and the others go on without it at once.
"""

from __future__ import annotations

import threading
from time import monotonic

MOST_DOUBLED = 2  # how often the rest doubles while it stays away


class Rest:
    """What this process knows about one service: how often it failed, and until when it is left alone.

    `lock` is held for steps in memory only. Whoever asks a service that was away holds `probing`, which nobody waits for.
    """

    def __init__(self, first: float) -> None:
        self.first = first  # seconds without asking after the first failure
        self.lock = threading.Lock()
        self.probing = threading.Lock()
        self.rests_until = 0.0
        self.failures = 0

    def is_over(self) -> bool:
        """Whether it may be asked again, as far as time goes."""
        return monotonic() >= self.rests_until

    def length(self) -> float:
        """For how long it is left alone now, in seconds."""
        return float(self.first * 2 ** min(max(0, self.failures - 1), MOST_DOUBLED))

    def failed(self) -> None:
        with self.lock:
            if self.is_over():  # of many that failed together the first one counts
                self.failures += 1
                self.rests_until = monotonic() + self.length()

    def answered(self) -> None:
        with self.lock:
            self.failures, self.rests_until = 0, 0.0

    def may_probe(self) -> bool:
        """Whether this thread is the one that asks whether it is back. It releases `probing` then."""
        if not self.is_over() or not self.probing.acquire(blocking=False):
            return False
        if not self.is_over():  # another one found it away just before
            self.probing.release()
            return False
        return True
