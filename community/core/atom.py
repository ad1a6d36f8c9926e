"""Atom as RFC 4287 wants it, for every feed of the house."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join


class AtomFeed(Atom1Feed):
    """Django's, with names that are whole addresses: a feed and its entries may give a path as theirs."""

    def __init__(
        self, title: str, link: str, description: str | None, *, feed_guid: str | None = None, **more: Any
    ) -> None:
        super().__init__(title, link, description, feed_guid=urljoin(link, feed_guid or ""), **more)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        name = urljoin(item["link"], item["unique_id"] or "")
        super().add_item_elements(handler, item | {"unique_id": name})


def paragraphs(*texts: str) -> str:
    """Plain texts as a summary: Django writes every summary as HTML, titles and names as text."""
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts if text))
