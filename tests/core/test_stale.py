"""A form whose token no longer counts: told in the site's own page, with every word that was sent."""

import html

import pytest
from django.test import Client

from forum.models import Post
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.support.inert import Page

pytestmark = pytest.mark.django_db
OWN = {"origin": "http://testserver", "referer": "http://testserver/threads/1/reply/?a=1"}
WORDS = 'Two <words> & "more"\n\nand a second paragraph'


@pytest.fixture
def writer() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_member())
    return client


def test_the_words_are_in_the_page_and_go_out_again_once(writer: Client) -> None:
    thread = a_thread(author=a_member())
    old = {"csrfmiddlewaretoken": "x" * 64, "body": WORDS, "key": "one-key"}
    refused = writer.post(f"/threads/{thread.pk}/reply/", old, headers=OWN)
    page = refused.content.decode()
    assert (
        refused.status_code == 403
        and "This form is too old" in page
        and "no-store" in refused["Cache-Control"]
    )
    assert f">\n{html.escape(WORDS)}</textarea>" in page and 'href="/threads/1/reply/?a=1"' in page
    again = Page(page).fields
    assert again["csrfmiddlewaretoken"] != old["csrfmiddlewaretoken"] and again["key"] == "one-key"
    for _press in range(2):
        told = writer.post(f"/threads/{thread.pk}/reply/", {**again, "body": WORDS}, headers=OWN)
        assert told.status_code == 302
    assert Post.objects.filter(thread=thread, number__gt=1).count() == 1


def test_what_a_strangers_page_sends_and_what_is_secret_is_not_in_it(writer: Client) -> None:
    for headers, fields in (
        ({"origin": "https://elsewhere.example"}, {"body": "Buy this"}),
        (OWN, {"password": "Buy this", "body": "x"}),
    ):
        refused = writer.post("/threads/1/reply/", fields, headers=headers)
        page = refused.content.decode()
        assert refused.status_code == 403 and "Buy this" not in page and "Open the page again" in page


def test_scripts_are_told_in_their_own_form(writer: Client) -> None:
    asked = writer.post("/threads/1/reply/", {}, headers={**OWN, "accept": "application/json"})
    assert asked.status_code == 403 and asked.json()["error"]["code"] == "stale"
    part = writer.post("/threads/1/reply/", {}, headers={**OWN, "hx-request": "true"})
    assert part.status_code == 403 and part.content.startswith(b'<p class="notice notice-bad"')


def test_it_speaks_chinese(writer: Client) -> None:
    told = writer.post("/threads/1/reply/", {}, headers={**OWN, "accept-language": "zh-CN"})
    assert "这个表单太旧了" in told.content.decode()
