"""What other pages say of themselves: read from honest pages in any script, and from hostile ones without harm."""

from __future__ import annotations

import time

import pytest

from community.core.cards import Card, fetch_card, read_card
from community.core.outbound import Blocked, Failed
from community.core.text.addresses import lone_addresses
from tests import hostile
from tests.support.loopback import body, drip, serving

URL = "https://www.example.org/a"


def read(page: str | bytes, content_type: str = "text/html; charset=utf-8") -> Card | None:
    return read_card(page if isinstance(page, bytes) else page.encode(), content_type, URL)


@pytest.mark.parametrize(
    ("page", "card"),
    [
        ("<title>Plain &amp; simple</title>", Card("Plain & simple", "", "example.org")),
        (
            """<!doctype html><html><head><TITLE lang=en>No</TITLE>
            <meta content='Better "title" > all' property=og:title>
            <META NAME="description" CONTENT="First   words,&#10;second">
            <meta property="og:site_name" content="The Site"/></head><body><title>x</title>""",
            Card('Better "title" > all', "First words, second", "The Site"),
        ),
        ("<title>One</title><meta name=twitter:title content=Two>", Card("Two", "", "example.org")),
        (
            "<!-- <title>No</title> --><script>'<title>No</title>'</script><title>Yes</title>",
            Card("Yes", "", "example.org"),
        ),
        ("<body><title>Too late</title>", None),
        ("<title> \u200b </title>", None),
        ("<meta property=og:title content=''><title>Used</title>", Card("Used", "", "example.org")),
        ("", None),
    ],
)
def test_a_page_is_read_by_its_head(page: str, card: Card | None) -> None:
    assert read(page) == card


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("gb18030", "text/html; charset=GBK", ""),
        ("gb18030", "text/html", '<meta charset="gb2312">'),
        ("big5", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=big5">'),
        ("utf-8-sig", "text/html; charset=latin-1", ""),
    ],
)
def test_chinese_pages_are_read_in_their_encoding(encoding: str, content_type: str, meta: str) -> None:
    page = f"<head>{meta}<title>冬季</title>".encode(encoding)
    card = read(page, content_type)
    assert card is not None
    assert card.title == "冬季"


def test_an_unknown_encoding_does_no_harm() -> None:
    for name in ("rot13", "hex", "idna", "no-such", "unicode_escape", "utf-7"):
        assert read("<title>Good</title>", f"text/html; charset={name}") is not None


def test_words_are_cut_and_nothing_invisible_stays() -> None:
    card = read(f"<title>{'long ' * 500}\u202e</title><meta name=description content='{'x' * 3000}'>")
    assert card is not None
    assert len(card.title) <= 200 and card.title.endswith("…") and len(card.words) == 300
    assert "\u202e" not in card.title


@pytest.mark.parametrize(
    "piece",
    [
        "<meta ",
        "<meta content='",
        "<!--",
        "<script",
        "<title",
        "<title>",
        "<meta a=b ",
        "&#",
        "<meta property=og:title ",
        'charset="',
        "/",
    ],
)
def test_hostile_pages_are_read_in_no_time(piece: str) -> None:
    before = time.thread_time()
    read(piece * (2_000_000 // len(piece)))
    assert time.thread_time() - before < 1


def test_every_naughty_string_is_only_words() -> None:
    for text in hostile.every_xss_vector():
        card = read(f"<title>A page</title><meta name=description content='{text}'>")
        assert card is None or len(card.words) <= 300


def test_a_page_is_fetched_as_html_only_and_errors_say_nothing() -> None:
    with serving(body(b"<title>Fetched</title>")) as server:
        assert fetch_card(server.url(), policy=server.policy()) == Card("Fetched", "", "site.example")
    with serving(b"HTTP/1.1 404 Not Found\r\nContent-Length: 20\r\n\r\n<title>Gone</title> ") as server:
        assert fetch_card(server.url(), policy=server.policy()) is None
    with (
        serving(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1\r\n\r\nx") as server,
        pytest.raises(Failed),
    ):
        fetch_card(server.url(), policy=server.policy())


def test_a_private_address_is_never_asked() -> None:
    for url in ("http://127.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://10.0.0.1/"):
        with pytest.raises(Blocked):
            fetch_card(url)


def test_a_slow_page_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.core.cards.SECONDS", 0.2)
    with (
        serving(drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")) as server,
        pytest.raises(Failed) as caught,
    ):
        fetch_card(server.url(), policy=server.policy())
    assert caught.value.code == "slow"


# -- which addresses get a card


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("https://example.org/a", ["https://example.org/a"]),
        ("Look:\nhttps://example.org/a\nand www.example.org/b", ["https://example.org/a"]),
        ("www.example.org/b", ["https://www.example.org/b"]),
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("看 https://example.org/a 这里", []),
        ("[words](https://example.org/a)", []),
        ("> https://example.org/a", []),
        ("- https://example.org/a", []),
        ("||https://example.org/a||", []),
        (":::spoiler\nhttps://example.org/a\n:::", []),
        ("`https://example.org/a`", []),
        ("    https://example.org/a", []),
        (
            "https://a.example\n\nhttps://a.example\n\nhttps://b.example",
            ["https://a.example", "https://b.example"],
        ),
        ("mailto:a@example.org", []),
        ("/threads/1/", []),
    ],
)
def test_addresses_alone_on_their_line(source: str, found: list[str]) -> None:
    assert lone_addresses(source, most=3) == found


def test_three_addresses_are_enough_and_a_tangle_has_none() -> None:
    assert len(lone_addresses("\n\n".join(f"https://example.org/{n}" for n in range(9)), most=3)) == 3
    assert lone_addresses("> " * 400 + "https://example.org/", most=3) == []
