"""The badge on open pages: another number arrives within a second, for its member alone."""

from __future__ import annotations

import pytest

from activity.live import hints
from activity.notices import actions as notices
from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from community.members.models import Member
from forum import actions
from forum.models import Post
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, play

pytestmark = pytest.mark.django_db(transaction=True)


def _mention(asker: Member, helper: Member) -> None:
    """A mention of this moment, and a worker that has come to it."""
    a_reply(author=helper, thread=a_thread(author=helper), body=f"你好，@{asker.name}！")
    run_due()


def test_a_mention_reaches_open_pages_of_its_member_only():
    asker, helper = a_member(name="小满"), a_member()

    async def scene(house: House) -> None:
        page, other = await house.open(asker), await house.open(helper)
        for one in (page, other):
            one.say({"do": "notices", "n": 0})
        await house.do(_mention, asker, helper)
        assert await page.frame() == {"k": "notices", "n": 1}
        await house.do(notices.read_all, member=asker)
        assert await page.frame() == {"k": "notices", "n": 0}
        await house.settle()
        assert other.waiting() == []

    play(scene)


def test_who_has_the_thread_open_and_reads_on_is_told_of_nothing_any_more():
    asker, helper = a_member(name="Asker"), a_member()
    thread = a_thread(author=helper)

    async def scene(house: House) -> None:
        page = await house.open(asker)
        page.say({"do": "notices", "n": 0})
        await page.joined(thread, 0)
        await house.do(a_reply, author=helper, thread=thread, body="@Asker?")
        await house.do(run_due)
        heard = [await page.frame(), await page.frame()]
        assert {"k": "notices", "n": 1} in heard
        page.say({"do": "read", "t": f"thread:{thread.pk}", "n": 2})
        assert await page.frame() == {"k": "notices", "n": 0}

    play(scene)


def test_where_replies_were_split_off_what_stands_further_down_is_not_read_yet():
    """What is left in their place is younger than what follows it."""
    asker, helper, staff = a_member(name="Asker"), a_member(), a_member(role="moderator")
    thread, elsewhere = a_thread(author=helper), a_thread(author=helper)
    a_reply(author=helper, thread=thread, body="Nothing new here.")
    moved = a_reply(author=helper, thread=thread, body="Something else altogether.")
    a_reply(author=helper, thread=thread, body="@Asker, what about the tyres?")
    told = {"thread_id": thread.pk, "post_ids": [moved.pk], "title": "Something else", "reason": "Else"}
    actions.split_thread(actor=staff, **told)
    run_due()
    thread.refresh_from_db()

    async def scene(house: House) -> None:
        page = await house.open(asker)
        await page.joined(thread, thread.sequence)
        page.say({"do": "notices", "n": 1})
        page.say({"do": "read", "t": f"thread:{thread.pk}", "n": 3})
        await page.joined(elsewhere, 0)  # one wish after the other: the first has been seen to
        await house.settle()
        assert page.waiting() == []
        page.say({"do": "read", "t": f"thread:{thread.pk}", "n": 4})
        assert await page.frame() == {"k": "notices", "n": 0}

    play(scene)


def test_an_undone_mention_takes_the_number_back():
    asker, helper = a_member(name="Asker"), a_member()

    async def scene(house: House) -> None:
        page = await house.open(asker)
        page.say({"do": "notices", "n": 0})
        await house.do(_mention, asker, helper)
        assert await page.frame() == {"k": "notices", "n": 1}
        post = await house.do(Post.objects.latest, "pk")
        await house.do(actions.undo_post, actor=helper, post_id=post.pk)
        assert await page.frame() == {"k": "notices", "n": 0}

    play(scene)


def test_a_page_that_shows_an_old_number_is_told_the_true_one():
    asker, helper = a_member(name="Asker"), a_member()
    _mention(asker, helper)
    assert Notification.objects.filter(recipient=asker).count() == 1

    async def scene(house: House) -> None:
        page = await house.open(asker)
        page.say({"do": "notices", "n": 0})
        assert await page.frame() == {"k": "notices", "n": 1}

    play(scene)


def test_a_lost_hint_is_made_up_by_the_pulse(monkeypatch):
    asker, helper = a_member(name="Asker"), a_member()
    monkeypatch.setattr(hints, "notices", lambda ids: None)

    async def scene(house: House) -> None:
        page = await house.open(asker)
        page.say({"do": "notices", "n": 0})
        await page.taken()
        await house.do(_mention, asker, helper)
        await house.hub._look()
        assert await page.frame() == {"k": "notices", "n": 1}

    play(scene)


def test_guests_have_no_badge():
    async def scene(house: House) -> None:
        page = await house.open(None)
        page.say({"do": "notices", "n": 5})
        await page.taken()
        await house.settle()
        assert page.waiting() == []

    play(scene)
