"""Progress of long commands: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

EVERY_SECONDS = 0.2
PLAIN_EVERY_SECONDS = 5.0
WIDTH = 28


class Progress:
    """How far a command is, how fast it goes and how long it still takes."""

    def __init__(self, label: str, total: int, out: Any, clock: Any = time.monotonic) -> None:
        self.label, self.total, self.out, self.clock = label, total, out, clock
        self.done = 0
        self.began = self.told = clock()
        stream: TextIO = getattr(out, "_out", out)
        self.terminal = bool(getattr(stream, "isatty", lambda: False)())

    def advance(self, by: int = 1) -> None:
        self.done += by
        now = self.clock()
        if now - self.told >= (EVERY_SECONDS if self.terminal else PLAIN_EVERY_SECONDS):
            self.told = now
            self.tell(now)

    def tell(self, now: float, *, end: bool = False) -> None:
        spent = max(now - self.began, 1e-6)
        rate = self.done / spent
        left = (self.total - self.done) / rate if rate and self.total > self.done else 0.0
        words = f"{self.label}: {self.done:,} of {max(self.total, self.done):,}, {rate:,.0f}/s"
        if not end:
            words += f", {left:,.0f} s left"
        if self.terminal:
            filled = WIDTH * self.done // max(self.total, self.done, 1)
            self.out.write(
                f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {words}   ", ending="\n" if end else ""
            )
            self.out.flush()
        else:
            self.out.write(words)


@contextmanager
def progress(label: str, total: int, out: Any) -> Iterator[Progress]:
    """Tell how a command of `total` steps gets on. `out` is a command's stdout."""
    bar = Progress(label, total, out)
    try:
        yield bar
    finally:
        bar.tell(bar.clock(), end=True)
