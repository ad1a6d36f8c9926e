"""Who is writing: told to the others, never stored, by name to members only."""

from __future__ import annotations

from typing import Any

import pytest

from activity.live import presence
from tests.builders.forum import a_thread
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
