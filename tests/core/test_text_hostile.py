"""Whatever comes in, only our own list of elements, attributes and addresses comes out."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community.core.access import Invalid
from community.core.text import clean_source, html_to_markdown, render
from community.core.text.sanitise import sanitised
from tests import hostile
from tests.core.text_pages import People, inspect, text_of

ANYTHING = st.text(alphabet=st.characters(exclude_categories=[]), max_size=300)
MARKUP = st.text(
    alphabet=st.sampled_from(
        list("ab 中，。\n\t#*_~`|<>[]()!&;:/\\\"'@=-+.0123{}^$%\u3000\u200b\u202e\x00\U0001f600")
    ),
    max_size=200,
)
PIECES = st.lists(
    st.sampled_from(
        [
            *("<script>", "</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", '" onclick="x'),
            *(
                "[a](",
                "![b](",
                ")",
                "]",
                "<",
                ">",
                "```",
                "```html\n",
                "    ",
                "> ",
                "- ",
                "1. ",
                "\n",
                "\n\n",
            ),
            *(
                ":::spoiler ",
                ":::",
                "||",
                "**",
                "[!quote 1 ",
                "@Anna",
                "@",
                "https://a.example/",
                "www.",
                "&lt;",
            ),
            *(
                "&#x6A;",
                "| a |\n| - |\n",
                "<!--",
                "-->",
                "<![CDATA[",
                "<svg>",
                "<math><mtext>",
                "</p>",
                "<details>",
            ),
        ]
    ),
    max_size=30,
).map("".join)


def check(source: str) -> None:
    try:
        result = render(source, links=People("Anna"))
    except Invalid as refusal:
        assert refusal.reason
        return
    html = str(result.html)
    assert inspect(html).faults == []
    assert sanitised(html) == html, "cleaning once is enough"
    assert "\n" not in result.plain.partition("\n")[2]
    html.encode()
    result.plain.encode()


@pytest.mark.parametrize("source", hostile.xss_vectors())
def test_script_vectors_are_inert(source: str) -> None:
    check(source)
    check(f'> [!quote 1 {source}]\n> {source}\n\n[{source}]({source}) ![{source}]({source} "{source}")')
    check(f":::spoiler {source}\n- {source}\n\n| {source} |\n| - |\n| {source} |\n:::")
    check(f"```{source}\n{source}\n```\n`{source}` ||{source}|| @{source} https://a.example/{source}")


@pytest.mark.parametrize("source", hostile.xss_vectors())
def test_script_vectors_in_imports_are_inert(source: str) -> None:
    check(html_to_markdown(source))
    check(html_to_markdown(f"<p>a {source} b</p><blockquote>{source}</blockquote><ul><li>{source}</li></ul>"))


@pytest.mark.parametrize("source", hostile.naughty_strings())
def test_naughty_strings_are_shown_as_typed(source: str) -> None:
    check(source)
    check(html_to_markdown(source))
    fenced = text_of(str(render(f"~~~~~~~~\n{source}\n~~~~~~~~").html))
    assert fenced == " ".join(clean_source(source).split())


@given(ANYTHING)
@example("\ud800 lone")
@example("\x00\x01\x1f\x7f\x85")
@example("\u202eevil\u2066")
def test_any_text_at_all(source: str) -> None:
    check(source)


@settings(max_examples=300)
@given(MARKUP)
def test_any_markup(source: str) -> None:
    check(source)


@settings(max_examples=300)
@given(PIECES)
def test_any_mixture_of_markup_and_attack(source: str) -> None:
    check(source)


@given(PIECES)
def test_any_foreign_html(source: str) -> None:
    check(html_to_markdown(source))


@given(ANYTHING)
def test_cleaning_leaves_only_what_can_be_stored(source: str) -> None:
    text = clean_source(source)
    text.encode()
    assert clean_source(text) == text
    assert not set(text) & {
        chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127, *range(0x80, 0xA0))
    }
    assert not set(text) & set("\r\u2028\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00b", "ab"),
        ("tab\there", "tab\there"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_cleaning(typed: str, kept: str) -> None:
    assert clean_source(typed) == kept


# ---- the exit itself, were the renderer ever wrong ----


@pytest.mark.parametrize("source", hostile.xss_vectors())
def test_raw_vectors_do_not_pass_the_exit(source: str) -> None:
    html = str(sanitised(source))
    assert inspect(html).faults == []
    assert sanitised(html) == html


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="/" onclick="x" target="_blank" id="x" name="x">x</a>',
        '<a rel="opener" class="evil mention" href="/">x</a>',
        '<img src="https://evil.example/x.png" alt="">',
        '<img src="/media/../x" srcset="//evil" alt="">',
        '<p style="position:fixed">x</p>',
        '<div class="site-header" tabindex="9">x</div>',
        '<blockquote data-post="1 onload=x" class="quote">x</blockquote>',
        '<ol start="-1e9"><li>x</ol>',
        "<form><input name=csrf></form>",
        "<style>*{display:none}</style><link rel=stylesheet href=x><base href=//evil>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=alert(1)&gt;'>",
        "<!-- x --><?php x ?><!DOCTYPE x>",
    ],
)
def test_the_exit_lets_nothing_else_through(html: str) -> None:
    cleaned = str(sanitised(html))
    assert inspect(cleaned).faults == []
    for word in ("javascript", "evil", "style", "onerror=", "onclick", "target", "start="):
        assert word not in cleaned.replace("&lt;", "").partition("&gt;")[0], cleaned
