"""What has changed since a page was made. In this process; `shared` asks Redis for the others' changes too.

Every change gets a number. A page carries the number that stood when its making began; it is good as long as
nothing it stands on changed later. Additions (a reply) leave the copy usable for a moment, while one request
makes the new one; everything else (hidden, moved, renamed, made private) ends it at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from enum import Enum

from community.core.pagecache.page import Page

EVERYTHING = "everything"
MOST_TOPICS = 50_000


class State(Enum):
    """How a kept page stands to what is true now."""

    GOOD = "good"
    ADDED_TO = "added to"  # true as far as it goes
    GONE = "gone"  # must not be shown


class Changes:
    """The numbers of this process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, tuple[int, int]] = {}  # topic: number of its last change, of its last hard one
        self._floor = 0
        self.count = 0

    def begin(self) -> int:
        """The number to remember before a page is made."""
        return self.count

    def settle(self, page: Page, begun: int) -> bool:
        """Note on a page that was just made what it stands on; False if some of that changed meanwhile."""
        page.local_mark = begun
        page.checked_count = -1
        return self.state(page) is State.GOOD

    def state(self, page: Page) -> State:
        count = self.count
        if page.checked_count == count:
            return State.GOOD
        if page.local_mark < self._floor:
            return State.GONE
        state = State.GOOD
        for topic in (EVERYTHING, *page.topics):
            last, hard = self._last.get(topic, (0, 0))
            if hard > page.local_mark:
                return State.GONE
            if last > page.local_mark:
                state = State.ADDED_TO
        if state is State.GOOD:
            page.checked_count = count
        return state

    def announce(self, topics: Sequence[str]) -> None:
        """A hard change of these topics is about to be committed. Nothing to do within one process."""

    def change(self, topics: Iterable[str], *, hard: bool, name: str = "") -> None:
        """These topics have changed, as everybody can read now. By `name` it can be told again."""
        with self._lock:
            number = self.count + 1
            if len(self._last) > MOST_TOPICS:
                self._last.clear()
                self._floor = number
            for topic in topics:
                self._last[topic] = (number, number if hard else self._last.get(topic, (0, 0))[1])
            self.count = number

    def retell(self, topics: Iterable[str], *, name: str) -> None:
        """Once more, unless the change of this name was told. Nothing to do within one process: it hears itself."""
