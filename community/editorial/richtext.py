"""Editors' formatted text: what the editor offers, and how it is shown whatever was stored."""

from __future__ import annotations

from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from community.core.text.formatted import formatted, words_of

# `core.text.formatted` lets through what these write and nothing else.
FEATURES = ["bold", "italic", "link", "ol", "ul"]


def clean(html: str) -> SafeString:
    """Safe HTML from stored rich text, internal links resolved."""
    return formatted(expand_db_html(html))


def plain(html: str) -> str:
    """The words of rich text alone, for search, excerpts and counting."""
    return words_of(html)
