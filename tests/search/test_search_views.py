"""The search page and the palette: with and without words, resting, limited, in both languages."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import DatabaseError

from community.core.tasks.testing import run_due
from community.search import queries
from forum import actions
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered():
    author, staff = a_member(name="Sunbird"), a_member(name="Nightjar", role="moderator")
    thread = a_thread(
        author=author, board=a_board(title_en="Noises"), title="Sunroof rattles", body="On cobbles."
    )
    reply = a_reply(author=staff, thread=thread, body="Grease the rail of the sunroof.")
    actions.accept_answer(actor=author, post_id=reply.pk)
    an_article(title="The sunroof, measured")
    run_due()
    return thread, reply


def test_the_page_before_anything_was_asked(client):
    page = client.get("/search/").content.decode()
    assert "What are you looking for?" in page and "autofocus" in page


def test_a_result_says_what_it_is_and_leads_there(answered, client):
    thread, reply = answered
    page = client.get("/search/", {"q": "sunroof"}).content.decode()
    assert f'href="{thread.get_absolute_url()}"' in page
    assert f'href="/posts/{reply.pk}/"' in page
    assert "Accepted answer by Nightjar:" in page
    assert "Grease the rail of the <mark>sunroof</mark>." in page
    assert "Moderator" in page, "whoever speaks for the brand is labelled"
    assert "The <mark>sunroof</mark>, measured" in page
    assert "Noises" in page and "3 found." in page


def test_a_day_that_is_none_is_told_and_not_dropped_in_silence(answered, client):
    page = client.get("/search/", {"q": "sunroof", "from": "31.03.<b>", "to": "2030-01-01"}).content.decode()
    assert "“31.03.&lt;b&gt;” is not a day" in page and " found." in page
    page = client.get("/search/", {"q": "sunroof", "from": "2030-01-02", "to": "2030-01-01"}).content.decode()
    assert "after the last one" in page and "is not a day" not in page
    assert "is not a day" not in client.get("/search/", {"q": "sunroof", "from": ""}).content.decode()


def test_a_close_result_says_so(answered, client):
    page = client.get("/search/", {"q": "sunroof cobbles zeppelin"}).content.decode()
    assert "Nothing holds all of these words. This comes closest." in page


def test_nothing_found_says_what_to_do(answered, client):
    page = client.get("/search/", {"q": "zeppelin"}).content.decode()
    assert "Nothing found" in page and "Two Chinese characters are enough" in page
    assert "Ask it on a board" in page


def test_the_page_speaks_chinese(answered, client):
    page = client.get("/search/", {"q": "sunroof"}, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert 'lang="zh-hans"' in page and "found." not in page


def test_what_was_asked_stays_in_the_form_and_in_the_links(answered, client):
    asked = {
        "q": '"sunroof" <b>',
        "board": "nowhere",
        "type": "thread",
        "sort": "newest",
        "from": "2026-01-02",
    }
    page = client.get("/search/", asked).content.decode()
    assert 'value="&quot;sunroof&quot; &lt;b&gt;"' in page
    assert 'name="from" value="2026-01-02"' in page
    assert 'name="type" value="thread"' in page and 'name="sort" value="newest"' in page
    assert "<b>" not in page.split("<main")[1].split("Search:")[0]


def test_in_thread_search_stays_in_the_thread(answered, client):
    thread, _reply = answered
    page = client.get("/search/", {"q": "sunroof", "thread": str(thread.pk)}).content.decode()
    assert "Only this thread" in page and "2 found." in page
    stays = f'<input type="hidden" name="thread" value="{thread.pk}">'
    assert page.count(stays) == 2, "the box on top and the filters beside"


def test_a_resting_engine_is_a_notice_and_the_rest_works(answered, client, monkeypatch):
    def broken(*_args, **_kwargs):
        raise DatabaseError("no such table: search_fts")

    monkeypatch.setattr(queries.engine, "matching", broken)
    monkeypatch.setattr(queries.engine, "each", broken)
    page = client.get("/search/", {"q": "sunroof"})
    assert page.status_code == 200 and "Search is resting" in page.content.decode()
    assert client.get("/search/suggest", {"q": "sunroof"}).json() == {"groups": []}
    cache.clear()
    assert client.get(answered[0].get_absolute_url()).status_code == 200, (
        "related threads are missing, no more"
    )


def test_the_palette_groups_what_begins_like_this(answered, client):
    found = client.get("/search/suggest", {"q": "sun"}).json()["groups"]
    assert [group["title"] for group in found] == ["Threads", "People"]
    assert found[0]["items"][0]["url"] == answered[0].get_absolute_url()
    assert found[0]["items"][0]["lang"] == answered[0].lang
    assert found[1]["items"][0]["title"] == "Sunbird"
    assert client.get("/search/suggest", {"q": "Noi"}).json()["groups"][0]["title"] == "Boards"
    assert client.get("/search/suggest").json() == {"groups": []}


def test_the_palette_marks_what_is_written_in_other_characters(client):
    a_thread(author=a_member(), title="充電樁在哪裡")
    run_due()
    item = client.get("/search/suggest", {"q": "充电"}).json()["groups"][0]["items"][0]
    assert item["marks"] == [["充電", True], ["樁在哪裡", False]]


def test_the_palette_says_which_tag_a_thread_was_found_by(client):
    thread = a_thread(author=a_member(), title="It rattles", tags=["sunroof", "noise"])
    run_due()
    suggested = [client.get("/search/suggest", {"q": asked}).json()["groups"] for asked in ("sunr", "ratt")]
    assert [groups[0]["items"][0]["meta"] for groups in suggested] == [
        f"{thread.board.title} · sunroof",
        thread.board.title,
    ]


@pytest.mark.parametrize(("address", "limit"), [("/search/", 60), ("/search/suggest", 240)])
def test_asking_without_end_is_refused_with_the_reason(client, address, limit):
    cache.clear()
    statuses = {client.get(address, {"q": "a"}).status_code for _ in range(limit)}
    assert statuses == {200}
    refused = client.get(address, {"q": "a"})
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    client.force_login(a_member())
    assert client.get(address, {"q": "a"}).status_code == 200, "members are counted by themselves"


@pytest.mark.parametrize("page", ["", "0", "-3", "x", "99999", "²", "1e3"])
def test_a_page_that_is_none_is_the_nearest(answered, client, page):
    assert client.get("/search/", {"q": "sunroof", "page": page}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_searching_changes_nothing(client, method):
    assert getattr(client, method)("/search/").status_code == 405
