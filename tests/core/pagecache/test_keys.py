"""What a copy is kept by, what never is in one, and who is never given one."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest

from community.core.pagecache import figures
from tests.core.pagecache.asking import behind

PAGE = "/threads/1/a-road/"


def test_the_second_guest_reads_the_copy(site: Any) -> None:
    first, second = site.ask(PAGE), site.ask(PAGE)
    assert (first.status, first.body, behind.runs) == (200, second.body, 1)
    assert second.headers == first.headers
    assert "words 1" in second.text
    told = figures.read()
    assert (told["hits"], told["misses"], told["rebuilds"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"accept_language": "en"}, {"accept_language": "zh-CN,zh;q=0.9"}),
        ({"accept_language": "en"}, {"accept_language": "en", "cookie": "django_language=zh-hans"}),
        ({"cookie": "theme=dark"}, {"cookie": "theme=light"}),
        ({"cookie": "theme=dark"}, {}),
        ({"secure": True}, {}),
        ({"host": "localhost"}, {}),
    ],
)
def test_what_a_page_varies_on_is_in_the_key(site: Any, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert site.ask(PAGE, **one).body != site.ask(PAGE, **other).body
    assert behind.runs == 2
    site.ask(PAGE, **one), site.ask(PAGE, **other)
    assert behind.runs == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"accept_language": "en-GB,en;q=0.9"}, {"accept_language": "fr"}),
        ({"accept_language": "zh-TW"}, {"accept_language": "zh-Hans,en;q=0.3"}),
        ({"cookie": "theme=system"}, {}),
        ({"cookie": "theme=pink; tz=Asia/Shanghai"}, {}),
        ({"cookie": "_ga=1.2; csrftoken=abc"}, {}),
        ({"user_agent": "a"}, {"user_agent": "b"}),
        ({"accept": "*/*"}, {"accept": "text/html"}),
    ],
)
def test_what_makes_no_other_page_makes_no_other_copy(
    site: Any, one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert site.ask(PAGE, **one).body == site.ask(PAGE, **other).body
    assert behind.runs == 1


@pytest.mark.parametrize(
    ("query", "as_read"),
    [
        ("", ""),
        ("?utm_source=x&fbclid=y", ""),
        ("?page=2", "?page=2"),
        ("?x=1&page=2&y=", "?page=2"),
        ("?page=1&page=2", "?page=2"),
        ("?page=abc", ""),
        ("?page=02", ""),
        ("?page=99999999", ""),
        ("?page=", ""),
        ("?lane=ask&page=3", "?page=3&lane=ask"),
        ("?lane=other", ""),
        ("?pa%67e=2", "?page=2"),
        ("?cursor=" + "a" * 401, ""),
        ("?a;page=2", ""),
    ],
)
def test_unknown_parameters_neither_multiply_copies_nor_appear_in_one(
    site: Any, query: str, as_read: str
) -> None:
    site.ask(PAGE + as_read)
    got = site.ask(PAGE + query)
    assert behind.runs == 1
    assert f" {PAGE}{as_read} http" in got.text


def test_a_thousand_made_up_addresses_are_one_copy(site: Any, cache: Any) -> None:
    for number in range(200):
        site.ask(f"{PAGE}?evil={number}&page={number}x")
    assert (behind.runs, len(cache.local)) == (1, 1)


HEADERS = {
    "x_forwarded_host": "evil.example",
    "x_forwarded_for": "198.51.100.1",
    "x_forwarded_proto": "https",
    "x_original_url": "/account/secret",
    "x_rewrite_url": "/account/secret",
    "x_http_method_override": "POST",
    "forwarded": "host=evil.example",
    "referer": "https://evil.example/",
    "user_agent": "evil.example",
    "origin": "https://evil.example",
    "accept_charset": "evil",
    "x_request_id": "evil-evil-evil",
    "range": "bytes=0-10",
    "cookie": "evil=evil; theme=evil",
    "accept_language": "evil",
    "pragma": "no-cache",
    "cache_control": "no-cache, evil",
}


@pytest.mark.parametrize("name", HEADERS)
def test_nothing_that_is_not_in_the_key_reaches_a_copy(site: Any, name: str) -> None:
    """The page prints every header it sees: whoever comes first must not choose what others read."""
    clean = site.ask("/threads/2/x/").text.replace("/threads/2/x/", PAGE).replace("words 2", "words 1")
    poisoned = site.ask(PAGE, **{name: HEADERS[name]})
    assert poisoned.status == 200
    kept = site.ask(PAGE)
    assert behind.runs == 2
    if name == "x_request_id":  # for the log's line alone
        assert "evil" not in str(kept.headers)
    else:
        assert kept.text == clean
        assert "evil" not in kept.text + str(kept.headers)


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver:x", "testserver@evil", "a" * 300, "", "testserver,evil"]
)
def test_a_made_up_host_keeps_nothing(site: Any, cache: Any, host: str) -> None:
    site.ask(PAGE, host=host)
    assert len(cache.local) == 0


def test_ports_do_not_multiply_copies_for_ever(site: Any, cache: Any) -> None:
    for port in range(1000, 1200):
        site.ask(PAGE, host=f"testserver:{port}")
    assert len(cache.local) <= 64
    behind.runs = 0
    site.ask(PAGE), site.ask(PAGE)
    assert behind.runs == 1


@pytest.mark.parametrize(
    "caller",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "theme=dark; sessionid=abc"},
        {"cookie": "messages=abc"},
        {"authorization": "Bearer x"},
        {"hx_request": "true"},
        {"accept": "application/json"},
        {"content_length": "5"},
        {"transfer_encoding": "chunked"},
    ],
)
def test_who_is_not_a_guest_like_any_other_is_neither_served_nor_kept(
    site: Any, cache: Any, caller: dict[str, str]
) -> None:
    site.ask(PAGE, **caller)
    assert len(cache.local) == 0
    site.ask(PAGE)
    site.ask(PAGE, **caller)
    assert behind.runs == 3
    assert figures.read()["bypassed"] == 2


def test_a_room_can_name_a_cookie_that_sets_a_guest_apart(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from community.core.pagecache import asked

    monkeypatch.setattr(asked, "_bypassing", set(asked._bypassing))
    asked.bypass_cookie("guest_ballot")
    site.ask(PAGE, cookie="guest_ballot=7"), site.ask(PAGE, cookie="guest_ballot=7")
    assert behind.runs == 2


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "get", "GET "]
)
def test_other_methods_pass_by(site: Any, cache: Any, method: str) -> None:
    site.ask(PAGE, method=method)
    assert len(cache.local) == 0


@pytest.mark.parametrize(
    "target",
    [
        "/threads/1/x/../",
        "/threads/1/./",
        "/threads//1/x/",
        "//threads/1/x/",
        "/threads/1/a;b/",
        "/threads/1/a%3Bb/",
        "/threads/1/a%2500/",
        "/threads/1/%00/",
        "/threads/1/a%0d%0aSet-Cookie/",
        "/threads/1/%ff/",
        "/threads/1/a\\b/",
        "/threads/01/a/",
        "/threads/1/..%2f/",
        "/account/style.css",
        "/account/;/threads/1/a/",
        "/plain/",
        "/nowhere/",
        f"/threads/1/{'a' * 300}/",
    ],
)
def test_tricks_with_paths_keep_nothing(site: Any, cache: Any, target: str) -> None:
    site.ask(target)
    site.ask(target)
    assert len(cache.local) == 0


def test_one_page_written_in_two_ways_is_one_copy(site: Any) -> None:
    assert site.ask("/threads/1/%E8%B7%AF/").body == site.ask("/threads/1/%e8%b7%af/").body
    assert site.ask("/thr%65ads/1/%E8%B7%AF/").status == 200
    assert behind.runs == 1


@pytest.mark.parametrize(
    "how",
    [
        "cookie",
        "token",
        "private",
        "no-store",
        "vary",
        "star",
        "streaming",
        "left-out",
        "404",
        "301",
        "204",
        "403",
    ],
)
def test_answers_that_are_not_for_everybody_are_not_kept(site: Any, cache: Any, how: str) -> None:
    first, second = site.ask(f"/odd/{how}/"), site.ask(f"/odd/{how}/")
    assert (behind.runs, len(cache.local)) == (2, 0)
    assert first.status == second.status
    assert figures.read()["unkept"] == 2


def test_a_page_that_opens_a_session_is_not_kept(site: Any, cache: Any) -> None:
    assert "set-cookie" in site.ask("/odd/session/").headers
    assert len(cache.local) == 0


def test_a_views_own_word_to_other_caches_stays(site: Any) -> None:
    site.ask("/odd/public/")
    assert site.ask("/odd/public/").headers["cache-control"] == "public, max-age=900"


def test_head_is_answered_from_the_copy_and_makes_it(site: Any) -> None:
    head = site.ask(PAGE, method="HEAD")
    got = site.ask(PAGE)
    assert (head.body, head.headers["content-length"], behind.runs) == (b"", str(len(got.body)), 1)
    assert site.ask(PAGE, method="HEAD").body == b""
    assert behind.runs == 1


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=0, br;q=0", ""),
        ("identity", ""),
        ("", ""),
        ("*", ""),
        ("GZIP", "gzip"),
        ("x" * 500, ""),
    ],
)
def test_each_encoding_is_packed_once_and_says_so(site: Any, accepted: str, sent: str) -> None:
    plain = site.ask(PAGE).body
    for _ in range(2):
        got = site.ask(PAGE, accept_encoding=accepted)
        body = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[sent](got.body)
        assert body == plain
        assert got.headers.get("content-encoding", "") == sent
        assert got.headers["content-length"] == str(len(got.body))
    assert behind.runs == 1


def test_who_has_the_page_is_told_so(site: Any) -> None:
    first = site.ask(PAGE, accept_encoding="br")
    tag = first.headers["etag"]
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = site.ask(PAGE, if_none_match=sent)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag and "content-length" not in again.headers
    assert site.ask(PAGE, if_none_match='W/"other"').status == 200
    assert behind.runs == 1
    assert figures.read()["not_modified"] == 3


def test_headers_of_a_copy(site: Any) -> None:
    site.ask(PAGE)
    headers = site.ask(PAGE, accept_encoding="gzip").headers
    assert "x-request-id" not in headers and "set-cookie" not in headers
    assert headers["cache-control"] == "private, no-cache"
    assert headers["content-language"] == "en"
    assert headers["x-frame-options"] == "DENY"
    assert {part.strip() for part in headers["vary"].split(",")} == {
        "Accept-Language",
        "Cookie",
        "Accept-Encoding",
    }
