"""Rights of many asked for at once: the same answers as one by one, in a few statements however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.live import asking
from activity.live.rights import place_for, places_for, viewer_of, viewers_of
from community.members import actions as members
from community.members.models import Member
from forum import actions, rights
from forum.models import Board
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, cookie_of, play

if TYPE_CHECKING:
    from forum.roles import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = {
    "open": None,
    "circle": rights.CIRCLE,
    "key members": rights.KEY_MEMBERS,
    "owners read": {"read": ["owner"], "reply": ["owner"], "moderate": ["moderator"]},
    "the team": {"read": ["moderator"], "moderate": ["moderator"]},
}
STATES: dict[str, Any] = {
    "visible": None,
    "hidden": actions.hide_thread,
    "removed": actions.remove_thread,
    "locked": actions.lock_thread,
}


def everybody() -> list[Viewer]:
    """People who differ in everything that a right asks for."""
    plain: list[Viewer] = [a_member() for _ in range(2)]
    some = [
        {"is_verified_owner": True},
        {"is_key_member": True},
        {"is_verified_owner": True, "is_key_member": True},
        {"standing": "suspended"},
        {"standing": "muted", "is_key_member": True},
    ]
    roles: list[Viewer] = [a_member(role=role) for role in ("partner", "editor", "moderator", "admin")]
    return [AnonymousUser(), *plain, *(a_member(**fields) for fields in some), *roles]


def _enrol(board: Board, viewers: Sequence[Any]) -> None:
    actions.enrol(actor=None, board_id=board.pk, member=viewers[1], kind="club_member")
    actions.enrol(actor=None, board_id=board.pk, member=viewers[5], kind="club_member")
    actions.enrol(actor=None, board_id=board.pk, member=viewers[2], kind="moderator")


@pytest.mark.parametrize("table", TABLES)
def test_many_are_answered_as_each_would_be_alone(table: str) -> None:
    viewers, staff = everybody(), a_member(role="admin")
    author = a_member(is_verified_owner=True)
    board = a_board()
    threads = {state: a_thread(author=author, board=board) for state in STATES}
    _enrol(board, viewers)
    members.ignore_member(member=viewers[3], target=author)  # type: ignore[arg-type]
    for state, act in STATES.items():
        if act:
            act(actor=staff, thread_id=threads[state].pk, reason="r")
    if TABLES[table]:
        actions.set_rights(actor=staff, board_id=board.pk, rights=TABLES[table])  # type: ignore[arg-type]
    asked = [*viewers, author, *viewers]
    shown = [f"thread:{thread.pk}" for thread in threads.values()]
    for topic in (*shown, f"board:{board.pk}", "thread:0", "board:987654", "thread:987654", "x"):
        alone = [place_for(viewer, topic, "en") for viewer in asked]
        assert places_for(asked, topic, "en") == alone
    assert {place is None for topic in shown for place in places_for(asked, topic, "en")} == {True, False}


def _statements(act: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def _questions(count: int, topics: Sequence[str]) -> list[asking.Question]:
    keys = [cookie_of(a_member()) for _ in range(count)]
    return sorted((topic, "en", key) for topic in topics for key in ["", *keys])


def test_a_hundred_cost_no_more_statements_than_three() -> None:
    author = a_member()
    threads = [a_thread(author=author) for _ in range(2)]
    topics = [f"thread:{threads[0].pk}", f"thread:{threads[1].pk}", f"board:{threads[0].board_id}"]
    few, many = _questions(3, topics), _questions(100, topics)
    counts = [_statements(lambda asked=asked: asking._answers(asked)) for asked in (few, many)]
    # Two for the sessions; for a thread who ignores somebody, whose it is, who is enrolled; and each kind of viewer.
    assert counts[0] == counts[1] <= 2 + 2 * (3 + 2) + (1 + 2)


def test_sessions_are_told_apart_when_asked_for_together() -> None:
    member, shut, renewed = a_member(), a_member(), a_member(password="a-road-through-the-birches")
    keys = {name: cookie_of(who) for name, who in {"well": member, "shut": shut, "old": renewed}.items()}
    over = cookie_of(a_member())
    Session.objects.filter(session_key=over).update(expire_date="2020-01-01T00:00Z")
    Member.objects.filter(pk=shut.pk).update(is_active=False)
    renewed.set_password("another-road-through-the-birches")
    renewed.save(update_fields=["password"])
    found = viewers_of([*keys.values(), over, "x" * 32, ""])
    assert found[keys["well"]] == member
    assert found[""] == AnonymousUser()
    assert [found[key] for key in (keys["shut"], keys["old"], over, "x" * 32)] == [None] * 4
    assert {key: viewer_of(key) for key in found} == found


def test_a_board_that_closes_shows_each_of_many_out_and_keeps_those_it_is_for(monkeypatch: Any) -> None:
    """More sessions than one question takes, on two threads and the board's own list."""
    monkeypatch.setattr(asking, "A_QUESTION", 7)
    staff, author = a_member(role="admin"), a_member()
    board = a_board()
    threads = [a_thread(author=author, board=board) for _ in range(2)]
    crowd: list[Member | None] = [None, None, *(a_member() for _ in range(18))]
    insiders = [a_member() for _ in range(4)]
    for insider in insiders:
        actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")

    async def scene(house: House) -> None:
        outside = [await house.open(who) for who in crowd]
        inside = [await house.open(who) for who in insiders]
        for number, page in enumerate([*outside, *inside]):
            await page.joined(threads[number % 2], 0)
        outside[3].say({"do": "join", "t": f"board:{board.pk}", "s": 0, "l": "en"})
        assert (await outside[3].frame())["k"] == "joined"
        await house.do(actions.set_rights, actor=staff, board_id=board.pk, rights=rights.CIRCLE)
        assert [await page.closed() for page in outside] == [4403] * len(outside)
        await house.settle()
        assert [page.waiting() for page in inside] == [[]] * len(inside)
        assert len(house.hub.sockets) == len(inside)

    play(scene)


def test_while_nobody_can_be_asked_for_nobody_hears_anything(monkeypatch: Any) -> None:
    staff, author = a_member(role="admin"), a_member()
    thread = a_thread(author=author)
    asked = asking._answers
    failures = []

    def failing(questions: list[asking.Question]) -> Any:
        if len(failures) < 2:
            failures.append(1)
            a_reply(author=staff, thread=thread, body="Not for you")
            raise RuntimeError("the database is away")
        return asked(questions)

    monkeypatch.setattr(asking, "AGAIN", 0.0)

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(thread, 0)
        await house.settle()
        monkeypatch.setattr(asking, "_answers", failing)
        await house.do(actions.set_rights, actor=staff, board_id=thread.board_id, rights=rights.CIRCLE)
        await house.settle()
        assert page.waiting() == [{"type": "websocket.close", "code": 4403}]
        assert len(failures) == 2

    play(scene)
