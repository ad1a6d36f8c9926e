"""Editors' formatted text: a short allowlist, applied where it is shown, whatever was stored."""

from __future__ import annotations

import re

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import expand_db_html

# What the editor offers; `clean` lets through what these write and nothing else.
FEATURES = ["bold", "italic", "link", "ol", "ul"]
_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ol", "ul", "li"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SPACE = re.compile(r"\s+")


def clean(html: str) -> SafeString:
    """Safe HTML from stored rich text: internal links resolved, everything off the allowlist gone."""
    expanded = expand_db_html(html)
    return mark_safe(  # noqa: S308  nh3 made it
        nh3.clean(
            expanded,
            tags=_TAGS,
            clean_content_tags={"script", "style"},
            attributes={"a": {"href"}},
            url_schemes=_SCHEMES,
            link_rel="noopener",
        )
    )


def plain(html: str) -> str:
    """The words of rich text alone, for search, excerpts and counting."""
    spaced = html.replace("</p>", "</p> ").replace("</li>", "</li> ").replace("<br", " <br")
    return _SPACE.sub(" ", strip_tags(clean(spaced))).strip()
