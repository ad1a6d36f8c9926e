"""What a board's list says of new words: over its socket, and to pages that ask because sockets are blocked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from activity.live import looks
from activity.live.rights import microseconds, moment_of
from community.core import clock
from community.members.models import Member
from forum import actions
from forum.models import Board, Thread
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.live.house import House, Page, play

pytestmark = pytest.mark.django_db(transaction=True)


class Cast:
    """A board with an older thread and a newer one."""

    def __init__(self) -> None:
        self.author, self.staff = a_member(), a_member(role="admin")
        self.board = a_board()
        with clock.frozen(clock.now() - timedelta(hours=1)):
            self.older = a_thread(author=self.author, board=self.board)
        self.newer = a_thread(author=self.author, board=self.board)
        self.seen = moment_of(Board.objects.get(pk=self.board.pk))


@pytest.fixture
def cast() -> Cast:
    return Cast()


def asked(board: Board, member: Member | None = None) -> dict[str, Any]:
    client = signed_in(Client(), member) if member else Client()
    answer = client.get(f"/boards/{board.slug}/since/")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_a_board_tells_how_far_it_has_got_and_who_was_written_in_last(cast):
    told = asked(cast.board)
    assert told["s"] == cast.seen
    assert [pk for pk, _last, _opened in told["threads"]] == [cast.newer.pk, cast.older.pk]
    a_reply(author=cast.author, thread=cast.older)
    again = asked(cast.board, cast.staff)
    assert [pk for pk, last, _opened in again["threads"] if last > told["s"]] == [cast.older.pk]
    assert again["s"] == again["threads"][0][1]


def test_what_is_hidden_is_not_told(cast):
    actions.hide_thread(actor=cast.staff, thread_id=cast.newer.pk, reason="r")
    for who in (None, cast.author, cast.staff):
        assert [pk for pk, _last, _opened in asked(cast.board, who)["threads"]] == [cast.older.pk]


def test_a_board_one_may_not_read_is_not_there(cast):
    board = a_board(rights=CIRCLE)
    for client in (Client(), signed_in(Client(), cast.author)):
        assert client.get(f"/boards/{board.slug}/since/").status_code == 404
    assert Client().get("/boards/nowhere/since/").status_code == 404


def test_moments_are_exact():
    at = datetime(2026, 11, 28, 9, 0, 0, tzinfo=UTC)
    for micro in range(0, 1_000_000, 997):
        assert microseconds(at + timedelta(microseconds=micro)) == microseconds(at) + micro


async def seated(house: House, cast: Cast, who: Member | None) -> Page:
    page = await house.open(who)
    page.say({"do": "join", "t": f"board:{cast.board.pk}", "s": cast.seen, "l": "en"})
    assert (await page.frame())["k"] == "joined"
    return page


def test_only_what_is_new_is_heard_over_the_socket(cast, monkeypatch):
    monkeypatch.setattr("activity.live.hub.BOARD_REST", 0.0)

    async def scene(house: House) -> None:
        page = await seated(house, cast, None)
        await house.do(a_reply, author=cast.author, thread=cast.older)
        heard = await page.frame()
        assert (heard["k"], heard["threads"], heard["new"]) == ("board", [cast.older.pk], [])
        opened = await house.do(a_thread, author=cast.author, board=cast.board)
        heard = await page.frame()
        assert (heard["threads"], heard["new"]) == ([opened.pk], [opened.pk])

    play(scene)


def test_a_list_that_was_away_hears_what_it_missed_once(cast):
    async def scene(house: House) -> None:
        await house.do(a_reply, author=cast.author, thread=cast.older)
        page = await seated(house, cast, cast.author)
        assert (await page.frame())["threads"] == [cast.older.pk]
        await house.settle()
        assert page.waiting() == []

    play(scene)


def test_a_board_that_closes_shows_its_listeners_out(cast):
    async def scene(house: House) -> None:
        page = await seated(house, cast, None)
        await house.do(actions.set_rights, actor=cast.staff, board_id=cast.board.pk, rights=CIRCLE)
        assert await page.closed() == 4403

    play(scene)


def test_a_frame_names_no_more_than_a_list_shows(cast):
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        for _ in range(looks.MOST_THREADS + 2):
            a_thread(author=cast.author, board=cast.board)
    text, _at = looks.board_news(cast.board.pk, cast.seen)
    assert len(json.loads(text)["threads"]) == looks.MOST_THREADS
    assert Thread.objects.filter(board=cast.board).count() > looks.MOST_THREADS
