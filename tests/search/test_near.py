"""Threads that a title being typed comes close to."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core.tasks.testing import run_due
from community.members.models import Member
from community.search import queries
from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> Member:
    return a_member(name="Sunbird")


@pytest.fixture
def writer(me: Member) -> Client:
    return signed_in(Client(), me)


def titles(viewer: Member, typed: str) -> list[str]:
    return [row.title for row in queries.near_title(viewer, typed)]


def test_titles_that_share_most_come_first_in_both_languages(me):
    author = a_member()
    for title in ("Winter range of the Aurora", "Range on the motorway in winter rain", "Paint and polish"):
        a_thread(author=author, title=title)
    a_thread(author=author, title="冬天续航掉得厉害怎么办")
    run_due()
    assert titles(me, "Motorway range in winter") == [
        "Range on the motorway in winter rain",
        "Winter range of the Aurora",
    ]
    assert titles(me, "冬天续航") == ["冬天续航掉得厉害怎么办"]
    assert titles(me, "The something on and of the else") == [] and titles(me, "") == []


def test_what_one_may_not_read_does_not_come_near(me):
    board, insider = a_board(rights=CIRCLE), a_member()
    actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    a_thread(author=insider, board=board, title="Secret winter range figures")
    hidden = a_thread(author=insider, title="Hidden winter range figures")
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=hidden.pk, reason="Off")
    run_due()
    assert titles(me, "winter range figures") == []
    assert titles(insider, "winter range figures") == ["Secret winter range figures"]


def test_the_fragment_is_a_list_of_links_and_nothing_when_nothing_is_near(writer):
    thread = a_thread(
        author=a_member(), title="Winter <b>range</b> of the Aurora", body="It drops by a third."
    )
    run_due()
    said = writer.get("/search/near", {"title": "winter range"}).content.decode()
    assert "1 thread comes close" in said and thread.get_absolute_url() in said
    assert "It drops by a third." in said and "<b>range" not in said and "<html" not in said
    assert writer.get("/search/near", {"title": "zzz qqq"}).content.strip() == b""


def test_without_the_script_a_preview_shows_them_beside_the_form(writer):
    near = a_thread(author=a_member(), title="Winter range of the Aurora")
    run_due()
    address = f"/boards/{a_board().slug}/new/"
    assert near.get_absolute_url() not in writer.get(address).content.decode()
    page = writer.post(address, {"title": "Aurora winter range", "body": "x", "lane": "ask", "preview": "1"})
    assert near.get_absolute_url() in page.content.decode()


def test_it_costs_few_statements_however_many_there_are(me, django_assert_max_num_queries):
    for n in range(8):
        a_thread(author=a_member(), title=f"Winter range of car {n}")
    run_due()
    with django_assert_max_num_queries(4):
        assert len(titles(me, "winter range")) == 3
