"""The cache itself: finds a page, lets one request at a time make it, keeps what may be kept."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from community.core.pagecache import figures
from community.core.pagecache.asked import Asked
from community.core.pagecache.changes import Changes, State
from community.core.pagecache.local import LocalPages
from community.core.pagecache.notes import Note
from community.core.pagecache.page import Answer, Page, keepable, kept_headers
from community.core.pagecache.shared import SharedChanges, SharedPages

STALE_SECONDS = 600.0  # how long past its time a page may stand in for one that cannot be made
STALE_WHILE_MAKING = 0.8  # seconds: an addition is seen within a second, or waited for
FAILED_SECONDS = 1.0  # after a failure the old copy is given without trying again
PATIENCE = 10.0  # seconds to wait for another request's page
LEASE_PATIENCE = 2.0  # seconds to wait for another process's page
LEASE_STEP = 0.01
TRIES = 4


class Outcome(Enum):
    """How the making of a page ended."""

    KEPT = "kept"
    RACED = "raced"  # something changed meanwhile: whoever came later must ask again
    UNKEPT = "unkept"  # not a page for everybody
    FAILED = "failed"


class Found(NamedTuple):
    good: Page | None
    stale: Page | None


class Flight:
    """The making of one page; others wait for its outcome."""

    __slots__ = ("began", "future")

    def __init__(self, began: float) -> None:
        self.began = began
        self.future: Future[Outcome] = Future()


class PageCache:
    """One for each process. Thread-safe; nothing here raises for a Redis that is away."""

    def __init__(
        self,
        *,
        most_bytes: int = 32 * 1024 * 1024,
        redis_url: str = "",
        now: Callable[[], float] = time.time,
        release: str | None = None,
    ) -> None:
        self.now = now
        self.local = LocalPages(most_bytes)
        self.shared: SharedPages | None = None
        if redis_url:
            changes = SharedChanges(redis_url)
            self.changes: Changes = changes
            self.shared = SharedPages(changes.link, release if release is not None else release_mark())
        else:
            self.changes = Changes()
        self._lock = threading.Lock()
        self._flights: dict[Asked, Flight] = {}
        self._failed: dict[Asked, float] = {}

    # -- reading

    def find(self, asked: Asked) -> Found:
        """A page that is true now, or one that may stand in while it is made anew."""
        page = self.local.get(asked)
        stale: Page | None = None
        if page is not None:
            state = self.changes.state(page)
            age = self.now() - page.made_at
            if state is State.GOOD and age < page.fresh:
                return Found(page, None)
            if state is State.GONE or age > page.fresh + STALE_SECONDS:
                self.local.drop(asked)
            else:
                stale = page
        if self.shared is not None:
            begun = self.changes.count
            other = self.shared.get(asked)
            if other is not None and (page is None or other.made_at > page.made_at):
                other.local_mark = begun
                state, age = self.changes.state(other), self.now() - other.made_at
                if state is State.GOOD and age < other.fresh:
                    self.local.put(asked, other)
                    return Found(other, None)
                if state is not State.GONE and age <= other.fresh + STALE_SECONDS:
                    stale = other
        return Found(None, stale)

    def may_stand_in(self, asked: Asked, flight: Flight) -> bool:
        """Whether the old copy may be given while this flight is under way."""
        return self.now() - flight.began < STALE_WHILE_MAKING

    def still(self, page: Page | None) -> Page | None:
        """An old copy that was found earlier, unless it has become untrue since."""
        return page if page is not None and self.changes.state(page) is not State.GONE else None

    def failed_lately(self, asked: Asked) -> bool:
        return self.now() - self._failed.get(asked, -FAILED_SECONDS) < FAILED_SECONDS

    # -- making

    def board(self, asked: Asked) -> tuple[Flight, bool]:
        """The flight for a page, and whether the caller makes it (and must then `land`)."""
        with self._lock:
            flight = self._flights.get(asked)
            if flight is not None:
                return flight, False
            flight = self._flights[asked] = Flight(self.now())
            return flight, True

    def land(self, asked: Asked, flight: Flight, outcome: Outcome) -> None:
        with self._lock:
            if self._flights.get(asked) is flight:
                del self._flights[asked]
            if outcome is Outcome.FAILED:
                if len(self._failed) > 1000:
                    self._failed.clear()
                self._failed[asked] = self.now()
            else:
                self._failed.pop(asked, None)
        flight.future.set_result(outcome)

    def keep(self, asked: Asked, note: Note, begun: int, answer: Answer) -> tuple[Page | None, Outcome]:
        """The page of an answer, and whether it was kept. None: it is for whoever asked, alone."""
        figures.count("rebuilds")
        if answer.status >= 500:
            return None, Outcome.FAILED
        if not note.may_keep or not note.topics or not keepable(answer):
            figures.count("unkept")
            return None, Outcome.UNKEPT
        page = Page(
            headers=kept_headers(answer.headers),
            bodies={"": answer.body},
            topics=sorted(note.topics),
            made_at=self.now(),
            fresh=asked.fresh,
        )
        if not self.changes.settle(page, begun):
            figures.count("raced")
            return page, Outcome.RACED
        self.local.put(asked, page)
        if self.shared is not None:
            page.body("gzip")
            self.shared.put(asked, page, asked.fresh + STALE_SECONDS)
        return page, Outcome.KEPT

    # -- changing

    def announce(self, topics: list[str]) -> None:
        self.changes.announce(topics)

    def change(self, topics: list[str], *, hard: bool, name: str = "") -> None:
        figures.count("changes")
        self.changes.change(topics, hard=hard, name=name)

    def retell(self, topics: list[str], *, name: str) -> None:
        self.changes.retell(topics, name=name)


@lru_cache(maxsize=1)
def release_mark() -> str:
    """A digest of the program that makes the pages: code, templates, catalogues, built sheets and scripts."""
    root = Path(__file__).resolve().parents[3]
    digest = hashlib.blake2b(digest_size=12)
    folders = [root / name for name in ("community", "forum", "polls", "activity", "moderation")]
    files = [
        path for folder in folders for ending in ("py", "html", "po") for path in folder.rglob(f"*.{ending}")
    ]
    for path in sorted([*files, root / "static" / "dist" / "BUILD.json"]):
        if path.is_file():
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
