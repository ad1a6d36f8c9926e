"""The CommonMark specification's own examples, less a reviewed list of what we do otherwise on purpose."""

from html.parser import HTMLParser
from typing import Any

import pytest

from community.core.text import render
from community.core.text.links import short_address
from tests import hostile

HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}
BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "h3", "h4", "h5", "div", "table"}


class Shape(HTMLParser):
    """What a page says and how it is built, without what we change everywhere: heading levels, link marks,
    code classes, line breaks kept, foreign pictures as links."""

    def __init__(self, *, expected: bool) -> None:
        super().__init__()
        self.expected = expected
        self.parts: list[str] = []
        self.pre = False
        self.links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if self.expected:
            tag = HEADINGS.get(tag, tag)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "img" and self.expected:
            self._link(found["src"], found.get("alt") or short_address(found["src"]))
        elif tag == "a":
            self.links += 1
            self.parts.append(f"<a {found.get('href')}>")
        elif tag != "span":
            self.pre = self.pre or tag == "pre"
            self.parts.append(f"<{tag} {found.get('start', '')}>")

    def _link(self, href: str, words: str) -> None:
        words = " ".join(words.split())
        self.parts.append(words if self.links or not href else f"<a {href}>{words}</a>")

    def handle_endtag(self, tag: str) -> None:
        if self.expected:
            tag = HEADINGS.get(tag, tag)
        if tag in {"br", "hr", "img", "span"}:
            return
        if tag == "pre":
            self.pre = False
        self.links -= tag == "a"
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = data.replace("<", "‹").replace(">", "›")
        self.parts.append(words.replace("\n", "⏎").replace(" ", "␣") if self.pre else words)


def shape(html: str, *, expected: bool = False) -> str:
    parser = Shape(expected=expected)
    parser.feed(html)
    parser.close()
    text = " ".join("".join(parser.parts).split())
    for tag in BLOCKS:
        text = text.replace(f" <{tag} ", f"<{tag} ").replace(f"</{tag}> ", f"</{tag}>")
        text = text.replace(f" </{tag}>", f"</{tag}>")
    return text.replace("> ", ">")


TYPED = "HTML is shown as it was typed"
SCHEMES = "links lead to the web, to mail and within the site"
BARE = "a bare address becomes a link"
RAW_HTML = {21, 31, 203, 310, 311, 346, 477, 478, 479, 493, 496, 526, 538, 645, 646, *range(148, 194)} | {
    *(615, 616, 617, 618, 619, 625, 627, 628, 629, 630, 631, 632, 633),
}
OTHERWISE = (
    dict.fromkeys(RAW_HTML, TYPED)
    | dict.fromkeys((598, 600, 601, 603), SCHEMES)
    | dict.fromkeys((604, 610, 613), BARE)
)


@pytest.mark.parametrize("example", hostile.commonmark_examples())
def test_the_specification_holds(example: dict[str, Any]) -> None:
    number = example["example"]
    ours = shape(render(example["markdown"]).html)
    theirs = shape(example["html"], expected=True)
    if reason := OTHERWISE.get(number):
        assert ours != theirs, f"no longer otherwise ({reason}): take it off the list"
    else:
        assert ours == theirs, example["section"]
