"""Words that call groups: who may use them, what a page and the one who writes are told."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core.text import render
from community.members.models import Member
from community.members.names import is_office
from forum import actions
from forum.actions.rerendering import KeptLinks
from forum.calls import WORDS, Group, may_call, words_called
from forum.queries.calls import count_hearers, hearers
from forum.rights import CIRCLE, KEY_MEMBERS
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in

pytestmark = pytest.mark.django_db
OFFICES = {"member": (), "moderator": tuple(Group), "editor": tuple(Group), "admin": tuple(Group)}


def test_nobody_may_be_named_like_a_group():
    words = [word for pair in WORDS.values() for word in pair]
    assert all(map(is_office, words)) and not is_office("BMW车主") and not is_office("Circle Line")


@pytest.mark.parametrize("role", OFFICES)
def test_who_may_call_whom(role):
    viewer, board = a_member(role="" if role == "member" else role), a_board(rights=CIRCLE)
    board = type(board).objects.with_viewer(viewer).get(pk=board.pk)
    allowed = {group for group in Group if may_call(viewer, board, group)}
    assert allowed == {Group.MODERATORS, *OFFICES[role]}
    viewer.standing = "warned"
    assert {may_call(viewer, board, group).code for group in Group} == {"warned"}
    viewer.standing, viewer.is_key_member = "good", True
    assert may_call(viewer, board, Group.KEY_MEMBERS)


@pytest.mark.parametrize(
    ("rights", "heard"),
    [(None, ["Owner", "Owner and key"]), (KEY_MEMBERS, ["Owner and key"]), (CIRCLE, ["Owner"])],
)
def test_only_those_hear_a_call_who_may_read_there(rights, heard):
    board, owner = a_board(rights=rights), a_member(name="Owner", is_verified_owner=True)
    actions.enrol(actor=None, board_id=board.pk, member=owner, kind="club_member")
    a_member(name="Owner and key", is_verified_owner=True, is_key_member=True)
    a_member(is_verified_owner=True, is_active=False)
    an_imported_member(is_verified_owner=True)
    assert sorted(hearers(board, "owners").values_list("name", flat=True)) == heard
    assert count_hearers(board, "owners") == len(heard)


def test_a_call_stays_one_when_the_text_is_drawn_anew():
    html = (
        '<p><span class="mention">@owners</span> and <a class="mention" href="/members/Anna/">@Anna</a></p>'
    )
    assert words_called(html) == {"owners"}
    again = render("@owners and @Anna, @moderators", links=KeptLinks(html))
    assert str(again.html).strip().startswith(html.removesuffix("</p>"))
    assert "@moderators" in again.html and again.html.count("mention") == 2


@pytest.fixture
def me() -> Member:
    return a_member(name="Mara")


def groups(client: Client, **query: object) -> list[dict[str, str]]:
    return client.get("/compose/people/", query).json()["groups"]


def test_groups_are_offered_with_how_many_hear_it_or_why_nobody_would(client, me):
    thread, board = a_thread(author=me), a_board()
    a_member(role="moderator")
    signed_in(client, me)
    offered = [{"name": "moderators", "role": "1 person hears it"}]
    assert groups(client, q="mod", thread=thread.pk) == groups(client, q="", board=board.slug) == offered
    assert groups(client, q="版", board=board.slug) == [{"name": "版主", "role": "1 person hears it"}]
    assert groups(client, q="mod") == groups(client, q="own", board=board.slug) == []
    assert client.get("/compose/people/", {"q": "mod", "board": "no board"}).status_code == 404
    (refused,) = groups(client, q="owners", board=board.slug)
    assert refused == {"name": "owners", "refused": "Only moderators and editors call all owners."}


def test_a_preview_says_what_comes_of_a_call(client, me):
    thread = a_thread(author=me)
    post = thread.posts.get()
    signed_in(client, me)
    source = {"source": "@moderators and @owners"}
    shown = client.post(f"/compose/preview/?thread={thread.pk}", source).content.decode()
    assert '<span class="mention">@moderators</span> and @owners' in shown
    assert "@moderators: 0 people hear it." in shown
    assert "@owners calls nobody. Only moderators and editors call all owners." in shown
    assert "mention" not in client.post("/compose/preview/?board=nowhere", source).content.decode()
    actions.edit_post(actor=a_member(role="moderator"), post_id=post.pk, body="@owners")
    kept = client.post(f"/compose/preview/?post={post.pk}", {"source": "@owners"}).content.decode()
    assert '<span class="mention">@owners</span>' in kept
    page = client.post(f"/threads/{thread.pk}/reply/", {"body": "@owners?", "preview": "1"})
    assert "@owners calls nobody." in page.content.decode()
