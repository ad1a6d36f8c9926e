"""Who is writing: told to the others, never stored, by name to members only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from activity.live import presence
from community.members import actions as people
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, Page, play

pytestmark = pytest.mark.django_db(transaction=True)


async def told(page: Page) -> dict[str, Any]:
    frame = await page.frame()
    assert frame["k"] == "presence"
    return {name: frame[name] for name in ("count", "staff", "names")}


def typing(page: Page, thread: Any) -> None:
    page.say({"do": "typing", "t": f"thread:{thread.pk}"})


def test_writing_is_told_to_the_others_and_fades(monkeypatch):
    writer, reader = a_member(name="Li Mei"), a_member()
    thread = a_thread(author=a_member())

    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (writer, reader, None)]
        for page in pages:
            await page.joined(thread, 0)
        typing(pages[0], thread)
        assert await told(pages[1]) == {"count": 1, "staff": False, "names": ["Li Mei"]}
        assert await told(pages[2]) == {"count": 1, "staff": False, "names": []}
        assert (await told(pages[0]))["count"] == 0
        late = await house.open(reader)
        await late.joined(thread, 0)
        assert (await told(late))["names"] == ["Li Mei"]
        monkeypatch.setattr(presence, "monotonic", lambda: float("inf"))
        house.hub.presence.tick()
        assert (await told(pages[1]))["count"] == 0

    play(scene)


def test_the_team_answering_is_named_first():
    staff, member, reader = a_member(role="moderator", name="Chen Yu"), a_member(name="Bo"), a_member()
    thread = a_thread(author=a_member())

    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (reader, member, staff)]
        for page in pages:
            await page.joined(thread, 0)
        typing(pages[1], thread)
        await told(pages[0])
        typing(pages[2], thread)
        await pages[2].taken()
        await house.settle()
        house.hub.presence.tick()
        assert await told(pages[0]) == {"count": 2, "staff": True, "names": ["Chen Yu", "Bo"]}

    play(scene)


@pytest.mark.parametrize("who", ["guest", "suspended", "unseen"])
def test_whoever_may_not_write_or_be_seen_is_not_seen_writing(who):
    fields = {"suspended": {"standing": "suspended"}, "unseen": {"visibility": {"online": "nobody"}}}
    member = None if who == "guest" else a_member(**fields[who])
    thread, reader = a_thread(author=a_member()), a_member()

    async def scene(house: House) -> None:
        page, other = await house.open(member), await house.open(reader)
        for one in (page, other):
            await one.joined(thread, 0)
        typing(page, thread)
        await page.taken()
        await house.settle()
        house.hub.presence.tick()
        assert other.waiting() == []

    play(scene)


def heard_by(page: Page) -> list[tuple[int, list[str]]]:
    """What a page was told of who is writing, in order."""
    return [(one["count"], one["names"]) for one in page.waiting() if one.get("k") == "presence"]


@pytest.mark.parametrize("way", ["ignores", "is blocked by"])
def test_nobody_hears_of_whom_they_ignore_or_who_keeps_them_away(way):
    writer, reader, other = a_member(name="Li Mei"), a_member(), a_member(name="Bo")
    if way == "ignores":
        people.ignore_member(member=reader, target=writer)
    else:
        people.block(member=writer, target=reader)
    thread = a_thread(author=a_member())

    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (writer, other, reader, reader)]
        for page in pages[:3]:
            await page.joined(thread, 0)
        typing(pages[0], thread)
        assert (await told(pages[1]))["names"] == ["Li Mei"]
        assert heard_by(pages[2]) == [], "not even that there is somebody of whom nothing is told"
        await pages[3].joined(thread, 0)
        await house.settle()
        assert heard_by(pages[3]) == []
        typing(pages[1], thread)
        while len(house.hub.presence._writers[f"thread:{thread.pk}"]) < 2:
            await asyncio.sleep(0)
        house.hub.presence.tick()
        assert (await told(pages[2]))["names"] == ["Bo"]

    play(scene)


def test_a_block_while_somebody_writes_takes_the_name_away_and_back():
    writer, reader = a_member(name="Li Mei"), a_member()
    thread = a_thread(author=a_member())

    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (writer, reader)]
        for page in pages:
            await page.joined(thread, 0)
        typing(pages[0], thread)
        assert (await told(pages[1]))["names"] == ["Li Mei"]
        await house.do(people.block, member=writer, target=reader)
        await house.settle()
        assert heard_by(pages[1]) == [(0, [])]
        await house.do(people.unignore, member=writer, target=reader)
        await house.settle()
        assert heard_by(pages[1]) == [(1, ["Li Mei"])]

    play(scene)


def test_whoever_has_posted_is_not_writing_any_more():
    writer, other, reader = a_member(name="Li Mei"), a_member(name="Bo"), a_member()
    thread = a_thread(author=a_member())

    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (writer, other, reader)]
        for page in pages:
            await page.joined(thread, 0)
        typing(pages[0], thread)
        assert (await told(pages[2]))["count"] == 1
        typing(pages[1], thread)
        topic = f"thread:{thread.pk}"
        while len(house.hub.presence._writers[topic]) < 2:
            await asyncio.sleep(0)
        house.hub.presence.tick()
        assert (await told(pages[2]))["names"] == ["Li Mei", "Bo"]
        await house.do(a_reply, author=writer, thread=thread, body="Here it is.")
        await house.settle()
        frames = pages[2].waiting()
        assert [one["k"] for one in frames] == ["reply", "presence"], (
            "the words first, then that they are said"
        )
        assert frames[1]["names"] == ["Bo"]

    play(scene)
