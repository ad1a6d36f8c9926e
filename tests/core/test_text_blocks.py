"""Spoilers and quotes: text that waits for a click, and text that names its post."""

import pytest

from community.core.text import quote_source, render
from community.core.text.quotes import MAX_QUOTED
from tests.core.text_pages import html_of, inspect, text_of

# ---- spoilers in a line ----


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("the end: ||he did it||.", 'the end: <span class="spoiler" tabindex="0">he did it</span>.'),
        (
            "结局是||凶手**自首**||了",
            '结局是<span class="spoiler" tabindex="0">凶手<strong>自首</strong></span>了',
        ),
        (
            "||一||和||二||",
            '<span class="spoiler" tabindex="0">一</span>和<span class="spoiler" tabindex="0">二</span>',
        ),
        ("**||a||**", '<strong><span class="spoiler" tabindex="0">a</span></strong>'),
        ("a || b || c", "a || b || c"),
        ("||never closed", "||never closed"),
        ("||||", "||||"),
        ("|||a|||", "|||a|||"),
        (r"\||a||", "||a||"),
        ("`||a||`", "<code>||a||</code>"),
    ],
)
def test_inline_spoilers(source: str, html: str) -> None:
    assert html_of(source) == f"<p>{html}</p>"


# ---- spoiler blocks ----


def test_a_spoiler_block_is_a_details_element() -> None:
    html = html_of(":::spoiler 结局 & more\n**b**\n\n- x\n:::\nafter")
    assert html == (
        '<details class="spoiler"><summary>结局 &amp; more</summary><p><strong>b</strong></p>'
        "<ul><li>x</li></ul></details><p>after</p>"
    )


@pytest.mark.parametrize("opening", [":::spoiler", "::: spoiler", ":::SPOILER", ":::剧透", "::::spoiler  "])
def test_an_unnamed_spoiler_leaves_its_name_to_the_style_sheet(opening: str) -> None:
    assert html_of(f"{opening}\nx\n:::") == (
        '<details class="spoiler"><summary class="unnamed"></summary><p>x</p></details>'
    )


def test_spoilers_nest_and_close_at_the_end_of_the_text() -> None:
    html = html_of(":::spoiler a\n:::spoiler b\nx\n:::\ny\n:::\nz")
    assert html.count("<details") == html.count("</details>") == 2
    assert html.endswith("<p>y</p></details><p>z</p>")
    assert html_of(":::spoiler a\nx").endswith("<p>x</p></details>")


def test_spoilers_stand_in_quotes_and_lists_and_after_words() -> None:
    assert html_of("> :::spoiler t\n> x\n> :::").startswith('<blockquote><details class="spoiler">')
    assert "<li><details" in html_of("- :::spoiler t\n  x\n  :::")
    assert html_of("words\n:::spoiler t\nx\n:::").startswith("<p>words</p><details")


@pytest.mark.parametrize(
    "source", [":::", ":::note\nx\n:::", "::spoiler\nx", "a :::spoiler\nx", "    :::spoiler"]
)
def test_other_colons_are_words(source: str) -> None:
    html = html_of(source)
    assert "<details" not in html
    assert "::" in html


# ---- quotes ----


def test_a_quote_names_its_post() -> None:
    assert html_of("> [!quote 123 陈屿]\n> 说得对\n\n同意") == (
        '<blockquote class="quote" data-post="123"><a class="quote-source" href="/posts/123/">陈屿</a>'
        "<p>说得对</p></blockquote><p>同意</p>"
    )


def test_a_quote_may_stand_alone_and_nameless() -> None:
    assert html_of("> [!quote 5]") == (
        '<blockquote class="quote" data-post="5"><a class="quote-source" href="/posts/5/">#5</a></blockquote>'
    )


def test_a_name_in_a_quote_is_only_text() -> None:
    html = html_of("> [!quote 5 **<script>alert(1)</script>**]\n> x")
    assert ">**&lt;script&gt;alert(1)&lt;/script&gt;**</a>" in html
    assert inspect(html).faults == []


@pytest.mark.parametrize(
    "head",
    ["[!quote x Name]", "[!quote -5 Name]", "[!quote 5 Name] more", "[quote 5 Name]", "x [!quote 5 Name]",
     "[!quote 12345678901234567890 Name]"],
)  # fmt: skip
def test_anything_else_is_an_ordinary_quote(head: str) -> None:
    html = html_of(f"> {head}\n> x")
    assert html.startswith("<blockquote><p>")
    assert "quote-source" not in html


def test_quote_source_quotes_and_leaves_room_to_write() -> None:
    assert quote_source(7, "Anna", "one\n\ntwo\n") == "> [!quote 7 Anna]\n> one\n>\n> two\n\n"


def test_quote_source_leaves_quotes_of_quotes_out() -> None:
    text = "> [!quote 3 Ben]\n> old\n\nnew\n\n> plain\nlast"
    assert quote_source(7, "Anna", text) == "> [!quote 7 Anna]\n> new\n>\n> last\n\n"
    assert "> > only this" in quote_source(7, "Anna", "> only this")


def test_quote_source_cuts_at_a_word() -> None:
    source = quote_source(7, "Anna", "wordy " * 500)
    assert len(source) < MAX_QUOTED + 60
    assert source.endswith("wordy …\n\n")
    assert quote_source(7, "陈屿", "字" * 5_000).count("字") == MAX_QUOTED


@pytest.mark.parametrize("name", ["Anna]", "[x](javascript:1)", "a\nb", "\x00\u202ex", "  "])
def test_a_name_cannot_break_out_of_the_quote(name: str) -> None:
    html = render(quote_source(7, name, "said") + "mine").html
    assert html.count('data-post="7"') == 1
    assert text_of(html).endswith("said mine") or "saidmine" in text_of(html)
    assert inspect(html).faults == []


@pytest.mark.parametrize(
    "text", ["```\ncode\n```", "- a\n- b", "# h", ":::spoiler x\ny\n:::", "| a |\n| - |\n| 1 |"]
)
def test_what_is_quoted_keeps_its_form(text: str) -> None:
    alone = html_of(text)
    quoted = html_of(quote_source(7, "Anna", text))
    assert alone in quoted
