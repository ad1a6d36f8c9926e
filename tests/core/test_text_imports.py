"""HTML of other forums becomes Markdown that shows the same words in the same form."""

import os
import re
import unicodedata
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.text import html_to_markdown, render
from tests.core.text_pages import text_of
from tests.support.required import need

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
POSTS = Path(os.environ.get("CONVOY_SHARED", _BESIDE)) / "beer.stackexchange.Posts.xml"


def again(html: str) -> str:
    return str(render(html_to_markdown(html)).html).replace("\n", "")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("<p>one</p>\n\n<p>two</p>", "one\n\ntwo"),
        ("<p>soft\nwrapped\n lines</p>", "soft wrapped lines"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
        ("<p>one<br><br><br>two</p>", "one\n\ntwo"),
        ("<p><strong>a</strong> <em>b</em> <s>c</s> <b>d</b> <i>e</i></p>", "**a** *b* ~~c~~ **d** *e*"),
        ("<p><strong>a </strong>b<em> c</em></p>", "**a** b *c*"),
        ("<p><strong></strong>x<em> </em></p>", "x"),
        ("<p><strong>a</strong><strong>b</strong></p>", "**ab**"),
        ("<p><b>a <strong>b</strong></b></p>", "**a b**"),
        ("<h1>T</h1><h2>U</h2><h3>V<br>W</h3>", "# T\n\n## U\n\n### V W"),
        ("<hr><hr/>", "---\n\n---"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ('<ol start="9"><li>a</li><li>b</li></ol>', "9. a\n10. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>", "- a\n\n  b\n\n- c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ('<blockquote class="spoiler"><p>a</p></blockquote>', ":::spoiler\na\n:::"),
        ("<pre><code>x &lt; 1\n\n  y\n</code></pre>", "```\nx < 1\n\n  y\n```"),
        ('<pre class="lang-py prettyprint-override"><code>x\n</code></pre>', "```py\nx\n```"),
        ("<pre><code>```\n</code></pre>", "````\n```\n````"),
        ("<p><code>a</code> <kbd>Ctrl</kbd> <code>`</code></p>", "`a` `Ctrl` `` ` ``"),
        ('<a href="https://example.com/a">b</a>', "[b](https://example.com/a)"),
        ('<a href="https://example.com/a">https://example.com/a</a>', "<https://example.com/a>"),
        ('<a href="https://example.com/a" title="t &quot;q&quot;">b</a>', '[b](https://example.com/a "t \\"q\\"")'),
        ('<a href="https://example.com/(a b)">b</a>', "[b](<https://example.com/(ab)>)"),
        ('<a href="javascript:alert(1)">b</a>', "b"),
        ("<a name=x>b</a>", "b"),
        ('<img src="https://i.example.com/a.png" alt="dash [1]">', "![dash \\[1\\]](https://i.example.com/a.png)"),
        ('<img src="https://i.example.com/a.png" alt="enter image description here">', "![](https://i.example.com/a.png)"),
        ('<a href="https://b.example"><img src="https://a.example/a.png" alt="c"></a>',
         "[![c](https://a.example/a.png)](https://b.example)"),
        ("<p>CO<sub>2</sub>, 10<sup>-3</sup> m<sup>2</sup>, 4<sup>th</sup>, x<sup>y</sup></p>", "CO₂, 10⁻³ m², 4th, x^y"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>", "| a | b |\n| --- | --- |\n| 1\\|2 |  |"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "- a\n- b"),
        ("<p>a &amp;lt; b &lt;c&gt; &copy; &nbsp;d</p>", "a \\&lt; b \\<c> © \xa0d"),
        ("<div><span>deep</span> <font>words</font></div>", "deep words"),
        ("<p>open <b>never closed", "open **never closed**"),
        ("<script>alert(1)</script><style>x</style><p>a</p><!-- b -->", "a"),
        ('<iframe src="https://video.example/1"></iframe>', "<https://video.example/1>"),
        ("<q>said</q>", "“said”"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown


@pytest.mark.parametrize(
    "text",
    ["*a* _b_ `c` ~~d~~ ||e||", "[a](b) [c] ![d](e) [ ] x", "# a", "1. a", "2) b", "- a", "+ a", "> a", "---", "===",
     "~~~", ":::spoiler", "[!quote 1 a]", "[x]: y", "a | b", "|---|", "<b> </b> <a@b.c> <https://a.b>",
     "&amp; &#35; &x", "\\ \\* C:\\dir\\", "snake_case _x", "2*3*4 ** x", "a\\", "!", "![", "**中文：**后",
     "https://example.com/a_b_(c)*d* x", "#hash #1", "100% ~5 ~~"],
)  # fmt: skip
def test_signs_in_words_stay_words(text: str) -> None:
    shown = text.replace("&", "&amp;").replace("<", "&lt;")
    for html in (f"<p>{shown}</p>", f"<ul><li>{shown}</li></ul>", f"<blockquote>{shown}</blockquote>"):
        result = again(html)
        assert text_of(result) == " ".join(text.split()), html_to_markdown(html)
        assert not re.search("<(em|strong|s|h[345]|hr|code|details|span|pre|img|table)", result)


@pytest.mark.parametrize(
    "html",
    ["<p>foo<b>(bar)</b>baz</p>", "<p>a<i>!</i>b</p>", "<p><b>a<br><br>b</b></p>", "<p>x<em>“y”</em>z</p>"],
)
def test_stress_that_markdown_cannot_set_is_dropped_rather_than_shown_as_stars(html: str) -> None:
    assert "*" not in text_of(again(html))


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p><b>注意：</b>后面</p>", "<strong>注意：</strong>后面"),
        ("<p><strong>a</strong><em>b</em></p>", "<strong>a</strong><em>b</em>"),
        ("<p><em>a <strong>b</strong></em></p>", "<em>a <strong>b</strong></em>"),
        ("<p><a href='/x'><b>a</b></a></p>", '<a href="/x"><strong>a</strong></a>'),
    ],
)
def test_stress_survives(html: str, kept: str) -> None:
    assert kept in again(html)


def test_relative_addresses_are_completed() -> None:
    html = '<a href="/questions/1/x">a</a> <a href="//i.example/b">b</a> <a href="mailto:x@y.example">m</a>'
    markdown = html_to_markdown(f'{html} <img src="c.png">', base="https://beer.example.com/q/")
    assert "(https://beer.example.com/questions/1/x)" in markdown
    assert "(https://i.example/b)" in markdown
    assert "(https://beer.example.com/q/c.png)" in markdown
    assert "(mailto:x@y.example)" in markdown


def test_a_list_directly_after_words_stays_a_list() -> None:
    assert (
        again("<p>a</p><ol start=4><li>b</li></ol><p>c</p>")
        == '<p>a</p><ol start="4"><li>b</li></ol><p>c</p>'
    )
    assert again("<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>") == (
        "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>"
    )


def test_a_table_of_many_forms_keeps_every_word() -> None:
    row = "<tr><td><p>a</p><p>b</p></td><td><ul><li>c</li></ul></td></tr>"
    html = f"<table><caption>cap</caption><tbody>{row}</tbody></table>"
    assert text_of(again(html).replace("><", "> <")).split() == ["cap", "a", "b", "c"]


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul><li", "b", "span", "table><tr><td"])
def test_depth_melts_and_words_stay(tag: str) -> None:
    html = "".join(f"<{tag}>w{level} " for level in range(200))
    assert re.findall(r"w\d+", text_of(again(html))) == [f"w{level}" for level in range(200)]


WORDS = st.text(alphabet="ab *_`[]()<>&#-+.1|~:!\\@\n中，。：（）", max_size=12).map(
    lambda words: words.replace("&", "&amp;").replace("<", "&lt;")
)
ELEMENTS = [
    *(
        "p",
        "b",
        "em",
        "s",
        "ul li",
        "ol li",
        "blockquote",
        "code",
        "pre",
        "h2",
        "a",
        "div",
        "table tr td",
        "dl dd",
    ),
]


def element(names: str, parts: list[str]) -> str:
    opening = "".join("<a href='/x'>" if name == "a" else f"<{name}>" for name in names.split())
    return opening + "".join(parts) + "".join(f"</{name}>" for name in reversed(names.split()))


HTML = st.recursive(
    WORDS | st.sampled_from(["<br>", "<hr>"]),
    lambda inner: st.builds(element, st.sampled_from(ELEMENTS), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@given(HTML)
def test_no_sign_is_lost_or_added(html: str) -> None:
    assert squeezed(visible(again(html))) == squeezed(visible(html)), html_to_markdown(html)


class _Visible(HTMLParser):
    """Words of a page, without the descriptions of its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def visible(html: str) -> str:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return "".join(parser.said)


def test_a_whole_community_comes_through_without_losing_a_word() -> None:
    need("data", POSTS.exists(), f"{POSTS.name} is not here: set CONVOY_SHARED to its folder")
    checked = 0
    for _, row in ET.iterparse(POSTS):
        body = row.get("Body")
        if row.tag != "row" or not body:
            continue
        shown = again(body)
        before, after = squeezed(visible(body)), squeezed(visible(shown))
        if "<img" not in body:
            assert before == after, row.get("Id")
        else:
            remaining = iter(after)
            assert all(char in remaining for char in before), row.get("Id")
        for tag in ("blockquote", "pre", "table", "hr"):
            assert body.count(f"<{tag}") == shown.count(f"<{tag}"), (row.get("Id"), tag)
        checked += 1
        row.clear()
    assert checked > 2_000
