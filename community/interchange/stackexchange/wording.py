"""Bodies, comments, titles and descriptions of Stack Exchange in our own words: Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from django.utils.html import strip_tags

from community.core.access import Invalid
from community.core.text import (
    MAX_SOURCE,
    MAX_TITLE,
    TooLong,
    clean_source,
    commonmark_to_html,
    excerpt,
    html_to_markdown,
    normalise_title,
    render,
)
from community.interchange.stackexchange.mapping import MAX_BODY

CUT = "shortened"

_HREF = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)(")', re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:a|b|i|code|em|strong|p|br|pre)\b[^>]*>", re.IGNORECASE)
_LINE_START = re.compile(
    r"^([ \t]*)(?:([#>|:~=]|[-+*](?=\s)|-{3,}|`{3,})|(\d{1,9})([.)])(?=\s))", re.MULTILINE
)
_TAG = re.compile(r"\[(?:meta-)?tag:([^\]\s]+)\]")

# Our own address while relative links are completed with the old site's; never left in a text.
_HERE = "https://here.invalid"

Has = Callable[[int], bool]


def body(html: str, *, site: str, host: str, has: Has) -> tuple[str, str]:
    """(Markdown, what had to be done) of a question or an answer. Links within the old site lead to us."""
    mended = ""
    if len(html) > MAX_BODY:
        html, mended = html[:MAX_BODY].rpartition("<")[0] or html[:MAX_BODY], CUT
    html = _HREF.sub(lambda found: f"{found[1]}{_home(found[2], site, host, has, _HERE)}{found[3]}", html)
    try:
        source = html_to_markdown(html, base=f"https://{host}/")
    except TooLong:
        source, mended = html_to_markdown(html[: MAX_BODY // 2], base=f"https://{host}/"), CUT
    return source.replace(f"{_HERE}/import/", "/import/"), mended


def version(source: str, *, site: str, host: str, has: Has) -> str:
    """Markdown of theirs in ours, so that it compares with the words of today. Never refused: cut, or as it was."""
    try:
        text, _mended = body(commonmark_to_html(source), site=site, host=host, has=has)
    except Invalid:
        text = source
    return clean_source(text)[:MAX_SOURCE]


def comment(text: str, *, site: str, host: str, has: Has) -> tuple[str, str]:
    """(Markdown, what had to be done) of a comment: theirs knows stress, code and links, but no blocks."""
    if _MARKUP.search(text):
        return body(text, site=site, host=host, has=has)
    mended = ""
    if len(text) > MAX_BODY:
        text, mended = text[:MAX_BODY], CUT
    text = _TAG.sub(r"\1", text)
    text = re.sub(r"(\]\()([^)\s]+)", lambda found: found[1] + _home(found[2], site, host, has), text)
    return _LINE_START.sub(_escaped, text).strip(), mended


def title(raw: str, html: str) -> tuple[str, str]:
    """(title, what had to be done): as it was, cut to what a title may be, or the first words of the text."""
    for candidate, mended in ((raw, ""), (excerpt(" ".join(raw.split()), MAX_TITLE), CUT)):
        try:
            return normalise_title(candidate), mended
        except Invalid:
            continue
    try:
        words = " ".join(unescape(strip_tags(html[:4000])).split())
        return normalise_title(excerpt(words, 80)), "title made from the first words"
    except Invalid:
        return "…?", "title made from the first words"


def plain(html: str, limit: int) -> str:
    """The words of a description."""
    try:
        return render(html_to_markdown(html[:20_000])).plain[:limit]
    except Invalid:
        return ""


def _escaped(found: re.Match[str]) -> str:
    return f"{found[1]}{found[3]}\\{found[4]}" if found[3] else f"{found[1]}\\{found[2]}"


def _home(href: str, site: str, host: str, has: Has, here: str = "") -> str:
    """Our address for a link to a question or an answer of the same site that moves in; else the link itself."""
    found = re.match(
        rf"(?:(?:https?:)?//(?:www\.)?{re.escape(host)})?/"
        r"(?:(?P<short>[qa])/(?P<id>\d{1,18})|questions/(?P<question>\d{1,18})(?:/[^/#?]*)?(?:/(?P<answer>\d{1,18}))?)"
        r"(?![\d])[^#]*(?:\#(?:comment\d+_)?(?P<anchor>\d{1,18}))?",
        href,
    )
    if found is None:
        return href
    answer = found["anchor"] or found["answer"]
    kind, number = ("a", answer) if answer else (found["short"] or "q", found["id"] or found["question"])
    return f"{here}/import/stackexchange/{site}/{kind}/{number}" if has(int(number)) else href
