"""People's text: Markdown in, safe HTML and plain words out. No other way leads from a person to a page."""

from community.core.text.characters import UNREADABLE, clean_source, is_blank, seen_length
from community.core.text.files import FILES_ROOT, FileLinks, ShownFile, keys_in
from community.core.text.imports import commonmark_to_html, html_to_markdown
from community.core.text.limits import MAX_SOURCE, TooLong
from community.core.text.literal import literal, read_plainly
from community.core.text.mentions import MentionLinks
from community.core.text.plain import excerpt, reading_minutes
from community.core.text.quotes import quote_source
from community.core.text.render import RENDERER_VERSION, Rendered, needs_render, render
from community.core.text.sanitise import stored
from community.core.text.titles import MAX_TITLE, normalise_title, phrases

__all__ = [
    "FILES_ROOT",
    "MAX_SOURCE",
    "MAX_TITLE",
    "RENDERER_VERSION",
    "UNREADABLE",
    "FileLinks",
    "MentionLinks",
    "Rendered",
    "ShownFile",
    "TooLong",
    "clean_source",
    "commonmark_to_html",
    "excerpt",
    "html_to_markdown",
    "is_blank",
    "keys_in",
    "literal",
    "needs_render",
    "normalise_title",
    "phrases",
    "quote_source",
    "read_plainly",
    "reading_minutes",
    "render",
    "seen_length",
    "stored",
]
