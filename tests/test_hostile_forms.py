"""Text made to break forms, in every form: kept as typed, or refused with a reason and the text still there.

One pass over all strings a form, since each string by itself as a test would take half an hour.
"""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.http import urlencode

from community.core import ratelimit
from community.core.access import YES
from community.core.text import clean_source
from community.members.models import Member
from forum import actions
from forum.models import Board, Tag, Thread, ThreadLog
from tests import hostile
from tests.builders.forum import a_board, a_group, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page, send, squeezed

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)


@pytest.fixture
def author() -> Member:
    return a_member(name="Sunbird")


@pytest.fixture
def writer(author: Member) -> Client:
    return signed_in(Client(), author)


def strings(step: int = 1, offset: int = 0) -> list[str]:
    """What people should never type and do; for slow forms only every few of them."""
    known = [text for text in hostile.every_naughty_string() if text]
    return list(dict.fromkeys([*known, *hostile.every_xss_vector()]))[offset::step]


def inert(client: Client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, address
    page = Page(response.content.decode())
    assert page.faults == [], address
    return page


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<script src="https://elsewhere.example/x.js"></script>',
        "<p onclick=x>",
        "<img src=x onerror=y>",
        '<a href="java\nscript:alert(1)">',
        '<a href=" JaVaScript:alert(1)">',
        '<a href="data:text/html,x">',
        "<svg onload=1>",
        "<iframe>",
        "<p style='color:red'>",
        '<form action="https://elsewhere.example/">',
        '<meta http-equiv="refresh" content="0">',
    ],
)
def test_the_inspector_sees_what_is_alive(html):
    """Otherwise the tests below would prove nothing."""
    assert Page(f"<main>{html}</main>").faults
    assert not Page("<main><a href='/x/'>javascript:alert(1) &lt;script&gt;</a></main>").faults


# -- threads, replies, edits


def test_every_string_as_title_and_text_of_a_thread(writer, author):
    board = a_board()
    address = f"/boards/{board.slug}/new/"
    said: dict[int, str] = {}
    for text in strings():
        led = send(
            writer,
            address,
            {"title": text, "body": text, "lane": "chat", "tags": ""},
            kept={"title": text, "body": text},
        )
        if led:
            said[Thread.objects.latest("pk").pk] = text
    assert len(said) > 500, "most of them are odd, not forbidden"

    titles = {squeezed(thread.title) for thread in Thread.objects.all()}
    for thread in Thread.objects.all():
        assert len(thread.title) <= 160
        plain = squeezed(clean_source(said[thread.pk]))
        assert len(plain) < 8 or squeezed(thread.title)[:4].casefold() in plain.casefold(), "as typed"
    seen: set[str] = set()
    cursor: str | None = ""
    while cursor is not None:
        query = f"?{urlencode({'page': cursor})}" if cursor else ""
        response = writer.get(board.get_absolute_url() + query)
        page = Page(response.content.decode())
        assert page.faults == []
        seen |= {squeezed(title) for title in page.row_titles}
        cursor = response.context["page"].next
    assert seen == titles, "every title is shown as it was typed"

    for thread in Thread.objects.order_by("pk")[::25]:
        page = inert(writer, thread.get_absolute_url())
        assert squeezed(page.headings[0]) == squeezed(thread.title)
    for feed in (f"/boards/{board.slug}/feed/", "/latest/feed/"):
        ElementTree.fromstring(writer.get(feed).content)


def test_a_title_that_is_a_verb_of_the_address_leads_to_its_thread(writer):
    board = a_board()
    for title in ("Feed", "watch", "Manage!", "reply", "unread", "Details", "SPLIT", "unaccept"):
        led = send(
            writer, f"/boards/{board.slug}/new/", {"title": title, "body": "x", "lane": "chat"}, kept={}
        )
        assert squeezed(inert(writer, led).headings[0]) == title


