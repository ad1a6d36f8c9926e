"""What another site says of one of its pages: title, first words, the site's name. Read once, in little time and space.

A reader that looks at a page's head only, tag by tag, each of bounded length: no hostile page makes it slow. Pictures
are left alone, since nothing here is shown that was not re-encoded.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from community.core import outbound
from community.core.text import clean_source, is_blank
from community.core.text.characters import trim_marks

MAX_BYTES = 2_000_000
SECONDS = 4.0
LONGEST_HEAD = 200_000  # characters of a page that are looked at
MOST_TAGS, LONGEST_TAG, MOST_ATTRIBUTES = 300, 6_000, 20
TITLE, WORDS, SITE = 200, 300, 80

_SKIPPED = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<noscript", "</noscript"))
_END = re.compile(r"</head|<body", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s"'<>/=]{1,60})(?:\s*=\s*(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s"'=<>`]{1,4000})))?"""
)
# What pages are written in. Python knows codecs that are no encodings of text.
_KNOWN = re.compile(
    r"gb18030|big5(-?hkscs)?|shift_?jis|euc-?(jp|kr)|iso-?8859-([1-9]|1[0-6])|windows-125[0-8]|koi8-[ru]",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """A page in a few words. `title` is never empty."""

    title: str
    words: str
    site: str


def fetch_card(url: str, *, policy: outbound.Policy = outbound.PUBLIC) -> Card | None:
    """Ask a public page what it is; None when it does not say. OutboundError when no usable answer came."""
    answer = outbound.fetch(
        url,
        max_bytes=MAX_BYTES,
        timeout=SECONDS,
        accept=["text/html", "application/xhtml+xml"],
        policy=policy,
    )
    if answer.status != 200:
        return None
    return read_card(answer.body, answer.headers.get("content-type", ""), answer.url)


def read_card(body: bytes, content_type: str, url: str) -> Card | None:
    """Read a page's head; None without a title."""
    head = _head(body, content_type)
    named = _named(head)
    title = _said(named.get("og:title") or named.get("twitter:title") or _title(head), TITLE)
    if not title:
        return None
    words = named.get("og:description") or named.get("description") or named.get("twitter:description") or ""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return Card(title, _said(words, WORDS), _said(named.get("og:site_name", ""), SITE) or host[:SITE])


def _head(body: bytes, content_type: str) -> str:
    text = body[: 2 * LONGEST_HEAD].decode(_encoding(body, content_type), "replace")[:LONGEST_HEAD]
    for opening, closing in _SKIPPED:
        text = _without(text, opening, closing)
    end = _END.search(text)
    return text[: end.start()] if end else text


def _encoding(body: bytes, content_type: str) -> str:
    if body.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    told = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", content_type, re.IGNORECASE)
    found = _CHARSET.search(body[:2_000])
    name = told[1] if told else found[1].decode("ascii") if found else "utf-8"
    if name.lower() in {"gb2312", "gbk"}:
        name = "gb18030"  # says all that they say, and what pages write all the same
    return name if _KNOWN.fullmatch(name) else "utf-8"


def _without(text: str, opening: str, closing: str) -> str:
    """The text without what stands between two marks; to its end where the second is missing."""
    low = text.lower()
    if len(low) != len(text):  # a letter that grows when it is lowered: places would not fit
        low = text
    kept, at = [], 0
    while (start := low.find(opening, at)) >= 0:
        kept.append(text[at:start])
        end = low.find(closing, start + len(opening))
        if end < 0:
            return "".join(kept)
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def _named(head: str) -> dict[str, str]:
    """What the page's `<meta>` tags say, by name; the first of each name counts."""
    named: dict[str, str] = {}
    for attributes in _metas(head):
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if name and attributes.get("content"):
            named.setdefault(name, attributes["content"])
    return named


def _metas(head: str) -> Iterator[dict[str, str]]:
    low, at = head.lower(), -1
    for _ in range(MOST_TAGS):
        at = low.find("<meta", at + 1)
        if at < 0 or len(low) != len(head):
            return
        yield _attributes(head[at + 5 : at + 5 + LONGEST_TAG])


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    for _ in range(MOST_ATTRIBUTES):
        match = _ATTRIBUTE.match(tag, at)
        if match is None:
            break
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
        at = match.end()
    return found


def _title(head: str) -> str:
    start = _TITLE.search(head)
    if start is None:
        return ""
    return head[start.end() : start.end() + 4 * TITLE].partition("<")[0]


def _said(text: str, longest: int) -> str:
    """Somebody else's words as one line of ours: entities resolved, nothing invisible, cut to a length."""
    line = " ".join(trim_marks(clean_source(html.unescape(text))).split())
    if is_blank(line):
        return ""
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
