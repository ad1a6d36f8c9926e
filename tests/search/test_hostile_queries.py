"""Queries made to break the engine's own language: never an error, never more than their words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.utils import timezone

from community.core.tasks.testing import run_due
from community.search import queries
from community.search.asking import parse
from tests import hostile
from tests.builders.forum import a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_days_at_the_ends_of_the_calendar_break_nothing(zone: str) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        asked = parse({"q": "car", "from": day, "to": day})
        assert asked.misread == (day, day), "told, not obeyed"
        with timezone.override(zone):
            queries.search(GUEST, asked)


SYNTAX = [
    '"',
    '""',
    '"""',
    '" OR "',
    '"unclosed',
    "“unclosed",
    "a*",
    "*",
    "^a",
    "a^2",
    "NEAR(",
    "NEAR(a b, 5)",
    "AND",
    "OR NOT",
    "a AND",
    "a OR b",
    "NOT a",
    "title_terms:a",
    "{title_terms}: a",
    "- title_terms : a",
    "col:",
    "a:*",
    "a:AB",
    "!a",
    "a & b | !c",
    "a <-> b",
    "a <100000> b",
    "'",
    "''",
    "' OR 1=1 --",
    "';DROP TABLE search_fts;--",
    "\\",
    "\\'",
    "a\\",
    "(((((",
    ")))))",
    "()" * 100,
    "-" * 200,
    "- - -",
    "-a -b -c",
    "--a",
    '-"a b" "c',
    "%",
    "%%",
    "_",
    "a%b",
    "\x00",
    "a\x00b",
    "\x00" * 300,
    "\ud800",
    "\ufeff",
    "\u202e\u2066abc",
    "🚗" * 300,
    "👨‍👩‍👧‍👦",
    "x" * 10_000,
    "车" * 10_000,
    "x " * 5_000,
    "车 " * 5_000,
    "a" * 40 + " " + "b" * 41,
    '"' + "word " * 400 + '"',
    "1" * 4_000,
    "1.2.3.4.5." * 60,
    "1,1,1,1",
    "𠀀𫠠𰀀",
    "ﷺ" * 200,
    "ǅ ß ſ ΐ",
    "\u0301\u0301\u0301",
    "e" + "\u0301" * 500,
    "हिन्दी العربية ภาษาไทย 한국어 日本語",
    "٤٢ ½ ² ①",
    "ก" * 300,
    "\u3000\u2003\u200b",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% csrf_token %}",
    "%s %d %(x)s",
    "\r\n\t",
]


@pytest.fixture
def one_thread():
    thread = a_thread(author=a_member(), title="A quiet road", body="Nothing here breaks. a b c col")
    run_due()
    return thread


@pytest.mark.parametrize("text", SYNTAX, ids=range(len(SYNTAX)))
def test_the_engines_own_syntax_is_only_text(one_thread, text):
    asked = parse({"q": text})
    assert len(asked.text) <= 200
    results = queries.search(GUEST, asked)
    assert results.total <= 1
    queries.suggest(GUEST, text)


def test_operators_are_words_that_must_be_there(one_thread):
    """Were they understood, these would find the thread."""
    for text in (
        "quiet OR zeppelin",
        "title_terms:quiet AND road",
        "NOT zeppelin",
        "qui*",
        "(quiet) NEAR road",
    ):
        results = queries.search(GUEST, parse({"q": text}))
        assert results.total == 0 or results.loose, text


def test_a_million_words_cost_no_more_than_a_few(one_thread, django_assert_max_num_queries):
    asked = parse({"q": " ".join(f"word{n} -other{n}" for n in range(1000))})
    assert len(asked.wanted) <= 16 and len(asked.unwanted) <= 8 and len(asked.units) <= 24
    with django_assert_max_num_queries(3):
        queries.search(GUEST, asked)


@pytest.mark.hostile
def test_every_naughty_string_can_be_searched(one_thread):
    for text in hostile.every_naughty_string():
        queries.search(GUEST, parse({"q": text}))
        queries.suggest(GUEST, text)


@pytest.mark.hostile
def test_every_naughty_string_can_stand_in_every_filter(one_thread):
    for text in hostile.every_naughty_string():
        names = ("board", "author", "lane", "tag", "answered", "from", "to", "thread", "type", "sort")
        queries.search(GUEST, parse({"q": "quiet", **dict.fromkeys(names, text)}))


@pytest.mark.parametrize("text", [one for one in SYNTAX if "\x00" not in one and "\ud800" not in one][::3])
def test_the_page_and_the_palette_answer(one_thread, client, text):
    cache.clear()
    page = client.get("/search/", {"q": text, "page": "-1"})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert client.get("/search/suggest", {"q": text}).status_code == 200


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
def test_a_nul_is_refused_at_the_door(client, text):
    assert client.get("/search/", {"q": text}).status_code == 400