def test_every_string_as_a_reply(writer, author):
    thread = a_thread(author=author)
    for text in strings(step=2, offset=1):
        send(writer, f"/threads/{thread.pk}/reply/", {"body": text}, kept={"body": text})
    thread.refresh_from_db()
    assert thread.last_number > 250
    for number in range(1, thread.last_number // 20 + 2):
        page = inert(writer, f"{thread.get_absolute_url()}?page={number}")
        assert squeezed(page.headings[0]) == squeezed(thread.title), "the layout stands"
    ElementTree.fromstring(writer.get(f"/threads/{thread.pk}/feed/").content)


def test_every_string_as_an_edit_and_its_reason(writer, author):
    thread = a_thread(author=author, lane="chat")
    a_reply(author=a_member(), thread=thread)  # somebody has read it: every edit leaves a version
    post = thread.posts.get(number=1)
    saved = 0
    for text in strings(step=6):
        data = {"title": text, "body": text, "reason": text, "edit_count": ""}
        kept = {"title": text, "body": text, "reason": text}
        saved += bool(send(writer, f"/posts/{post.pk}/edit/", data, kept=kept))
    assert saved > 70
    for page in range(1, saved // 10, 4):
        inert(writer, f"/posts/{post.pk}/history/?page={page}")
    post.refresh_from_db()
    assert post.edit_count > 60
    assert f"Edit{post.edit_count}" in squeezed(inert(writer, f"/posts/{post.pk}/history/").text)


def test_every_string_as_a_tag(writer, author):
    thread = a_thread(author=author, lane="chat")
    for text in strings(step=3):
        data = {"title": thread.title, "lane": "chat", "tags": text, "reason": text[:300]}
        send(writer, f"/threads/{thread.pk}/details/", data, kept={"tags": text})
    assert Tag.objects.count() > 60
    thread.refresh_from_db()
    actions.retag_thread(actor=author, thread_id=thread.pk, tags=["one"])
    for tag in Tag.objects.order_by("pk")[::8]:
        actions.retag_thread(actor=author, thread_id=thread.pk, tags=[tag.name])
        page = inert(writer, f"/tags/{tag.slug}/")
        assert squeezed(page.headings[0]) == squeezed(tag.name)
        ElementTree.fromstring(writer.get("/latest/feed/").content)
    inert(writer, "/tags/")
    inert(writer, thread.get_absolute_url())


def test_every_string_in_the_preview(writer):
    for text in strings(step=2):
        response = writer.post("/compose/preview/", {"source": text})
        assert response.status_code in (200, 422)
        assert Page(response.content.decode()).faults == []


# -- people


def test_every_string_in_every_field_of_a_profile(writer, author):
    fields = ("headline", "drives", "city", "bio", "website")
    seen_by = {
        f"visibility_{name}": "everyone"
        for name in (*fields, "joined", "online", "email", "following", "followers")
    }
    thread = a_thread(author=author)
    saved = 0
    for number, text in enumerate(strings(step=3)):
        data = dict.fromkeys(fields[:4], text) | seen_by | {"website": text if number % 5 == 0 else ""}
        if send(writer, "/account/settings/", data, kept={name: data[name] for name in fields}):
            saved += 1
            if saved % 12 == 0:
                author.refresh_from_db()
                page = inert(Client(), author.get_absolute_url())
                assert squeezed(author.headline) in squeezed(page.text)
                inert(Client(), thread.get_absolute_url())
    assert saved > 100


def test_every_string_as_a_name(client):
    """A name is strict: nearly all are refused, with the reason, and whatever is taken reads back the same."""
    taken = 0
    for number, text in enumerate(strings(step=4)):
        cache.clear()
        client = Client()
        data = {"name": text, "email": f"n{number}@example.org", "how": "code", "rules": "on"}
        taken += bool(send(client, "/account/signup/", data, kept={"name": text}))
    assert taken == Member.objects.count()
    for member in Member.objects.all():
        assert 2 <= len(member.name) <= 24 and member.name.isprintable()


def test_every_string_as_a_search(client):
    for text in strings(step=12):
        query = urlencode({"q": text})
        inert(client, f"/members/?{query}")
        page = inert(client, f"/search/?{query}")
        if " ".join(text.split()):
            assert squeezed(text)[:60] in page.text, "the page says what was asked"


# -- staff


def test_every_string_in_the_forms_of_boards():
    client = signed_in(Client(), a_member(role="admin"), strongly=True)
    group = a_group()
    board = a_board(group=group)
    words = ("title_en", "title_zh", "about_en", "about_zh")
    saved = 0
    for text in strings(step=10):
        data = dict.fromkeys(words, text) | {"group": group.pk, "position": 0}
        saved += bool(send(client, f"/staff/boards/{board.pk}/", data, kept=dict.fromkeys(words, text)))
        made = dict.fromkeys(words[:2], text) | {"slug": text, "position": text}
        send(client, "/staff/boards/groups/new/", made, kept=made)
        response = client.post(
            f"/staff/boards/{board.pk}/people/", {"name": text, "kind": text, "leave": text}
        )
        assert response.status_code == 404
        send(client, f"/staff/boards/{board.pk}/people/", {"name": text, "kind": text}, kept={"name": text})
        assert client.post(f"/staff/boards/{board.pk}/rights/", {"read": text, "save": ""}).status_code == 422
        if saved % 10 == 0:
            Board.objects.get(pk=board.pk)
            inert(client, "/boards/")
            inert(client, board.get_absolute_url())
    assert saved > 30


def test_every_string_as_a_moderators_reason():
    moderator, author = a_member(role="moderator"), a_member()
    client = signed_in(Client(), moderator)
    thread = a_thread(author=author)
    reply = a_reply(author=author, thread=thread)
    done = 0
    for text in strings(step=12):
        kept = {"reason": text}
        if send(client, f"/posts/{reply.pk}/hide/", {"reason": text}, kept=kept):
            actions.restore_post(actor=moderator, post_id=reply.pk)
            done += 1
        if send(
            client, f"/threads/{thread.pk}/manage/lock/", {"lock-reason": text}, kept={"lock-reason": text}
        ):
            actions.unlock_thread(actor=moderator, thread_id=thread.pk)
        data = {"merge-target": text, "merge-reason": text}
        response = client.post(f"/threads/{thread.pk}/manage/merge/", data)
        assert response.status_code in (404, 422)
        send(
            client,
            f"/threads/{thread.pk}/manage/pin/",
            {"pin-until": text, "pin-reason": text},
            kept={"pin-until": text, "pin-reason": text},
        )
    assert done > 35
    page = inert(client, thread.get_absolute_url())
    assert ThreadLog.objects.filter(thread=thread).count() > 60 and squeezed(page.headings[0])


# -- scripts


def test_no_script_vector_runs_wherever_it_is_put(writer, author):
    """Title, text, tag, profile, search, quotation: all of them on pages, none of them alive."""
    board = a_board()
    for text in hostile.every_xss_vector():
        line = " ".join(text.split())[:150]
        author.headline = author.drives = author.city = line[:60]
        author.save(update_fields=["headline", "drives", "city"])
        thread = actions.open_thread(
            author=author, board_id=board.pk, title=line or "x", body=text, lane="chat"
        )
        reply = actions.post_reply(author=author, thread_id=thread.pk, body=f"> {text}\n\n{text}")
        assert Page(reply.html).faults == []
        inert(writer, thread.get_absolute_url())
        inert(writer, f"/threads/{thread.pk}/reply/?quote={reply.pk}")
        assert writer.get("/search/suggest", {"q": line}).headers["Content-Type"] == "application/json"
    for page in ("/", "/latest/", board.get_absolute_url(), author.get_absolute_url(), "/tags/"):
        inert(writer, page)


@pytest.mark.parametrize(
    "address",
    [
        "/boards/?lane=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/latest/?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&x=%27onload=alert(1)",
        "/latest/?sort='><img src=x onerror=alert(1)>&tag=\"><svg onload=alert(1)>",
        "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E&board=%22%3E%3Csvg%20onload=1%3E&from=%22onfocus=1",
        "/members/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&show=%22%3E%3Cb%3E",
        "/account/login/?next=javascript:alert(1)",
        "/account/signup/?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/magazine/?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_addresses_are_inert_too(client, address):
    inert(client, address)


@pytest.mark.parametrize("path", ["/<script>alert(1)</script>/", "/tags/'\"><script>alert(1)</script>/"])
def test_an_address_that_leads_nowhere_is_inert(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert Page(response.content.decode()).faults == []
