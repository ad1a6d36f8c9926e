"""Reading rendered text in tests: short, and with a browser's suspicion."""

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from urllib.parse import urlsplit

from community.core.text import Rendered, render

TAGS = {
    *("a", "blockquote", "br", "code", "details", "div", "em", "h3", "h4", "h5", "hr", "img", "li", "ol"),
    *("p", "pre", "s", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    ("a", "href"), ("a", "title"), ("a", "rel"), ("a", "class"),
    ("blockquote", "class"), ("blockquote", "data-post"), ("code", "class"), ("details", "class"),
    ("div", "class"), ("div", "tabindex"), ("img", "src"), ("img", "alt"), ("img", "title"),
    ("img", "loading"), ("img", "decoding"), ("li", "class"), ("ol", "start"), ("pre", "class"),
    ("pre", "tabindex"), ("span", "class"), ("span", "tabindex"), ("summary", "class"),
    ("td", "class"), ("th", "class"),
}  # fmt: skip
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")  # what a browser takes for one
VOID = {"br", "hr", "img"}


class People:
    """Names that exist, and a memory of what was asked."""

    def __init__(self, *names: str) -> None:
        self.names = {name: f"/members/{name}/" for name in names}
        self.asked: list[list[str]] = []

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        self.asked.append(list(candidates))
        return {name: self.names[name] for name in self.asked[-1] if name in self.names}


class Inspector(HTMLParser):
    """Walks HTML and notes everything that our own list does not allow."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in VOID:
            self.open.append(tag)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if (tag, name) not in ATTRIBUTES:
            self.faults.append(f"<{tag} {name}>")
        if name == "src" and not (value.startswith("/media/") and ".." not in value):
            self.faults.append(f"src={value}")
        if name == "href":
            found = SCHEME.match(value)
            scheme = found[1].lower() if found else ""
            if scheme not in {"", "http", "https", "mailto"} or set(value) & set("\t\n\r\x00"):
                self.faults.append(f"href={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of place")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def inspect(html: str) -> Inspector:
    """The inspector after its walk; `faults` is empty for HTML that may be shown."""
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    if inspector.open:
        inspector.faults.append(f"left open: {inspector.open}")
    return inspector


def text_of(html: str) -> str:
    """What a reader sees, on one line."""
    return " ".join("".join(inspect(html.replace("<br>", " ")).text).split())


def html_of(source: str, *people: str) -> str:
    """Rendered HTML without the line ends between tags; those in code become ⏎."""
    html = str(rendered(source, *people).html)
    pieces = html.split("<pre")
    squeezed = [pieces[0].replace("\n", "")]
    for piece in pieces[1:]:
        code, _, rest = piece.partition("</pre>")
        squeezed.append(code.replace("\n", "⏎") + "</pre>" + rest.replace("\n", ""))
    return "<pre".join(squeezed)


def rendered(source: str, *people: str) -> Rendered:
    """The whole result, with `people` as the only members."""
    return render(source, links=People(*people) if people else None)


def hosts_linked(html: str) -> set[str]:
    """Hosts that the links in `html` lead to."""
    found: set[str] = set()

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            href = dict(attrs).get("href") or ""
            if tag == "a" and urlsplit(href).netloc:
                found.add(urlsplit(href).netloc)

    Links().feed(html)
    return found
