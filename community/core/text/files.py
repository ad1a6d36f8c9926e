"""Our own files in people's words: pictures with their sizes and their place reserved, documents as small cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from markdown_it.token import Token

FILES_ROOT = "/files/"
_KEY = "[a-z2-7]{32}"
_NAMED = re.compile(rf"{FILES_ROOT}({_KEY})\.[a-z0-9]{{1,5}}")
_SERVED = rf"{FILES_ROOT}[a-z2-7]{{2}}/{_KEY}-[a-z2-7]{{8}}-\d{{2,4}}\.webp"
_SERVED_PICTURE = re.compile(_SERVED)
_SOURCES = re.compile(rf"{_SERVED} \d{{1,5}}w(?:, {_SERVED} \d{{1,5}}w){{0,5}}")
# How wide a picture is shown, for the browser to choose by: alone in a post, and beside others.
ALONE, BESIDE = "(min-width: 60rem) 44rem, 100vw", "(min-width: 60rem) 22rem, 50vw"


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One of our own files as a text shows it. A document has a label and a note ("PDF · 1.2 MB"), no source."""

    href: str  # the largest picture, or the download
    src: str = ""
    srcset: str = ""
    width: int = 0
    height: int = 0
    label: str = ""
    note: str = ""
    motion: str = ""  # the animation that the picture is the first frame of

    @property
    def is_picture(self) -> bool:
        return bool(self.src)


class FileLinks(Protocol):
    """Knows which of our files a text may show."""

    def resolve(self, keys: Sequence[str]) -> Mapping[str, ShownFile]:
        """The files among `keys` that may stand here; one statement at most. Others stay plain links."""
        ...


def key_of(address: str) -> str:
    """The key in an address of one of our files; empty for any other address."""
    found = _NAMED.fullmatch(address)
    return found.group(1) if found else ""


def keys_in(source: str) -> list[str]:
    """The key of each of our files that a text names, each once, in order: before it is rendered."""
    return list(dict.fromkeys(found.group(1) for found in _NAMED.finditer(source)))


def is_served_picture(url: str) -> bool:
    return _SERVED_PICTURE.fullmatch(url) is not None


def are_sources(value: str) -> bool:
    """True for a srcset that names nothing but our own pictures."""
    return _SOURCES.fullmatch(value) is not None


def gather(tokens: Iterable[Token]) -> list[str]:
    """Keys of all files that parsed tokens name as pictures or links, each once."""
    found: dict[str, None] = {}
    for token in tokens:
        for child in token.children or []:
            address = child.attrs.get("src") if child.type == "image" else child.attrs.get("href")
            if address and (key := key_of(str(address))):
                found[key] = None
    return list(found)


def picture(token: Token, shown: ShownFile) -> list[Token]:
    """The tokens of a picture that leads to its largest size."""
    return [_opening(shown), picture_alone(token, shown), Token("link_close", "a", -1)]


def picture_alone(token: Token, shown: ShownFile) -> Token:
    """The picture itself, for a place that leads somewhere already."""
    title = token.attrs.get("title")
    token.attrs = {"src": shown.src, "alt": ""}
    if title:
        token.attrs["title"] = title
    if shown.srcset:
        token.attrs |= {"srcset": shown.srcset, "sizes": ALONE}
    token.attrs |= {"width": shown.width, "height": shown.height, "loading": "lazy", "decoding": "async"}
    return token


def document(words: Sequence[Token], shown: ShownFile, address: str) -> list[Token]:
    """The tokens of a card that leads to a download, named by the author's `words` or by its own name."""
    opening = Token("link_open", "a", 1)
    opening.attrs = {"class": "file-card", "href": shown.href}
    said = "".join(token.content for token in words).strip()
    if not said or said == address:
        label = Token("text", "", 0)
        label.content = shown.label
        words = [label]
    note = Token("file_note", "span", 0)
    note.meta = {"note": shown.note}
    return [opening, *words, note, Token("link_close", "a", -1)]


def _opening(shown: ShownFile) -> Token:
    opening = Token("link_open", "a", 1)
    # It stands still until it is set in motion; without the script its link leads to what moves.
    css = "picture-open picture-moves" if shown.motion else "picture-open"
    opening.attrs = {"class": css, "href": shown.motion or shown.href}
    opening.meta = {"picture": True}
    return opening


def set_apart(tokens: list[Token]) -> list[Token]:
    """Paragraphs of nothing but our pictures become figures, several in a row a gallery."""
    done: list[Token] = []
    row: list[list[Token]] = []
    level, index = 0, 0
    while index < len(tokens):
        found = _pictures_of(tokens, index)
        if found and (not row or tokens[index].level == level):
            level, index = tokens[index].level, index + 3
            row += found
            continue
        done += _figures(row, level)
        row = []
        if not found:
            done.append(tokens[index])
            index += 1
    return done + _figures(row, level)


def _pictures_of(tokens: Sequence[Token], index: int) -> list[list[Token]]:
    """The pictures of a paragraph that holds nothing else, as link, image and end; empty for any other place."""
    if tokens[index].type != "paragraph_open" or index + 1 >= len(tokens):
        return []
    children = [child for child in tokens[index + 1].children or [] if not _is_space(child)]
    threes = [children[at : at + 3] for at in range(0, len(children), 3)]
    return threes if threes and all(_is_picture(three) for three in threes) else []


def _is_space(token: Token) -> bool:
    return token.type in {"softbreak", "hardbreak"} or (token.type == "text" and not token.content.strip())


def _is_picture(three: Sequence[Token]) -> bool:
    types = [token.type for token in three]
    return types == ["link_open", "image", "link_close"] and bool(three[0].meta.get("picture"))


def _figures(row: list[list[Token]], level: int) -> list[Token]:
    figures: list[Token] = []
    for three in row:
        if len(row) > 1 and "sizes" in three[1].attrs:
            three[1].attrs["sizes"] = BESIDE
        caption = three[1].attrs.pop("title", "")
        figures += [_block("figure_open", "figure", 1, level, "picture"), _inline(three, level + 1)]
        if caption:
            words = Token("text", "", 0)
            words.content = str(caption)
            figures += [
                _block("figcaption_open", "figcaption", 1, level + 1),
                _inline([words], level + 2),
                _block("figcaption_close", "figcaption", -1, level + 1),
            ]
        figures.append(_block("figure_close", "figure", -1, level))
    if len(row) < 2:
        return figures
    opening, closing = (
        _block("gallery_open", "div", 1, level, "gallery"),
        _block("gallery_close", "div", -1, level),
    )
    return [opening, *figures, closing]


def _block(kind: str, tag: str, nesting: Any, level: int, css: str = "") -> Token:
    token = Token(kind, tag, nesting, block=True, level=level)
    if css:
        token.attrs = {"class": css}
    return token


def _inline(children: list[Token], level: int) -> Token:
    return Token("inline", "", 0, block=True, level=level, children=children)
