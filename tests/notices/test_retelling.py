"""What was told, when posts go to a thread of their own, and when a title is erased for good."""

from __future__ import annotations

import pytest

from activity.notices import actions as notices
from activity.notices import tasks
from activity.notices.kinds import Channel
from activity.notices.models import Delivery, Notification
from community.core.tasks.testing import run_due
from community.members.models import Member
from forum import actions, rights
from forum.models import Post, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.notices import badge, settle, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Member:
    return a_member(role="moderator")


@pytest.fixture
def asker() -> Member:
    return a_member(name="小满")


@pytest.fixture
def thread(asker) -> Thread:
    return a_thread(author=asker, title="A rattle at ninety")


def split(moderator: Member, posts: list[Post], **more: int) -> Thread:
    return actions.split_thread(
        actor=moderator,
        thread_id=posts[0].thread_id,
        post_ids=[post.pk for post in posts],
        title="Another matter",
        reason="Two matters",
        **more,
    )


class TestSplit:
    def test_a_notice_goes_where_its_posts_went_and_is_taken_back_there(
        self, frozen_clock, moderator, asker, thread
    ):
        post = a_reply(author=a_member(), thread=thread, body="What says @小满?")
        settle(frozen_clock)
        assert badge(asker) == 1
        new = split(moderator, [post])
        settle(frozen_clock)
        row = told(asker)[0]
        assert (row.thread_id, row.subject, badge(asker)) == (new.pk, f"thread:{new.pk}", 1)
        actions.hide_post(actor=moderator, post_id=post.pk, reason="Rude")
        settle(frozen_clock)
        assert badge(asker) == 0

    def test_what_was_about_posts_of_both_becomes_one_of_each(self, frozen_clock, moderator, asker, thread):
        stays, goes = (
            a_reply(author=a_member(), thread=thread, body=f"{said} @小满?") for said in ("Yes,", "No,")
        )
        settle(frozen_clock)
        (before,) = told(asker)
        assert (before.count, badge(asker)) == (2, 1)
        new = split(moderator, [goes])
        settle(frozen_clock)
        rows = {row.thread_id: row for row in told(asker)}
        assert rows.keys() == {thread.pk, new.pk} and badge(asker) == 2
        assert [item[0] for item in rows[thread.pk].items] == [stays.pk]
        assert [item[0] for item in rows[new.pk].items] == [goes.pk] and rows[new.pk].post_id == goes.pk
        assert all(row.count == 1 for row in rows.values())

    def test_what_was_read_stays_read(self, frozen_clock, moderator, asker, thread):
        _stays, goes = (
            a_reply(author=a_member(), thread=thread, body=f"{said} @小满?") for said in ("Yes,", "No,")
        )
        settle(frozen_clock)
        notices.read_all(member=asker)
        split(moderator, [goes])
        settle(frozen_clock)
        assert badge(asker) == 0 and len(told(asker)) == 2

    def test_who_may_not_read_the_new_place_was_told_nothing(self, frozen_clock, moderator, asker, thread):
        post = a_reply(author=a_member(), thread=thread, body="What says @小满?")
        settle(frozen_clock)
        private = a_board(rights=rights.CIRCLE)
        split(moderator, [post], board_id=private.pk)
        settle(frozen_clock)
        assert badge(asker) == 0 and not told(asker)

    def test_a_post_hidden_before_its_notice_has_followed_is_taken_back_all_the_same(
        self, frozen_clock, moderator, asker, thread
    ):
        post = a_reply(author=a_member(), thread=thread, body="What says @小满?")
        settle(frozen_clock)
        new = split(moderator, [post])
        actions.hide_post(actor=moderator, post_id=post.pk, reason="Rude")
        tasks.take_back.func(thread_id=new.pk, posts=[post.pk])  # it comes first, and finds nothing
        run_due()
        settle(frozen_clock)
        assert badge(asker) == 0


class TestErasedTitle:
    def sent(self, row: Notification, title: str) -> Delivery:
        return Delivery.objects.create(
            recipient=row.recipient,
            channel=Channel.MAIL,
            kind=row.kind,
            notification=row,
            key=f"t{row.pk}",
            title=title,
            state=Delivery.State.SENT,
        )

    @pytest.mark.parametrize("merged", [False, True])
    def test_the_log_of_what_was_sent_does_not_say_it_any_more(
        self, frozen_clock, moderator, asker, thread, merged
    ):
        a_reply(author=a_member(), thread=thread, body="What says @小满?")
        settle(frozen_clock)
        opening = Post.objects.get(thread=thread, number=1)
        delivery = self.sent(told(asker)[0], "Somebody mentions you in “A rattle at ninety”")
        if merged:
            target = a_thread(author=a_member())
            actions.merge_threads(actor=moderator, source_id=thread.pk, target_id=target.pk, reason="Same")
            settle(frozen_clock)
        actions.purge_post(actor=moderator, post_id=opening.pk, reason="An address")
        delivery.refresh_from_db()
        assert delivery.title == ""

    def test_what_was_done_to_its_author_does_not_say_it_either(self, frozen_clock, moderator, asker, thread):
        opening = Post.objects.get(thread=thread, number=1)
        actions.hide_thread(actor=moderator, thread_id=thread.pk, reason="An address")
        settle(frozen_clock)
        assert any("rattle" in row.data.get("title", "") for row in Notification.objects.all())
        actions.purge_post(actor=moderator, post_id=opening.pk, reason="An address")
        settle(frozen_clock)
        assert not any("rattle" in row.data.get("title", "") for row in Notification.objects.all())
