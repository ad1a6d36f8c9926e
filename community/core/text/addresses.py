"""Which web addresses of a text stand alone on their line: those that a card may tell more about."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it.token import Token

from community.core.access import Invalid
from community.core.text import limits
from community.core.text.characters import clean_source
from community.core.text.render import parser


def lone_addresses(source: str, *, most: int) -> list[str]:
    """The first `most` addresses on lines of their own, each once. Not in quotes, lists, tables, spoilers or code."""
    text = clean_source(source)
    if "http" not in text and "www." not in text.lower():
        return []
    try:
        limits.check_source(text)
        tokens = parser().parse(text, {})
    except Invalid:
        return []
    found: dict[str, None] = {}
    for token in tokens:
        if token.type == "inline" and token.level == 1:  # in a paragraph of the post itself
            found.update(dict.fromkeys(_alone(token.children or [])))
    return list(found)[:most]


def _alone(children: Sequence[Token]) -> list[str]:
    lines: list[list[Token]] = [[]]
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            lines.append([])
        elif child.type != "text" or child.content.strip():
            lines[-1].append(child)
    return [address for line in lines if (address := _address(line))]


def _address(line: Sequence[Token]) -> str:
    """The address a line consists of: typed bare or between angle brackets, not hidden behind words."""
    if [token.type for token in line] != ["link_open", "text", "link_close"]:
        return ""
    href = str(line[0].attrs.get("href", ""))
    if urlsplit(href).scheme not in {"http", "https"} or line[0].meta.get("mention"):
        return ""
    typed = line[1].content
    return href if typed.startswith(("http://", "https://", "www.", "HTTP", "WWW.")) else ""
