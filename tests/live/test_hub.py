"""Open pages hear what happens: once, in order, nothing that was undone, and nothing is missing after an absence."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import transaction

from activity.live import frames, hints, tasks
from activity.live.models import LiveEvent, RightsNote
from community.core import clock, metrics
from community.core.tasks import crons
from community.members import actions as members
from forum import actions
from forum.models import Thread
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, play

pytestmark = pytest.mark.django_db(transaction=True)


class Cast:
    def __init__(self) -> None:
        self.author, self.other, self.reader = a_member(), a_member(), a_member()
        self.staff = a_member(role="admin")
        self.thread = a_thread(author=self.author)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def figure(name: str) -> float:
    """What operators are told."""
    return metrics.REGISTRY.get_sample_value(f"{metrics.PREFIX}{name}") or 0.0


def test_a_reply_reaches_guests_and_members_as_words_and_its_author_as_a_number(cast):
    async def scene(house: House) -> None:
        pages = [await house.open(who) for who in (None, cast.reader, cast.other, cast.staff)]
        for page in pages:
            await page.joined(cast.thread, 0)
        post = await house.do(a_reply, author=cast.other, thread=cast.thread, body="It **holds**.")
        guest, member, writer, staff = [await page.frame() for page in pages]
        for heard in (guest, member, writer, staff):
            assert (heard["t"], heard["s"], heard["k"]) == (f"thread:{cast.thread.pk}", 1, "reply")
            assert (heard["p"]["id"], heard["p"]["n"], heard["p"]["a"]) == (post.pk, 2, cast.other.pk)
        assert "<strong>holds</strong>" in guest["p"]["html"]
        assert "data-react" not in guest["p"]["html"]
        assert "data-react" in member["p"]["html"]
        assert f"/posts/{post.pk}/hide/" not in member["p"]["html"]
        assert "html" not in staff["p"]

    play(scene)


def test_each_language_is_drawn_and_encoded_once_for_all_who_read_it(cast, monkeypatch):
    drawn, encoded = [], []
    draw, encode = frames._drawn, frames.encoded
    monkeypatch.setattr(frames, "_drawn", lambda *args: drawn.append(1) or draw(*args))
    monkeypatch.setattr(frames, "encoded", lambda text: encoded.append(1) or encode(text))

    async def scene(house: House) -> None:
        pages = [await house.open() for _ in range(6)]
        for number, page in enumerate(pages):
            await page.joined(cast.thread, 0, "zh-hans" if number % 2 else "en")
        await house.settle()
        drawn.clear()
        encoded.clear()
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        heard = [(await page.frame())["p"]["html"] for page in pages]
        assert len(drawn) == len(encoded) == 2
        assert len(set(heard)) == 2
        assert "此帖" in heard[1] or "链接" in heard[1]

    play(scene)


def test_what_was_rolled_back_is_never_heard(cast):
    def write_and_fail() -> None:
        with pytest.raises(RuntimeError, match="no"), transaction.atomic():
            a_reply(author=cast.other, thread=cast.thread)
            raise RuntimeError("no")

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        await house.do(write_and_fail)
        await house.look()
        assert page.waiting() == []
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        assert (await page.frame())["s"] == 1

    play(scene)


def test_a_page_that_was_away_is_told_what_it_missed_in_order(cast):
    async def scene(house: House) -> None:
        for _ in range(3):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        page = await house.open()
        assert (await page.joined(cast.thread, 1))["s"] == 3
        assert [frame["s"] for frame in await page.frames(2)] == [2, 3]
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        assert (await page.frame())["s"] == 4

    play(scene)


@pytest.mark.parametrize("lost", ["swept", "too many", "from the future"])
def test_a_page_too_far_behind_is_asked_to_load_anew_and_then_hears_on(cast, lost, monkeypatch):
    if lost == "too many":
        monkeypatch.setattr(frames, "MOST_STEPS", 2)
    after = 9 if lost == "from the future" else 0
    before = figure("live_replay_gaps_total")

    async def scene(house: House) -> None:
        for _ in range(3):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        if lost == "swept":
            await house.do(LiveEvent.objects.filter(sequence__lt=3).delete)
        page = await house.open()
        await page.joined(cast.thread, after)
        assert (await page.frame())["k"] == "reload"
        assert figure("live_replay_gaps_total") == before + 1
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        assert (await page.frame())["s"] == 4

    play(scene)


def test_a_lost_hint_is_found_by_the_hub_itself(cast, monkeypatch):
    monkeypatch.setattr(hints, "wake", lambda *_: None)
    before = figure("live_lost_hints_total")

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        for _ in range(2):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        await house.settle()
        assert page.waiting() == []
        await house.look()
        assert [frame["s"] for frame in await page.frames(2)] == [1, 2]
        assert house.hub.counts["healed"] == 1
        assert figure("live_lost_hints_total") == before + 1

    play(scene)


def test_hints_doubled_late_and_out_of_order_change_nothing(cast):
    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        for _ in range(3):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        for sequence in (3, 1, 2, 3, 99):
            house.hub.wake(f"thread:{cast.thread.pk}", sequence)
        await house.settle()
        assert [frame["s"] for frame in page.waiting()] == [1, 2, 3]

    play(scene)


def test_writing_while_pages_join_leaves_no_hole_and_doubles_nothing(cast):
    """Each page knows the thread as it was when it loaded, and joins some writes later."""
    chance = random.Random(4)

    async def scene(house: House) -> None:
        pages = []
        for _ in range(40):
            seen = await house.do(Thread.objects.values_list("sequence", flat=True).get, pk=cast.thread.pk)
            page = await house.open()
            pages.append((page, seen))
            for _ in range(chance.randrange(3)):
                await house.do(
                    actions.react, actor=cast.other, post_id=post.pk, kind=chance.choice(["useful", "wow"])
                )
            page.join(cast.thread, seen)
            await house.do(actions.unreact, actor=cast.other, post_id=post.pk)
        await house.settle()
        last = await house.do(Thread.objects.values_list("sequence", flat=True).get, pk=cast.thread.pk)
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        for page, seen in pages:
            heard = []
            while not heard or heard[-1] != last + 1:
                frame = await page.frame()
                heard += [frame["s"]] if frame["k"] != "joined" else []
            assert heard == list(range(seen + 1, last + 2))

    post = a_reply(author=cast.author, thread=cast.thread)
    play(scene)


def test_the_hub_forgets_a_topic_nobody_listens_to(cast):
    before = figure("live_sockets")

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        assert house.hub.figures()["topics"] == 1
        assert figure("live_sockets") == before + 1
        await page.leave()
        assert house.hub.figures() == {"sockets": 0, "topics": 0}
        assert figure("live_sockets") == before

    play(scene)


def test_a_process_that_ends_tells_its_pages_to_come_back(cast):
    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        await house.hub.stop()
        assert await page.closed() == 1012

    play(scene)


def test_what_nobody_will_ask_for_is_swept(cast):
    with clock.frozen(clock.now() - tasks.HORIZON - timedelta(minutes=1)):
        a_reply(author=cast.other, thread=cast.thread)
        members.end_sessions(member=cast.other)
    a_reply(author=cast.other, thread=cast.thread)
    members.end_sessions(member=cast.reader)
    tasks.sweep.func()
    assert [event.sequence for event in LiveEvent.objects.all()] == [2]
    notes = RightsNote.objects.filter(subject_id__in=[cast.other.pk, cast.reader.pk])
    assert [note.subject_id for note in notes] == [cast.reader.pk]
    assert crons.timetable["live.sweep"].task is tasks.sweep


def test_a_reader_who_does_not_read_is_let_go_and_the_others_hear_everything(cast, monkeypatch):
    monkeypatch.setattr("activity.live.sockets.MOST_BACKLOG", 3)

    async def scene(house: House) -> None:
        slow, quick = await house.open(), await house.open()
        for page in (slow, quick):
            await page.joined(cast.thread, 0)
        slow.gate.clear()
        for _ in range(6):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        assert [frame["s"] for frame in await quick.frames(6)] == [1, 2, 3, 4, 5, 6]
        assert house.hub.counts["slow"] == 1
        slow.gate.set()
        assert await slow.closed() == 4408
        back = await house.open()
        await back.joined(cast.thread, 1)
        assert [frame["s"] for frame in await back.frames(5)] == [2, 3, 4, 5, 6]

    play(scene)


def test_a_reader_who_falters_gets_what_waited_in_order(cast):
    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(cast.thread, 0)
        page.gate.clear()
        for _ in range(4):
            await house.do(a_reply, author=cast.other, thread=cast.thread)
        page.gate.set()
        assert [frame["s"] for frame in await page.frames(4)] == [1, 2, 3, 4]
        await house.do(a_reply, author=cast.other, thread=cast.thread)
        assert (await page.frame())["s"] == 5

    play(scene)
