"""A small tree of somebody else's HTML: mended as a browser would mend it, depth bounded."""

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

import nh3

from community.core.text.characters import clean_source

MAX_OPEN = 40  # elements deeper than this melt into their parent; their text stays

BLOCKS = frozenset(
    {
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "figcaption"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "pre",
            "hr",
            "details",
            "summary",
            "address",
            "center",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    }
)
_INLINE = frozenset(
    {
        *("a", "b", "cite", "code", "del", "dfn", "em", "i", "kbd", "q", "s", "samp", "strike", "strong"),
        *("sub", "sup", "tt", "var", "br", "img", "iframe", "embed", "video", "audio"),
    }
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    **{tag: {"class"} for tag in ("blockquote", "code", "pre")},
    **{tag: {"src"} for tag in ("iframe", "embed", "video", "audio")},
}
_VOID = frozenset({"br", "hr", "img", "embed"})


_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")  # ours to take notes with


@dataclass(slots=True)
class Node:
    """An element with its children in order; text stands as plain strings."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def holds_blocks(self) -> bool:
        """True when the element is a block or has one inside, so that it cannot stand within a line."""
        if self.tag in BLOCKS:
            return True
        return any(isinstance(child, Node) and child.holds_blocks for child in self.children)

    def raw(self) -> str:
        """All text inside, line breaks as newlines."""
        return "".join(
            child if isinstance(child, str) else "\n" if child.tag == "br" else child.raw()
            for child in self.children
        )

    def find(self, tag: str) -> "list[Node]":
        """The nearest elements called `tag` below this one."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag == tag else child.find(tag)
        return found


class _Builder(HTMLParser):
    """Takes well-formed HTML only: the standard parser is slow and strict with anything else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self.open: list[Node] = [self.root]
        self.melted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.open[-1].children.append(node)
        elif len(self.open) < MAX_OPEN:
            self.open[-1].children.append(node)
            self.open.append(node)
        else:
            self.melted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self.melted:
            self.melted -= 1
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


@cache
def _mender() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(BLOCKS | _INLINE),
        clean_content_tags={"script", "style", "template", "head", "title", "object"},
        attributes=_ATTRIBUTES,
        link_rel=None,
    )


def parse(html: str) -> Node:
    """The tree of an HTML fragment, under a root of its own. Script and style go; other text stays."""
    builder = _Builder()
    mended = _mender().clean(clean_source(html))
    # Cleaned again: only now can no entity hide a character.
    builder.feed(_NONCHARACTERS.sub("", clean_source(mended)))
    builder.close()
    return builder.root
