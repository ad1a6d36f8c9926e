"""Boards and threads for search engines: what a guest may read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from forum.models import Board, Thread, Verb
from forum.models.boards import right_on_board


class BoardSitemap(Sitemap[Board]):
    def items(self) -> QuerySet[Board]:
        return Board.objects.readable_by(AnonymousUser()).order_by("pk")

    def lastmod(self, item: Board) -> datetime | None:
        return item.last_posted_at


class ThreadSitemap(Sitemap[Thread]):
    limit = 5000

    def items(self) -> QuerySet[Thread]:
        """Oldest first, so that pages of the map stay as they are when threads are added."""
        readable = Thread.objects.public().filter(right_on_board(AnonymousUser(), Verb.READ, "board_id"))
        return readable.only("pk", "slug", "last_posted_at").order_by("pk")

    def lastmod(self, item: Thread) -> datetime:
        return item.last_posted_at


SITEMAPS: dict[str, Any] = {"boards": BoardSitemap, "threads": ThreadSitemap}
