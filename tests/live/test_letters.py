"""Private conversations on open pages: steps without words, for whoever is in one, as long as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from activity.live import hints
from activity.live.rights import place_for
from activity.messages import actions
from activity.messages.models import Conversation, Message
from community.members import actions as members
from community.members.models import Member
from tests.builders.members import a_member
from tests.live.house import House, Page, play

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "Canary-9920"


class Cast:
    """Two pairs of people in one conversation of two and one of three."""

    def __init__(self) -> None:
        self.anna, self.ben, self.carl = (a_member(name=name) for name in ("Anna", "Ben", "Carl"))
        self.pair = self.begun(self.ben)
        self.several = self.begun(self.ben, self.carl)

    def begun(self, *to: Member) -> Conversation:
        return actions.start_conversation(actor=self.anna, recipients=to, body="Hello").conversation


@pytest.fixture
def cast() -> Cast:
    return Cast()


def write(actor: Member, where: Conversation, body: str = SECRET) -> Message:
    return actions.send_message(actor=actor, conversation_id=where.pk, body=body)


def topic_of(where: Conversation) -> str:
    return f"conversation:{where.pk}"


async def joined(house: House, who: Member, where: Conversation) -> Page:
    page = await house.open(who)
    page.say({"do": "join", "t": topic_of(where), "s": where.sequence, "l": "en"})
    assert (await page.frame())["k"] == "joined"
    return page


def test_a_message_and_its_removal_are_heard_and_no_word_of_it(cast):
    async def scene(house: House) -> None:
        page = await joined(house, cast.ben, cast.pair)
        sent = await house.do(write, cast.anna, cast.pair)
        told = {"t": topic_of(cast.pair), "k": "letters", "n": 2}
        assert await page.frame() == told | {"s": 3, "gone": []}
        await house.do(actions.remove_message, actor=cast.anna, message_id=sent.pk)
        assert await page.frame() == told | {"s": 4, "gone": [2]}

    play(scene)


def test_a_page_that_was_away_is_brought_up_to_date_and_a_lost_hint_made_up(cast, monkeypatch):
    write(cast.anna, cast.pair)

    async def scene(house: House) -> None:
        page = await joined(house, cast.ben, cast.pair)  # drawn before the message
        assert (await page.frame())["s"] == 3
        monkeypatch.setattr(hints, "tell", lambda *_: None)
        await house.do(write, cast.anna, cast.pair)
        await house.look()
        assert (await page.frame())["s"] == 4

    play(scene)


@pytest.mark.parametrize("who", ["guest", "outside", "staff", "left"])
def test_nobody_else_may_listen(cast, who):
    actions.leave_conversation(member=cast.carl, conversation_id=cast.several.pk)
    listener = {
        "guest": None,
        "outside": a_member(),
        "staff": a_member(role="admin"),
        "left": cast.carl,
    }[who]

    async def scene(house: House) -> None:
        page = await house.open(listener)
        page.say({"do": "join", "t": topic_of(cast.several), "s": 0, "l": "en"})
        assert await page.message() == {"type": "websocket.close", "code": 4403}

    play(scene)


LOSSES: dict[str, Callable[[Cast], Any]] = {
    "leaves": lambda cast: actions.leave_conversation(member=cast.ben, conversation_id=cast.pair.pk),
    "is blocked": lambda cast: members.block(member=cast.anna, target=cast.ben),
    "blocks": lambda cast: members.block(member=cast.ben, target=cast.anna),
}


@pytest.mark.parametrize("hinted", [True, False], ids=["hinted", "hint lost"])
@pytest.mark.parametrize("loss", LOSSES)
def test_who_leaves_or_keeps_the_other_away_hears_nothing_more(cast, loss, hinted, monkeypatch):
    async def scene(house: House) -> None:
        page = await joined(house, cast.ben, cast.pair)
        if not hinted:
            monkeypatch.setattr(hints, "tell", lambda *_: None)
        await house.do(LOSSES[loss], cast)
        await house.do(Conversation.objects.filter(pk=cast.pair.pk).update, sequence=9)
        monkeypatch.undo()
        await house.do(hints.wake, topic_of(cast.pair), 9)
        await house.settle()
        assert page.waiting() == [{"type": "websocket.close", "code": 4403}]

    play(scene)


def test_a_block_among_several_parts_nobody_and_hides_who_writes(cast):
    members.block(member=cast.ben, target=cast.carl)
    at = {one.name: place_for(one, topic_of(cast.several), "en") for one in (cast.anna, cast.ben, cast.carl)}
    assert {name: place.may_write for name, place in at.items() if place} == {
        "Anna": True,
        "Ben": False,
        "Carl": False,
    }


def test_who_writes_is_seen_by_the_others(cast):
    async def scene(house: House) -> None:
        page = await joined(house, cast.ben, cast.pair)
        writer = await joined(house, cast.anna, cast.pair)
        writer.say({"do": "typing", "t": topic_of(cast.pair)})
        frame = await page.frame()
        assert (frame["k"], frame["names"]) == ("presence", ["Anna"])

    play(scene)
