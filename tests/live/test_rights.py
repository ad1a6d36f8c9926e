"""Who may hear, at the door and later: whoever loses the right hears nothing more and is shown out."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from activity.live import asking, hints, looks
from community.members import actions as members
from community.members import factors
from community.members.models import Member
from forum import actions, rights
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, cookie_of, play

pytestmark = pytest.mark.django_db(transaction=True)


class Cast:
    def __init__(self) -> None:
        self.staff = a_member(role="admin")
        self.inside, self.author, self.outside = a_member(), a_member(), a_member()
        self.board = a_board(rights=rights.CIRCLE)
        for member in (self.inside, self.author):
            actions.enrol(actor=None, board_id=self.board.pk, member=member, kind="club_member")
        self.private = a_thread(author=self.author, board=self.board)
        self.public = a_thread(author=self.author)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.mark.parametrize("who", ["guest", "outside"])
@pytest.mark.parametrize("what", ["private", "absent"])
def test_what_may_not_be_read_may_not_be_heard_and_looks_like_what_is_not_there(cast, who, what):
    async def scene(house: House) -> None:
        page = await house.open(None if who == "guest" else cast.outside)
        page.join(cast.private if what == "private" else Thread(pk=987654), 0)
        assert await page.message() == {"type": "websocket.close", "code": 4403}

    play(scene)


def test_the_circle_hears_its_own_board(cast):
    async def scene(house: House) -> None:
        page = await house.open(cast.inside)
        await page.joined(cast.private, 0)
        await house.do(a_reply, author=cast.author, thread=cast.private, body="Among us")
        heard = await page.frame()
        assert "Among us" in heard["p"]["html"]
        assert "data-react" in heard["p"]["html"]

    play(scene)


def _leaves(cast: Cast) -> Any:
    return actions.unenrol(actor=None, board_id=cast.board.pk, member=cast.inside, kind="club_member")


def _closes_board(cast: Cast) -> Any:
    return actions.set_rights(
        actor=cast.staff, board_id=cast.board.pk, rights={**rights.CIRCLE, "read": ["moderator"]}
    )


def _hides(cast: Cast) -> Any:
    return actions.hide_thread(actor=cast.staff, thread_id=cast.private.pk, reason="r")


def _moves(cast: Cast) -> Any:
    board = a_board(rights={"read": ["moderator"], "moderate": ["moderator"]})
    return actions.move_thread(actor=cast.staff, thread_id=cast.private.pk, board_id=board.pk)


def _ends_sessions(cast: Cast) -> Any:
    return members.end_sessions(member=cast.inside)


def _is_shut(cast: Cast) -> Any:
    Member.objects.filter(pk=cast.inside.pk).update(is_active=False)
    return members.end_sessions(member=cast.inside)


LOSSES: dict[str, tuple[int, Callable[[Cast], Any]]] = {
    "leaves the circle": (4403, _leaves),
    "the board is closed to them": (4403, _closes_board),
    "the thread is hidden": (4403, _hides),
    "the thread moves to where they may not read": (4403, _moves),
    "their sessions are ended elsewhere": (4401, _ends_sessions),
    "their account is shut": (4401, _is_shut),
}


@pytest.mark.parametrize("hinted", [True, False], ids=["hinted", "hint lost"])
@pytest.mark.parametrize("loss", LOSSES)
def test_whoever_loses_the_right_hears_nothing_more_and_is_shown_out(cast, loss, hinted, monkeypatch):
    code, lose = LOSSES[loss]

    async def scene(house: House) -> None:
        page = await house.open(cast.inside)
        await page.joined(cast.private, 0)
        if not hinted:
            monkeypatch.setattr(hints, "tell", lambda *_: None)
        await house.do(lose, cast)
        monkeypatch.undo()
        if loss != "the thread is hidden":
            await house.do(a_reply, author=cast.staff, thread=cast.private, body="Not for you")
        if not hinted:
            await house.look()
        await house.settle()
        heard = page.waiting()
        assert [frame for frame in heard if "k" in frame] == []
        assert heard == [{"type": "websocket.close", "code": code}]

    play(scene)


def test_a_lost_hint_about_rights_lets_no_word_through(cast, monkeypatch):
    """The word comes at once, and the notes on rights are read after it."""
    monkeypatch.setattr(hints, "ask_again", lambda *_: None)

    async def scene(house: House) -> None:
        page = await house.open(cast.inside)
        await page.joined(cast.private, 0)
        await page.joined(cast.public, 0)  # one after the other: what was noted before is dealt with
        await house.settle()
        await house.do(_leaves, cast)
        await house.do(a_reply, author=cast.author, thread=cast.private, body="Not for you")
        await house.settle()
        assert page.waiting() == [{"type": "websocket.close", "code": 4403}]

    play(scene)


def test_whoever_is_being_seated_while_the_board_closes_hears_nothing(cast, monkeypatch):
    seen = looks.look_once

    async def scene(house: House) -> None:
        page = await house.open(cast.outside)

        def look_while_it_closes(*args: Any) -> Any:
            place = seen(*args)
            monkeypatch.setattr(looks, "look_once", seen)
            actions.set_rights(actor=cast.staff, board_id=cast.public.board_id, rights=rights.CIRCLE)
            # The hub's own look falls into this very moment.
            house.hub.loop.call_soon_threadsafe(house.hub.asking.heed, house.hub.asking.notes())
            return place

        monkeypatch.setattr(looks, "look_once", look_while_it_closes)
        page.join(cast.public, 0)
        assert await page.message() == {"type": "websocket.close", "code": 4403}
        await house.do(a_reply, author=cast.staff, thread=cast.public, body="Not for you")
        await house.look()
        assert page.waiting() == []

    play(scene)


def test_an_answer_from_before_the_last_change_lets_nobody_hear(cast, monkeypatch):
    answered = asking._answers

    async def scene(house: House) -> None:
        page = await house.open(cast.inside)
        await page.joined(cast.private, 0)
        await house.settle()
        monkeypatch.setattr(hints, "tell", lambda *_: None)

        def answer_while_it_closes(questions: Any) -> Any:
            answers = answered(questions)
            monkeypatch.setattr(asking, "_answers", answered)
            _closes_board(cast)
            a_reply(author=cast.staff, thread=cast.private, body="Not for you")
            return answers

        monkeypatch.setattr(asking, "_answers", answer_while_it_closes)
        house.hub.asking.about("board", cast.board.pk)
        await house.settle()
        assert page.waiting() == [{"type": "websocket.close", "code": 4403}]

    play(scene)


def test_where_a_thread_moved_to_is_where_its_listeners_are_asked_for(cast):
    async def scene(house: House) -> None:
        page = await house.open(cast.outside)
        await page.joined(cast.public, 0)
        board = await house.do(a_board)
        await house.do(actions.move_thread, actor=cast.staff, thread_id=cast.public.pk, board_id=board.pk)
        await house.settle()
        assert [frame["k"] for frame in page.waiting()] == ["moved"]
        await house.do(actions.set_rights, actor=cast.staff, board_id=board.pk, rights=rights.CIRCLE)
        await house.settle()
        assert page.waiting() == [{"type": "websocket.close", "code": 4403}]

    play(scene)


def _owing(member: Member, session: str) -> None:
    """This session of staff waits for a second factor from here on."""
    store = SessionStore(session)
    factors.note(SimpleNamespace(session=store), member)
    store.save()


def test_staff_who_owe_a_second_factor_hear_what_guests_hear(cast):
    async def scene(house: House) -> None:
        session = await house.do(cookie_of, cast.staff)
        listening = await house.open(session=session)
        await listening.joined(cast.private, 0)
        await house.do(_owing, cast.staff, session)
        await house.do(members.end_sessions, member=cast.staff, keep=session)
        await house.do(a_reply, author=cast.author, thread=cast.private, body="Not for you")
        await house.settle()
        assert listening.waiting() == [{"type": "websocket.close", "code": 4403}]

        again = await house.open(session=session)
        again.join(cast.private, 0)
        assert await again.closed() == 4403
        guest = await house.open(session=session)
        await guest.joined(cast.public, 0)

    play(scene)


def test_signing_out_closes_this_session_and_no_other(cast):
    def sign_out(session: str) -> None:
        client = Client()
        client.cookies["sessionid"] = session
        client.post("/account/logout/")

    async def scene(house: House) -> None:
        here, there = await house.do(cookie_of, cast.inside), await house.do(cookie_of, cast.inside)
        gone, still = await house.open(session=here), await house.open(session=there)
        for page in (gone, still):
            await page.joined(cast.public, 0)
        await house.do(sign_out, here)
        assert await gone.closed() == 4401
        await house.do(a_reply, author=cast.author, thread=cast.public)
        assert (await still.frame())["s"] == 1

    play(scene)


@pytest.mark.parametrize("standing", ["suspended", "muted"])
@pytest.mark.parametrize("seated", [True, False], ids=["in a thread", "on another page"])
def test_whoever_is_suspended_loses_the_socket_and_comes_back_as_a_reader(cast, standing, seated):
    async def scene(house: House) -> None:
        cut, other = await house.open(cast.inside), await house.open(cast.outside)
        if seated:
            await cut.joined(cast.private, 0)
        await other.joined(cast.public, 0)
        told = {"actor": cast.staff, "member": cast.inside, "standing": standing, "reason": "r"}
        await house.do(members.set_standing, **told)
        await house.do(a_reply, author=cast.author, thread=cast.private, body="Not while in doubt")
        await house.settle()
        assert cut.waiting() == [{"type": "websocket.close", "code": 4410}]

        page = await house.open(cast.inside)
        assert (await page.joined(cast.public, 0))["write"] is False
        page.say({"do": "typing", "t": f"thread:{cast.public.pk}"})
        await house.do(a_reply, author=cast.author, thread=cast.public)
        assert (await page.frame())["k"] == "reply"
        assert (await other.frame())["k"] == "reply"

    play(scene)


def test_a_page_is_told_when_its_reader_may_write_again_or_no_longer(cast):
    """The reply box of an open page opens and closes with it."""

    def written(page: Any) -> list[Any]:
        return [frame["write"] for frame in page.waiting() if frame.get("k") == "joined"]

    async def scene(house: House) -> None:
        told = {"actor": cast.staff, "member": cast.inside}
        await house.do(members.set_standing, **told, standing="muted", reason="r")
        page = await house.open(cast.inside)
        assert (await page.joined(cast.public, 0))["write"] is False
        await house.do(members.set_standing, **told, standing="good")
        await house.settle()
        assert written(page) == [True]
        only_staff = {**rights.DEFAULT_RIGHTS, "reply": ["moderator"]}
        await house.do(actions.set_rights, actor=cast.staff, board_id=cast.public.board_id, rights=only_staff)
        await house.settle()
        assert written(page) == [False]

    play(scene)


def test_a_guest_hears_nothing_of_a_thread_that_moved_to_where_only_some_may_read(cast):
    async def scene(house: House) -> None:
        guest = await house.open()
        await guest.joined(cast.public, 0)
        await house.do(
            actions.move_thread, actor=cast.staff, thread_id=cast.public.pk, board_id=cast.board.pk
        )
        await house.do(a_reply, author=cast.author, thread=cast.public, body="Not for you")
        await house.settle()
        assert guest.waiting() == [{"type": "websocket.close", "code": 4403}]
        again = await house.open()
        again.join(cast.public, 0)
        assert await again.closed() == 4403

    play(scene)


def test_a_session_that_ran_out_is_found_by_the_slow_round(cast):
    async def scene(house: House) -> None:
        from django.contrib.sessions.models import Session

        page = await house.open(cast.inside)
        await page.joined(cast.public, 0)
        await house.do(
            Session.objects.filter(session_key=page.session).update, expire_date="2020-01-01T00:00Z"
        )
        await house.look()
        assert await page.closed() == 4401

    play(scene)


def test_a_forged_session_is_a_guest(cast):
    async def scene(house: House) -> None:
        page = await house.open(session="x" * 32)
        page.join(cast.private, 0)
        assert await page.closed() == 4403

    play(scene)
