"""Atom feeds: valid, addressed, labelled, and holding what a guest may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from xml.etree import ElementTree

import pytest

from community.core import clock
from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, address: str) -> ElementTree.Element:
    """A feed with everything that RFC 4287 asks of it."""
    with clock.frozen(clock.now() + timedelta(minutes=1)):  # nothing can be taken back any more
        response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}"), name
    assert root.findtext(f"{ATOM}id").startswith("http://testserver/")
    ids = []
    for entry in root.iter(f"{ATOM}entry"):
        for name in ("id", "title", "updated", "published"):
            assert entry.findtext(f"{ATOM}{name}"), name
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
        assert entry.find(f"{ATOM}link").get("href").startswith("http")
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")).tzinfo is not None
        assert entry.findtext(f"{ATOM}id").startswith("http://testserver/")
        ids.append(entry.findtext(f"{ATOM}id"))
    assert len(ids) == len(set(ids)), "every entry has an id of its own"
    assert any(link.get("rel") == "self" for link in root.iter(f"{ATOM}link"))
    return root


def entries(root: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def authors(root: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}author/{ATOM}name") for entry in root.iter(f"{ATOM}entry")]


def test_the_feed_of_a_board_is_its_newest_threads(client):
    board, author = a_board(title_en="Trips", about_en="Where we went."), a_member(name="Sunbird")
    with clock.frozen(clock.now() - timedelta(days=1)) as hands:
        first = a_thread(author=author, board=board, title="First", tags=["winter"])
        hands.move(timedelta(hours=1))
        a_thread(author=author, board=board, title="Second")
        hands.move(timedelta(hours=1))
        a_reply(author=author, thread=first)
    root = feed(client, f"/boards/{board.slug}/feed/")
    assert root.findtext(f"{ATOM}title") == "Trips" and root.findtext(f"{ATOM}subtitle") == "Where we went."
    assert entries(root) == ["Second", "First"] and authors(root) == ["Sunbird", "Sunbird"]
    assert [category.get("term") for category in root.iter(f"{ATOM}category")] == ["winter"]


def test_the_latest_feed_is_what_was_said_last(client):
    author = a_member()
    with clock.frozen(clock.now() - timedelta(days=1)) as hands:
        first = a_thread(author=author, title="First")
        hands.move(timedelta(hours=1))
        a_thread(author=author, title="Second")
        hands.move(timedelta(hours=1))
        a_reply(author=author, thread=first)
    assert entries(feed(client, "/latest/feed/")) == ["First", "Second"]


def test_the_feed_of_a_thread_is_its_posts_the_newest_first(client):
    thread = a_thread(author=a_member(name="Sunbird"), body="How *far*?")
    for n in range(24):
        a_reply(author=a_member(name=f"Owl{n}"), thread=thread, body=f"{n} km")
    root = feed(client, f"/threads/{thread.pk}/feed/")
    assert entries(root)[0] == "Owl23, post 25" and entries(root)[-1] == "Sunbird, post 1"
    last = thread.posts.get(number=25)
    assert next(root.iter(f"{ATOM}entry")).find(f"{ATOM}link").get("href").endswith(f"?page=2#post-{last.pk}")
    assert "<em>far</em>" in list(root.iter(f"{ATOM}summary"))[-1].text


def test_what_members_write_as_text_stays_text(client):
    said = "5 < 6 & 7 <img src=x onerror=alert(1)>"
    board = a_board()
    a_thread(author=a_member(), board=board, title=said, body=f"`{said}`")
    for address in (f"/boards/{board.slug}/feed/", "/latest/feed/"):
        root = feed(client, address)
        assert entries(root) == [said]  # text: no type says otherwise
        summary = root.find(f"{ATOM}entry/{ATOM}summary")
        assert summary.get("type") == "html" and summary.text == f"<p>{escape(said)}</p>"


def test_whoever_speaks_for_the_brand_is_labelled(client):
    staff, partner = a_member(name="Nightjar", role="moderator"), a_member(name="Garage Kim", role="partner")
    board = a_board()
    thread = a_thread(author=staff, board=board)
    a_reply(author=partner, thread=thread)
    assert authors(feed(client, f"/boards/{board.slug}/feed/")) == ["Nightjar (Moderator)"]
    assert authors(feed(client, f"/threads/{thread.pk}/feed/")) == [
        "Garage Kim (Partner)",
        "Nightjar (Moderator)",
    ]
    assert "Garage Kim (Partner), post 2" in entries(feed(client, f"/threads/{thread.pk}/feed/"))


def test_what_is_out_of_sight_is_out_of_the_feeds(client):
    board, author, staff = a_board(), a_member(), a_member(role="moderator")
    thread = a_thread(author=author, board=board, title="Open")
    for act in (actions.hide_post, actions.remove_post, actions.purge_post):
        act(actor=staff, post_id=a_reply(author=author, thread=thread, body="Secret").pk, reason="Rude")
    hidden = a_thread(author=author, board=board, title="Hidden")
    actions.hide_thread(actor=staff, thread_id=hidden.pk, reason="Off topic")
    assert entries(feed(client, f"/boards/{board.slug}/feed/")) == ["Open"]
    assert entries(feed(client, "/latest/feed/")) == ["Open"]
    assert len(entries(feed(client, f"/threads/{thread.pk}/feed/"))) == 1
    for reader in (author, staff):
        assert signed_in(client, reader).get(f"/threads/{hidden.pk}/feed/").status_code == 404, (
            "feeds are for guests"
        )


def test_a_private_board_has_no_feed_for_anybody(client):
    board, insider = a_board(rights=CIRCLE), a_member()
    actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    thread = a_thread(author=insider, board=board, title="Inside")
    for reader in (None, insider, a_member(role="admin")):
        if reader:
            signed_in(client, reader)
        assert client.get(f"/boards/{board.slug}/feed/").status_code == 404
        assert client.get(f"/threads/{thread.pk}/feed/").status_code == 404
        assert entries(feed(client, "/latest/feed/")) == []


def test_an_empty_feed_is_a_feed(client):
    assert entries(feed(client, "/latest/feed/")) == []
    assert entries(feed(client, f"/boards/{a_board().slug}/feed/")) == []


def test_feeds_end_somewhere(client):
    board, author = a_board(), a_member()
    for n in range(40):
        a_thread(author=author, board=board, title=f"Thread {n}")
    thread = a_thread(author=author, board=board)
    for _ in range(40):
        a_reply(author=author, thread=thread)
    for address in ("/latest/feed/", f"/boards/{board.slug}/feed/", f"/threads/{thread.pk}/feed/"):
        assert 20 <= len(entries(feed(client, address))) <= 30


def test_pages_name_their_feeds(client):
    thread = a_thread(author=a_member())
    for page, address in (
        (thread.get_absolute_url(), f"/threads/{thread.pk}/feed/"),
        (thread.board.get_absolute_url(), f"/boards/{thread.board.slug}/feed/"),
        ("/latest/", "/latest/feed/"),
    ):
        html = client.get(page).content.decode()
        assert 'type="application/atom+xml"' in html and f'href="{address}"' in html


def test_the_sitemap_holds_what_guests_may_read(client):
    thread = a_thread(author=a_member())
    hidden = a_thread(author=a_member())
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=hidden.pk, reason="Off topic")
    inside = a_thread(author=a_member(role="admin"), board=a_board(rights=CIRCLE))
    seen = (
        client.get("/sitemap-threads.xml").content.decode()
        + client.get("/sitemap-boards.xml").content.decode()
    )
    ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert thread.get_absolute_url() in seen and thread.board.get_absolute_url() in seen
    for absent in (hidden, inside):
        assert f"/threads/{absent.pk}/" not in seen
    assert inside.board.slug not in seen
