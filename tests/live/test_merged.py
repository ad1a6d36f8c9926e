"""Whoever reads a thread as it is merged away is told where it went, if they may read it there: live, late, by asking."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from forum import actions, rights
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, play

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = {"type": "websocket.close", "code": 4403}


class Two:
    """A thread that will be merged away, and the one it goes into."""

    def __init__(self) -> None:
        self.staff, self.author = a_member(role="admin"), a_member()
        self.board = a_board()
        self.source, self.target = (a_thread(author=self.author, board=self.board) for _ in range(2))
        a_reply(author=self.author, thread=self.target)
        self.board_of_target = a_board()

    def merge(self) -> Thread:
        return actions.merge_threads(
            actor=self.staff, source_id=self.source.pk, target_id=self.target.pk, reason="r"
        )

    def close_target(self) -> None:
        actions.move_thread(
            actor=self.staff, thread_id=self.target.pk, board_id=self.board_of_target.pk, reason="r"
        )
        actions.set_rights(actor=self.staff, board_id=self.board_of_target.pk, rights=rights.CIRCLE)


@pytest.fixture
def two() -> Two:
    return Two()


def test_readers_of_a_merged_thread_hear_where_it_went_and_then_nothing(two: Two) -> None:
    async def scene(house: House) -> None:
        pages = [await house.open(None), await house.open(two.author), await house.open(two.staff)]
        for page in pages:
            await page.joined(two.source, 0)
        await house.do(two.merge)
        await house.settle()
        for page in pages:
            told, closed = page.waiting()
            assert (told["k"], told["t"], told["to"]) == (
                "merged",
                f"thread:{two.source.pk}",
                two.target.pk,
            )
            assert closed == CLOSED

    play(scene)


def test_who_comes_back_after_the_merge_hears_it_then(two: Two) -> None:
    async def scene(house: House) -> None:
        await house.do(two.merge)
        page = await house.open(None)
        page.join(two.source, 0)
        told = await page.frame()
        assert (told["k"], told["to"]) == ("merged", two.target.pk) and told["s"] == 1
        assert await page.closed() == 4403

    play(scene)


def test_who_may_not_read_it_there_hears_nothing_of_it(two: Two) -> None:
    async def scene(house: House) -> None:
        await house.do(two.merge)
        await house.do(two.close_target)
        page = await house.open(None)
        page.join(two.source, 0)
        assert await page.message() == CLOSED

    play(scene)
    assert asking_for(two.source).status_code == 404
    assert Client().get(f"/threads/{two.source.pk}/since/?read=1").status_code == 404


def asking_for(thread: Thread, after: int = 0) -> Any:
    return Client().get(f"/threads/{thread.pk}/since/?after={after}", headers={"Accept": "application/json"})


def test_pages_that_ask_are_told_the_same_and_the_link_leads_to_the_posts(two: Two) -> None:
    two.merge()
    told = json.loads(asking_for(two.source).content)
    (frame,) = told["frames"]
    assert (frame["k"], frame["to"], frame["s"], told["reload"]) == (
        "merged",
        two.target.pk,
        told["s"],
        False,
    )
    answer = Client().get(f"/threads/{two.source.pk}/since/?read=0")
    assert answer["Location"] == f"{two.target.get_absolute_url()}#n3"
