"""Being named by an edit, a followed person's new thread, and being followed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from activity.notices import actions as notices
from activity.notices import tasks
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Delivery, Notification
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from forum import actions, rights
from forum.models import Post
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import badge, kinds, settle, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> Member:
    return a_member(name="小满")


@pytest.fixture
def helper() -> Member:
    return a_member(name="Helper")


class TestNamedByAnEdit:
    @pytest.fixture
    def post(self, helper, frozen_clock) -> Post:
        post = a_reply(author=helper, thread=a_thread(author=helper), body="Somebody knows.")
        settle(frozen_clock)
        return post

    def edit(self, post: Post, body: str, actor: Member | None = None) -> None:
        actions.edit_post(actor=actor or post.author, post_id=post.pk, body=body)

    def test_a_name_that_an_edit_puts_in_is_told_once(self, frozen_clock, asker, post):
        self.edit(post, "问问@小满吧。")
        settle(frozen_clock)
        assert kinds(asker) == ["mention"] and badge(asker) == 1
        assert told(asker)[0].post_id == post.pk
        notices.read_all(member=asker)
        for body in ("问问@小满吧！", "没有人。", "还是@小满。"):
            self.edit(post, body)
            settle(frozen_clock)
        assert Notification.objects.filter(recipient=asker).count() == 1

    def test_a_name_that_stood_there_already_is_no_news(self, frozen_clock, asker, helper):
        post = a_reply(author=helper, thread=a_thread(author=helper), body="@小满?")
        settle(frozen_clock)
        self.edit(post, "@小满, are you there?")
        settle(frozen_clock)
        assert [row.count for row in told(asker)] == [1]

    def test_a_name_that_is_taken_out_unread_was_never_told(self, frozen_clock, asker, helper):
        post = a_reply(author=helper, thread=a_thread(author=helper), body="@小满?")
        settle(frozen_clock)
        assert badge(asker) == 1
        self.edit(post, "Nobody?")
        run_due()
        assert told(asker) == [] and badge(asker) == 0
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}

    def test_what_was_read_stays(self, frozen_clock, asker, helper):
        post = a_reply(author=helper, thread=a_thread(author=helper), body="@小满?")
        settle(frozen_clock)
        notices.read_all(member=asker)
        self.edit(post, "Nobody?")
        run_due()
        assert kinds(asker) == ["mention"]

    def test_a_name_taken_out_before_anybody_was_told(self, frozen_clock, asker, helper):
        post = a_reply(author=helper, thread=a_thread(author=helper), body="@小满?")
        self.edit(post, "Nobody?")
        settle(frozen_clock)
        assert not Notification.objects.filter(recipient=asker).exists()

    def test_a_name_put_in_and_out_and_in_again_interrupts_once(self, frozen_clock, asker, post, mailoutbox):
        for body in ("@小满", "nobody", "@小满 again"):
            self.edit(post, body)
            settle(frozen_clock, seconds=90)
            settle(frozen_clock, seconds=90)
        assert len(mailoutbox) == 1
        assert kinds(asker) == ["mention"] and badge(asker) == 1

    def test_a_renamed_member_is_not_named_anew(self, frozen_clock, asker, helper):
        post = a_reply(author=helper, thread=a_thread(author=helper), body="@小满?")
        settle(frozen_clock)
        members.rename_member(member=asker, name="小寒")
        self.edit(post, "@小寒?")
        settle(frozen_clock)
        assert [row.count for row in told(asker)] == [1]

    def test_the_stronger_reason_takes_the_place_of_the_weaker(self, frozen_clock, asker, helper):
        thread = a_thread(author=asker)
        post = a_reply(author=helper, thread=thread)
        settle(frozen_clock)
        assert kinds(asker) == ["watched"]
        self.edit(post, "@小满, the same here.")
        settle(frozen_clock)
        assert kinds(asker) == ["mention"] and badge(asker) == 1

    def test_a_moderator_who_puts_a_name_in_says_so_under_their_own(self, frozen_clock, asker, post):
        moderator = a_member(role="moderator")
        self.edit(post, "@小满 knows.", moderator)
        settle(frozen_clock)
        assert told(asker)[0].actor == moderator

    @pytest.mark.parametrize("relation", ["ignored", "blocked"])
    def test_who_keeps_the_editor_away_hears_nothing(self, frozen_clock, asker, helper, post, relation):
        if relation == "ignored":
            members.ignore_member(member=asker, target=helper)
        else:
            members.block(member=helper, target=asker)
        self.edit(post, "@小满?")
        settle(frozen_clock)
        assert kinds(asker) == []

    def test_who_muted_the_thread_or_may_not_read_it_hears_nothing(self, frozen_clock, asker, helper):
        board = a_board(rights=rights.CIRCLE)
        actions.enrol(actor=None, board_id=board.pk, member=helper, kind="club_member")
        closed = a_thread(author=helper, board=board)
        open_ = a_thread(author=helper)
        actions.set_watch(member=asker, thread_id=open_.pk, level="muted")
        for thread in (closed, open_):
            self.edit(thread.posts.get(), "@小满?")
        settle(frozen_clock)
        assert not Notification.objects.filter(recipient=asker).exists()

    def test_a_task_that_runs_twice_tells_once(self, frozen_clock, asker, helper, post):
        self.edit(post, "@小满?")
        settle(frozen_clock)
        for key in ("another", "another"):
            tasks.tell_of_names.call(post_id=post.pk, editor_id=helper.pk, member_ids=[asker.pk], key=key)
        assert [row.count for row in told(asker)] == [1]


class TestAFollowedPerson:
    def test_a_new_thread_is_told_to_those_who_follow_its_author(self, frozen_clock, asker, helper):
        members.follow(member=asker, target=helper)
        settle(frozen_clock)
        thread = a_thread(author=helper)
        settle(frozen_clock)
        (row,) = told(asker)
        assert (row.kind, row.thread, row.count) == ("followed", thread, 1)
        a_reply(author=helper, thread=thread)
        settle(frozen_clock)
        assert len(told(asker)) == 1, "replies are in the feed"

    def test_who_watches_the_board_too_is_told_once(self, frozen_clock, asker, helper):
        board, watching = a_board(), a_member()
        members.follow(member=asker, target=helper)
        for member in (asker, watching):
            actions.set_watch(member=member, board_id=board.pk, level="all")
        a_thread(author=helper, board=board)
        settle(frozen_clock)
        assert kinds(asker) == ["followed"] and kinds(watching) == ["opened"]

    @pytest.mark.parametrize("level", ["muted", "mentions"])
    def test_what_was_wished_of_the_board_holds(self, frozen_clock, asker, helper, level):
        board = a_board()
        members.follow(member=asker, target=helper)
        actions.set_watch(member=asker, board_id=board.pk, level=level)
        a_thread(author=helper, board=board)
        settle(frozen_clock)
        assert kinds(asker) == []

    def test_nothing_of_a_board_that_the_follower_may_not_read(self, frozen_clock, asker, helper):
        board = a_board(rights=rights.CIRCLE)
        actions.enrol(actor=None, board_id=board.pk, member=helper, kind="club_member")
        members.follow(member=asker, target=helper)
        a_thread(author=helper, board=board)
        settle(frozen_clock)
        assert not Notification.objects.filter(recipient=asker).exists()

    def test_many_watchers_and_followers_are_told_in_batches_each_once(
        self, frozen_clock, helper, monkeypatch
    ):
        monkeypatch.setattr("activity.notices.occasions.BATCH", 3)
        board = a_board()
        people = [a_member() for _ in range(12)]
        for place, member in enumerate(people):
            if place % 2:
                members.follow(member=member, target=helper)
            if place % 3 == 0:
                actions.set_watch(member=member, board_id=board.pk, level="all")
        thread = a_thread(author=helper, board=board)
        settle(frozen_clock)
        wanted = {
            member.pk: "followed" if place % 2 else "opened"
            for place, member in enumerate(people)
            if place % 2 or place % 3 == 0
        }
        rows = Notification.objects.filter(thread=thread).values_list("recipient_id", "kind")
        assert len(rows) == len(wanted) and dict(rows) == wanted
        assert sum(badge(member) for member in people) == len(wanted)


class TestBeingFollowed:
    def test_followers_become_one_notice_that_leads_to_them(self, frozen_clock, asker, helper):
        client = signed_in(Client(), asker)
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        (row,) = told(asker)
        assert (row.kind, row.actor, row.actor_count) == ("follower", helper, 1)
        page = client.get("/notices/").content.decode()
        assert "<b>Helper</b> began to follow you" in page and "No new followers" in page
        members.follow(member=a_member(), target=asker)
        settle(frozen_clock)
        assert [(row.count, row.actor_count) for row in told(asker)] == [(2, 2)] and badge(asker) == 1
        address = reverse("members:followers", args=["小满"])
        assert client.get(f"/notices/{row.pk}/")["Location"] == address

    def test_one_follower_is_led_to(self, frozen_clock, asker, helper):
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        address = signed_in(Client(), asker).get(f"/notices/{told(asker)[0].pk}/")["Location"]
        assert address == helper.get_absolute_url()

    def test_who_hides_whom_they_follow_is_not_told_of(self, frozen_clock, asker, helper):
        members.update_profile(member=helper, visibility={"following": "nobody"})
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        assert kinds(asker) == []

    def test_who_follows_no_longer_is_taken_back_and_not_told_again(self, frozen_clock, asker, helper):
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        members.unfollow(member=helper, target=asker)
        run_due()
        assert kinds(asker) == [] and badge(asker) == 0
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        assert kinds(asker) == []

    def test_a_block_takes_the_notice_along(self, frozen_clock, asker, helper):
        members.follow(member=helper, target=asker)
        settle(frozen_clock)
        members.block(member=asker, target=helper)
        run_due()
        assert kinds(asker) == [] and badge(asker) == 0

    def test_undone_within_seconds_nobody_hears_of_it(self, frozen_clock, asker, helper):
        members.follow(member=helper, target=asker)
        members.unfollow(member=helper, target=asker)
        settle(frozen_clock)
        assert not Notification.objects.exists()

    def test_it_interrupts_only_who_asked_for_that_and_within_the_budget(
        self, frozen_clock, asker, helper, mailoutbox
    ):
        notices.set_ways(member=asker, kind=Kind.FOLLOWER, ways=Ways(mail=True))
        notices.set_noise(member=asker, limit=1)
        for one in (helper, a_member()):
            members.follow(member=one, target=asker)
            settle(frozen_clock)
            settle(frozen_clock, seconds=90)
            notices.read_all(member=asker)
        assert [letter.subject for letter in mailoutbox] == ["Helper began to follow you"]
