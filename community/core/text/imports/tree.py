"""A forgiving tree of somebody else's HTML: wrong nesting mended, depth bounded, nothing visible dropped."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

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
_VOID = frozenset(
    {"br", "hr", "img", "input", "wbr", "area", "base", "col", "embed", "link", "meta", "source", "track"}
)
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "object"})
_SELF_CLOSING = frozenset({"li", "dt", "dd", "tr", "td", "th"})


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
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self.open: list[Node] = [self.root]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        if self.silent:
            return
        last = self.open[-1].tag
        if (last == "p" and tag in BLOCKS) or (tag in _SELF_CLOSING and last == tag):
            self.open.pop()
        node = Node(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.open[-1].children.append(node)
        elif len(self.open) < MAX_OPEN:
            self.open[-1].children.append(node)
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _SILENT:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
            return
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].tag == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.open[-1].children.append(data)


def parse(html: str) -> Node:
    """The tree of an HTML fragment, under a root of its own."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
