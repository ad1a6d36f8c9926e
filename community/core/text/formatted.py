"""HTML from the editors' own rich-text editor, cut down to what that editor can write."""

import html as entities
import re

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

TAGS = frozenset({"p", "br", "b", "strong", "i", "em", "a", "ol", "ul", "li"})
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ENDS = re.compile(r"(</(?:p|li)>|<br\s*/?>)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def formatted(html: str) -> SafeString:
    """Safe HTML: paragraphs, weight, emphasis, links and lists stay; all else goes, scripts and all."""
    return mark_safe(  # noqa: S308  nh3 made it
        nh3.clean(
            html,
            tags=set(TAGS),
            clean_content_tags={"script", "style", "template", "textarea", "title", "iframe", "noscript"},
            attributes={"a": {"href"}},
            url_schemes=set(SCHEMES),
            link_rel="noopener",
        )
    )


def words_of(html: str) -> str:
    """The words of such HTML alone, one space between blocks, entities resolved."""
    spaced = _ENDS.sub(r"\1 ", formatted(html))
    return _SPACE.sub(" ", entities.unescape(strip_tags(spaced))).strip()
