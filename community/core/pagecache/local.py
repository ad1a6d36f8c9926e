"""Pages kept in this process: as many bytes as allowed, the one unread for longest leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict

from community.core.pagecache.asked import Asked
from community.core.pagecache.page import Page


class LocalPages:
    """Bounded by bytes. Thread-safe."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Asked, Page] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, asked: Asked) -> Page | None:
        with self._lock:
            page = self._pages.get(asked)
            if page is not None:
                self._pages.move_to_end(asked)
            return page

    def put(self, asked: Asked, page: Page) -> None:
        with self._lock:
            self._drop(asked)
            if page.size > self.most_bytes // 8:
                return
            self._pages[asked] = page
            self.bytes += page.size
            while self.bytes > self.most_bytes:
                oldest, _page = next(iter(self._pages.items()))
                self._drop(oldest)

    def drop(self, asked: Asked) -> None:
        with self._lock:
            self._drop(asked)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def _drop(self, asked: Asked) -> None:
        page = self._pages.pop(asked, None)
        if page is not None:
            self.bytes -= page.size
