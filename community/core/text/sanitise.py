"""The single exit for people's HTML: whatever comes in, only what is listed here goes out."""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe

from community.core.text import code, files, links

ATTRIBUTES = {
    "a": {"href", "title"},
    "blockquote": {"data-post"},
    "img": {"src", "srcset", "alt", "title", "width", "height"},
    "ol": {"start"},
}
VALUES = {
    "a": {"rel": {links.REL}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}, "sizes": {files.ALONE, files.BESIDE}},
    "pre": {"tabindex": {"0"}},
    "span": {"tabindex": {"0"}},
    "div": {"tabindex": {"0"}},
}
CLASSES = {
    "a": {"mention", "quote-source", "picture-link", "picture-open", "picture-moves", "file-card"},
    "blockquote": {"quote"},
    "code": {f"language-{name}" for name in code.LANGUAGES.values()},
    "details": {"spoiler"},
    "div": {"table-scroll", "gallery"},
    "figure": {"picture"},
    "li": {"task"},
    "pre": {"code"},
    "span": {"spoiler", "file-note", "mention", *code.CLASSES.values()},
    "summary": {"unnamed"},
    "td": {"to-left", "to-center", "to-right"},
    "th": {"to-left", "to-center", "to-right"},
}
TAGS = {
    "br", "em", "figcaption", "h3", "h4", "h5", "hr", "p", "s", "strong", "table", "tbody", "thead", "tr", "ul",
    *ATTRIBUTES, *CLASSES,
}  # fmt: skip

_NUMBER = re.compile(r"\d{1,18}")


def _settle(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if links.is_own_picture(value) or files.is_served_picture(value) else None
    if attribute == "srcset":
        return value if files.are_sources(value) else None
    if attribute in {"data-post", "start", "width", "height"}:
        return value if _NUMBER.fullmatch(value) else None
    return value


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=_settle,
        link_rel=None,
        tag_attribute_values=VALUES,
        url_schemes=set(links.SCHEMES),
        allowed_classes=CLASSES,
    )


def sanitised(html: str) -> SafeString:
    """`html` with everything off the list taken out, marked as safe to put on a page."""
    return mark_safe(_cleaner().clean(html))  # noqa: S308  the one place that may


def stored(html: str) -> SafeString:
    """HTML that `render` made and the database kept, marked as safe again. For nothing else."""
    return mark_safe(html)  # noqa: S308  cleaned before it was stored
