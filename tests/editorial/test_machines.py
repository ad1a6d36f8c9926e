"""What machines read: feed, site map, robots."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from community.editorial.models import ArticlePage
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed(client: Client, query: str = "", **headers: str) -> Any:
    answer = client.get(reverse("editorial:magazine_feed") + query, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)


def test_the_feed_is_valid_atom(client: Client) -> None:
    an_article(title="Old & wise", date=date(2026, 1, 1))
    new = an_article(title="<b>New</b>", author_name="Zhou Mingyuan", date=date(2026, 2, 1))
    root = feed(client)
    assert root.tag == f"{ATOM}feed"
    for required in ("title", "id", "updated"):
        assert root.findtext(f"{ATOM}{required}")
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["<b>New</b>", "Old & wise"]
    for entry in entries:
        for required in ("id", "title", "updated", "published", "summary"):
            assert entry.findtext(f"{ATOM}{required}")
        assert entry.find(f"{ATOM}link").get("href").startswith("http://testserver/magazine/")
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "Zhou Mingyuan"
    assert entries[0].find(f"{ATOM}link").get("href").endswith(new.url)


def test_a_standfirst_is_text_in_the_feed_and_an_unsigned_article_is_the_brands(client: Client) -> None:
    page = an_article(standfirst="5 < 6 & <img src=x>")
    ArticlePage.objects.filter(pk=page.pk).update(author_name="")
    entry = feed(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "<p>5 &lt; 6 &amp; &lt;img src=x&gt;</p>"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Aurora"


def test_an_empty_feed_is_valid_too(client: Client) -> None:
    root = feed(client)
    assert root.findtext(f"{ATOM}title") == "Magazine · Aurora"
    assert root.findtext(f"{ATOM}updated") and not root.findall(f"{ATOM}entry")


def test_the_feed_of_one_language(client: Client) -> None:
    an_article()
    an_article(title="环湖", language="zh-hans")
    assert len(feed(client).findall(f"{ATOM}entry")) == 2
    chinese = feed(client, "?language=zh-hans")
    assert [entry.findtext(f"{ATOM}title") for entry in chinese.findall(f"{ATOM}entry")] == ["环湖"]
    assert chinese.findtext(f"{ATOM}id") != feed(client).findtext(f"{ATOM}id"), "two feeds"
    assert chinese.findtext(f"{ATOM}title") == "杂志 · Aurora"
    assert len(feed(client, "?language=nonsense'\"").findall(f"{ATOM}entry")) == 2


def test_the_feed_costs_the_same_however_many(client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        an_article(author=a_member(), author_name="")
    feed(client)
    with django_assert_max_num_queries(4):
        feed(client)


def locations(client: Client, address: str) -> list[str]:
    root = ElementTree.fromstring(client.get(address).content)
    return [element.text for element in root.iter(f"{MAP}loc")]


def test_the_site_map_leads_to_every_public_page(client: Client) -> None:
    article = an_article()
    sections = locations(client, "/sitemap.xml")
    assert "http://testserver/sitemap-articles.xml" in sections
    pages = [place for section in sections for place in locations(client, section)]
    for place in ("/", "/magazine/", "/about/", "/privacy/", "/guidelines/", article.url):
        assert f"http://testserver{place}" in pages
    assert len(pages) == len(set(pages))
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_the_site_map_has_what_guests_may_read_on_the_boards(client: Client) -> None:
    thread = a_thread(author=a_member(), board=a_board(slug="winter"))
    assert locations(client, "/sitemap-boards.xml") == ["http://testserver/boards/winter/"]
    assert locations(client, "/sitemap-threads.xml") == [f"http://testserver{thread.get_absolute_url()}"]


def test_private_boards_are_on_no_map(client: Client) -> None:
    hidden = a_board(slug="hidden-circle", rights={"read": ["key_member"], "start": ["key_member"]})
    a_thread(author=a_member(is_key_member=True), board=hidden, title="Hidden words here")
    for section in locations(client, "/sitemap.xml"):
        assert "hidden" not in client.get(section).content.decode()


def test_robots_are_told_what_is_not_for_them_and_where_the_map_is(client: Client) -> None:
    answer = client.get("/robots.txt")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /cms/" in text and "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /boards" not in text and "Disallow: /\n" not in text
