"""An edit page that stood open while somebody else renamed the thread."""

from __future__ import annotations

import pytest
from django.test import Client

from forum import actions
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(("typed", "stands"), [("", "Renamed by staff"), ("My own", "My own")])
def test_an_old_edit_page_puts_no_title_back_that_somebody_changed_meanwhile(typed, stands):
    asker, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=asker, title="Range in winter", body="How far?")
    opening, client = thread.posts.get(number=1), signed_in(Client(), asker)
    page = f"/posts/{opening.pk}/edit/"
    shown = Page(said(client.get(page))).fields
    actions.rename_thread(actor=moderator, thread_id=thread.pk, title="Renamed by staff")
    words = {name: shown[name] for name in ("title", "title_was", "edit_count")} | {"body": "How far, then?"}
    assert client.post(page, words | ({"title": typed} if typed else {})).status_code == 302
    thread.refresh_from_db()
    opening.refresh_from_db()
    assert (thread.title, opening.source) == (stands, "How far, then?")


def test_a_draft_of_an_edit_knows_the_title_that_its_page_showed():
    asker, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=asker, title="Range in winter", body="How far?")
    opening, client = thread.posts.get(number=1), signed_in(Client(), asker)
    page = f"/posts/{opening.pk}/edit/"
    shown = Page(said(client.get(page))).fields
    kept = {name: shown[name] for name in ("title", "title_was")} | {"body": "How far, then?", "draft": "1"}
    assert client.post(page, kept).status_code == 302
    actions.rename_thread(actor=moderator, thread_id=thread.pk, title="Renamed by staff")
    again = Page(said(client.get(page))).fields
    assert again["body"].strip() == "How far, then?" and again["title"] == again["title_was"] == thread.title
