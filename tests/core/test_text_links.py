"""Where links lead, which addresses become links by themselves, and which pictures are shown."""

import re

import pytest

from community.core.text import render
from community.core.text.links import REL, short_address
from tests.core.text_pages import html_of, inspect


def links(source: str) -> list[str]:
    html = str(render(source).html)
    return [piece.partition('"')[0] for piece in html.split('href="')[1:]]


@pytest.mark.parametrize(
    ("source", "href", "said"),
    [
        ("see https://example.com.", "https://example.com", "https://example.com"),
        ("https://example.com/a_b_c", "https://example.com/a_b_c", "https://example.com/a_b_c"),
        ("(https://example.com/a_(b))", "https://example.com/a_(b)", "https://example.com/a_(b)"),
        ("**https://example.com/x**", "https://example.com/x", "https://example.com/x"),
        ("https://example.com/?a=1&b=2", "https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&amp;b=2"),
        ("HTTP://Example.com", "HTTP://Example.com", "HTTP://Example.com"),
        ("www.example.com/a,", "https://www.example.com/a", "www.example.com/a"),
        ("http://192.168.1.1:8080/x", "http://192.168.1.1:8080/x", "http://192.168.1.1:8080/x"),
        ("见https://example.com看看", "https://example.com", "https://example.com"),
        ("地址：https://example.com/t-1.html。谢谢", "https://example.com/t-1.html", "https://example.com/t-1.html"),
        ("https://example.com/t1看看", "https://example.com/t1", "https://example.com/t1"),
        ("https://zh.example.org/wiki/汽车", "https://zh.example.org/wiki/%E6%B1%BD%E8%BD%A6", "https://zh.example.org/wiki/汽车"),
        ("https://example.com/?q=油耗，多少", "https://example.com/?q=%E6%B2%B9%E8%80%97", "https://example.com/?q=油耗"),
        ("（https://example.com/a）", "https://example.com/a", "https://example.com/a"),
        ("“https://example.com/a”", "https://example.com/a", "https://example.com/a"),
        ("https://example.com/a||x||", "https://example.com/a", "https://example.com/a"),
    ],
)  # fmt: skip
def test_bare_addresses(source: str, href: str, said: str) -> None:
    assert f'<a href="{href}" rel="{REL}">{said}</a>' in html_of(source)


@pytest.mark.parametrize(
    "source",
    ["example.com", "http://localhost", "http://", "https://.", "www.", "ftp://example.com/x", "a@b.example",
     "foohttp://example.com", "`https://example.com`", "C:\\www.x", "javascript://example.com/%0Aalert(1)",
     "http://" + "a" * 300 + ".com"],
)  # fmt: skip
def test_what_is_no_address_stays_text(source: str) -> None:
    assert links(source) == []


def test_an_endless_address_stays_text() -> None:
    assert links("https://example.com/" + "a" * 2_500) == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("[a](https://example.com)", f'<a href="https://example.com" rel="{REL}">a</a>'),
        ('[a](https://example.com "t")', f'<a href="https://example.com" title="t" rel="{REL}">a</a>'),
        ("[a](//example.com/x)", f'<a href="//example.com/x" rel="{REL}">a</a>'),
        ("<https://example.com>", f'<a href="https://example.com" rel="{REL}">https://example.com</a>'),
        ("<me@example.com>", f'<a href="mailto:me@example.com" rel="{REL}">me@example.com</a>'),
        ("[a](/boards/ev/)", '<a href="/boards/ev/">a</a>'),
        ("[a](#post-3)", '<a href="#post-3">a</a>'),
        ("[a](?page=2)", '<a href="?page=2">a</a>'),
        ("[a][r]\n\n[r]: https://example.com", f'<a href="https://example.com" rel="{REL}">a</a>'),
        (
            "[https://a.example](https://b.example)",
            f'<a href="https://b.example" rel="{REL}">https://a.example</a>',
        ),
    ],
)
def test_written_links(source: str, html: str) -> None:
    assert html_of(source) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)",
     "javascript&colon;alert(1)", "\x01javascript:alert(1)", "vbscript:x", "data:text/html,x",
     "data:image/svg+xml;base64,x", "file:///etc/passwd", "blob:x", "ws://x", "feed:javascript:x"],
)  # fmt: skip
def test_no_link_leads_astray(address: str) -> None:
    for source in (
        f"[a]({address})",
        f"[a](<{address}>)",
        f"<{address}>",
        f"[a]: {address}\n\n[a]",
        f"![a]({address})",
    ):
        assert inspect(str(render(source).html)).faults == []
        assert not any(
            re.match("(java|vb)script:|data:|file:", link, re.IGNORECASE) for link in links(source)
        )


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "///evil.example", "http:evil.example", "https:\\\\evil.example", "HTTPS://evil"],
)
def test_strangers_in_disguise_are_marked_as_strangers(address: str) -> None:
    assert REL in html_of(f"[a](<{address}>)")


@pytest.mark.parametrize("address", ["/\\evil.example", "\\\\evil.example", "\\/evil.example"])
def test_backslashes_do_not_lead_away(address: str) -> None:
    html = html_of(f"[a](<{address}>)")
    assert "\\" not in html
    assert 'href="//' not in html


# ---- pictures ----


def test_our_own_pictures_are_shown() -> None:
    assert html_of('![a *dash*](/media/posts/26/ab-3.webp "t")') == (
        '<p><img src="/media/posts/26/ab-3.webp" alt="a dash" title="t" loading="lazy" decoding="async"></p>'
    )


@pytest.mark.parametrize(
    "src",
    ["https://example.com/a.png", "//example.com/a.png", "http://example.com/media/a.webp", "/other/a.png",
     "/media/../account/logout/", "/media/%2e%2e/x", "/media//evil", "/media/a.webp?x=1", "media/a.webp",
     "/media/", "/media/.hidden", "/media/a.b.c"],
)  # fmt: skip
def test_other_pictures_become_links(src: str) -> None:
    html = html_of(f"![my car]({src})")
    assert "<img" not in html
    assert '<a class="picture-link" href=' in html
    assert ">my car</a>" in html


def test_a_foreign_picture_without_words_shows_its_address() -> None:
    assert ">i.example.com/x/photo.jpg</a>" in html_of("![](https://i.example.com/x/photo.jpg)")


def test_a_foreign_picture_in_a_link_is_words_in_that_link() -> None:
    assert (
        html_of("[![front](https://i.example.com/a.jpg)](/threads/1/)")
        == '<p><a href="/threads/1/">front</a></p>'
    )
    assert ">i.example.com/a.jpg</a>" in html_of("[![](https://i.example.com/a.jpg)](https://example.com)")


def test_media_elsewhere_is_ours_when_the_settings_say_so(settings: object) -> None:
    settings.MEDIA_URL = "https://media.example.org/"  # type: ignore[attr-defined]
    assert "<img" in render("![a](https://media.example.org/posts/a.webp)").html
    assert "<img" not in render("![a](/media/posts/a.webp)").html
    assert "<img" not in render("![a](https://media.example.org/../x)").html


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://www.example.com/", "example.com"),
        ("https://example.com/a/b.png?x=1", "example.com/a/b.png"),
        ("https://example.com/" + "a" * 90, "example.com/" + "a" * 35 + "…"),
        ("http://[::1", "http://[::1"),
        ("/x", "/x"),
    ],
)
def test_short_addresses(url: str, said: str) -> None:
    assert short_address(url) == said
