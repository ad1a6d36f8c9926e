"""Their words in ours: comments, titles, links, and what a row says of itself."""

from __future__ import annotations

import pytest

from community.core.text import render
from community.interchange.stackexchange import mapping, wording
from community.interchange.stackexchange.mapping import author_key, moment, tag_names

WHERE = {"site": "beer", "host": "beer.stackexchange.com", "has": lambda number: number < 100}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain words", "<p>plain words</p>"),
        ("*so* **much** `x < y` here", "<p><em>so</em> <strong>much</strong> <code>x &lt; y</code> here</p>"),
        ("# no heading", "<p># no heading</p>"),
        ("- no list", "<p>- no list</p>"),
        ("+1", "<p>+1</p>"),
        ("1. no list", "<p>1. no list</p>"),
        ("2014 was a year", "<p>2014 was a year</p>"),
        ("> no quote", "<p>&gt; no quote</p>"),
        ("[!quote 5 Somebody]", "<p>[!quote 5 Somebody]</p>"),
        ("> [!quote 5 Somebody] said", "<p>&gt; [!quote 5 Somebody] said</p>"),
        (":::spoiler", "<p>:::spoiler</p>"),
        ("```", "<p>```</p>"),
        ("| a | b |\n| - | - |", "<p>| a | b |<br>\n| - | - |</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("is a < b and b > c?", "<p>is a &lt; b and b &gt; c?</p>"),
        ("see [tag:dry-hopping]", "<p>see dry-hopping</p>"),
        ('see <a href="https://example.org/">this</a>', None),
    ],
)
def test_comments_have_stress_code_and_links_but_no_blocks(text: str, html: str | None) -> None:
    source, mended = wording.comment(text, **WHERE)
    assert mended == ""
    shown = str(render(source).html).strip()
    if html is None:
        assert '<a href="https://example.org/"' in shown and "&lt;a" not in shown
    else:
        assert shown == html


@pytest.mark.parametrize(
    ("href", "home"),
    [
        ("https://beer.stackexchange.com/questions/12/some-slug", "q/12"),
        ("http://beer.stackexchange.com/questions/12", "q/12"),
        ("//beer.stackexchange.com/q/12/7", "q/12"),
        ("/q/12", "q/12"),
        ("https://www.beer.stackexchange.com/a/34", "a/34"),
        ("https://beer.stackexchange.com/questions/12/slug/34#34", "a/34"),
        ("https://beer.stackexchange.com/questions/12/slug/34", "a/34"),
        ("https://beer.stackexchange.com/questions/12/slug#comment9_34", "a/34"),
        ("https://beer.stackexchange.com/questions/12/slug?tab=votes#34", "a/34"),
        ("https://beer.stackexchange.com/questions/500/slug", None),
        ("https://beer.stackexchange.com/questions/tagged/hops", None),
        ("https://beer.stackexchange.com/users/12", None),
        ("https://beerXstackexchange.com/q/12", None),
        ("https://evil.example/https://beer.stackexchange.com/q/12", None),
        ("https://wine.stackexchange.com/q/12", None),
        ("/questions/" + "1" * 30, None),
    ],
)
def test_links_to_what_moved_in_lead_here(href: str, home: str | None) -> None:
    source, _mended = wording.body(f'<p><a href="{href}">there</a></p>', **WHERE)
    if home:
        assert source == f"[there](/import/stackexchange/beer/{home})"
    else:
        assert "/import/" not in source and "here.invalid" not in source


def test_a_description_is_kept_as_plain_words() -> None:
    assert wording.plain("<p>I <b>brew</b>.</p><script>x</script>", 100) == "I brew."
    assert len(wording.plain("<p>long words here</p>", 4)) == 4


@pytest.mark.parametrize(
    ("raw", "html", "title", "mended"),
    [
        ("A  fine\ntitle", "", "A fine title", ""),
        ("x" * 161, "", "x" * 159 + "…", "shortened"),
        ("\u200b", "<p>First &amp; last</p>", "First & last", "title made from the first words"),
        ("", "<p></p>", "…?", "title made from the first words"),
    ],
)
def test_every_thread_gets_a_title(raw: str, html: str, title: str, mended: str) -> None:
    assert wording.title(raw, html) == (title, mended)


def test_authors_are_told_apart_by_number_then_name() -> None:
    fields = ("OwnerUserId", "OwnerDisplayName")
    assert author_key({"OwnerUserId": "7", "OwnerDisplayName": "Anna"}, *fields) == "u7"
    assert author_key({"OwnerUserId": "007"}, *fields) == "u7"
    assert author_key({"OwnerUserId": "-1"}, *fields) == "u-1"
    assert author_key({"OwnerUserId": "x", "OwnerDisplayName": " a\n b "}, *fields) == "na b"
    assert author_key({}, *fields) == "-"


def test_times_are_utc_unless_they_say_otherwise() -> None:
    assert moment("2014-01-21T20:26:05.383").isoformat() == "2014-01-21T20:26:05.383000+00:00"
    assert moment("2014-01-21T20:26:05+08:00").isoformat() == "2014-01-21T12:26:05+00:00"


def test_numbers_out_of_range_are_held_within() -> None:
    row = {
        "Id": "1",
        "PostTypeId": "1",
        "CreationDate": "2014-01-21T20:26:05",
        "Body": "x",
        "Score": "9" * 15,
        "ViewCount": "-5",
        "AcceptedAnswerId": "none",
    }
    post = mapping.post(row, 3)
    assert not isinstance(post, str)
    assert (post.score, post.views, post.accepted) == (2**31 - 1, 0, 0)


def test_tags_come_in_both_spellings() -> None:
    assert tag_names("<c++><dry-hopping>") == tag_names("|c++|dry-hopping|") == ["c++", "dry-hopping"]
    assert tag_names("") == []
