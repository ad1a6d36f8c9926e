"""A post calls a group: who may, who hears it and how often, and that its author waits for none of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.notices import actions as notices
from activity.notices import calls, tasks
from activity.notices.kinds import Ways
from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member
from tests.builders.notices import badge, kinds, settle, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Member:
    return a_member(name="Mona", role="moderator")


def an_owner(**fields: Any) -> Member:
    return a_member(is_verified_owner=True, **fields)


def test_owners_hear_a_moderators_call_once_it_has_settled_by_their_strongest_reason(frozen_clock, moderator):
    owner, named, watching, other = an_owner(), an_owner(name="Nora"), an_owner(), a_member()
    thread = a_thread(author=a_member())
    actions.set_watch(member=watching, thread_id=thread.pk, level="all")
    a_reply(author=moderator, thread=thread, body="@owners and @Nora: the 车主 of @车主 may look.")
    run_due()
    assert kinds(owner) == [], "not while it can be taken back"
    assert kinds(named) == ["mention"]
    settle(frozen_clock)
    assert [(row.kind, row.why, row.actor) for row in told(owner)] == [("called", "owners", moderator)]
    assert kinds(named) == ["mention"] and kinds(watching) == ["called"]
    assert kinds(other) == kinds(moderator) == [] and badge(owner) == badge(watching) == 1
    assert mail.outbox == [] or {box.to[0] for box in mail.outbox} == {named.email}, "no letter for a group"


def test_who_is_not_reached_hears_no_call(frozen_clock, moderator):
    deaf, muted, off, gone = an_owner(), an_owner(), an_owner(), an_owner(is_active=False)
    imported = an_imported_member(is_verified_owner=True)
    thread = a_thread(author=a_member())
    members.ignore_member(member=deaf, target=moderator)
    actions.set_watch(member=muted, thread_id=thread.pk, level="muted")
    notices.set_ways(member=off, kind="called", ways=Ways(in_app=False))
    a_reply(author=moderator, thread=thread, body="@owners?")
    settle(frozen_clock)
    assert [kinds(one) for one in (deaf, muted, off, gone, imported)] == [[]] * 5


def test_a_call_on_a_closed_board_reaches_only_those_who_read_there(frozen_clock, moderator):
    board, inside, outside = a_board(rights=CIRCLE), an_owner(), an_owner()
    actions.enrol(actor=None, board_id=board.pk, member=inside, kind="club_member")
    thread = a_thread(author=moderator, board=board, body="@owners and everybody of the @circle")
    settle(frozen_clock)
    assert [(row.why, row.thread) for row in told(inside)] == [("circle", thread)], "once, by two groups"
    assert not Notification.objects.filter(recipient=outside).exists()


def test_any_member_calls_the_moderators_of_a_board_who_are_its_own_or_the_sites(frozen_clock, moderator):
    board, own, asker = a_board(), a_member(), a_member()
    a_thread(author=asker, board=board, body="请问@版主在吗")
    settle(frozen_clock)
    assert kinds(moderator) == ["called"] and kinds(own) == []
    actions.enrol(actor=None, board_id=board.pk, member=own, kind="moderator")
    a_thread(author=asker, board=board, body="@Moderators, anybody?")
    settle(frozen_clock)
    assert kinds(moderator) == ["called"] and kinds(own) == ["called"]


def test_words_of_somebody_who_may_not_call_stay_words(frozen_clock):
    owner, member = an_owner(), a_member()
    thread = a_thread(author=member, body="Dear @owners, dear @key-members: @circle")
    settle(frozen_clock)
    assert "mention" not in thread.posts.get().html and kinds(owner) == []


def test_an_edit_calls_once_and_takes_back_what_nobody_looked_at(frozen_clock, moderator):
    owner, author = an_owner(), a_member()
    post = a_reply(author=author, thread=a_thread(author=a_member()), body="Owners?")
    settle(frozen_clock)
    actions.edit_post(actor=moderator, post_id=post.pk, body="@owners?")
    settle(frozen_clock)
    assert [row.actor for row in told(owner)] == [moderator]
    actions.edit_post(actor=author, post_id=post.pk, body="My @owners, look")
    settle(frozen_clock)
    assert badge(owner) == 1, "it stays called, whoever edits it"
    actions.edit_post(actor=author, post_id=post.pk, body="Nobody")
    run_due()
    assert badge(owner) == 0 and kinds(owner) == []
    actions.edit_post(actor=moderator, post_id=post.pk, body="@owners!")
    settle(frozen_clock)
    assert badge(owner) == 0, "a post calls a group once"


def test_a_call_that_is_taken_back_in_time_was_never_heard(frozen_clock, moderator):
    owner = an_owner()
    post = a_reply(author=moderator, thread=a_thread(author=a_member()), body="@owners?")
    actions.undo_post(actor=moderator, post_id=post.pk)
    settle(frozen_clock)
    assert not Notification.objects.filter(recipient=owner).exists()


def test_many_are_told_in_batches_each_once_however_often_a_batch_runs(frozen_clock, moderator, monkeypatch):
    for place in ("activity.notices.occasions.BATCH", "activity.notices.calls.BATCH"):
        monkeypatch.setattr(place, 3)
    owners = [an_owner() for _ in range(7)]
    thread = a_thread(author=moderator, body="@owners")
    for owner in owners[:4]:
        actions.set_watch(member=owner, board_id=thread.board_id, level="all")
    settle(frozen_clock)
    post = thread.posts.get()
    assert calls.about_call(post_id=post.pk, group="owners") is None
    for after in (0, owners[2].pk):
        tasks.tell_of_call.call(post_id=post.pk, groups=["owners"], after=after, then={"post_id": post.pk})
    run_due()
    rows = Notification.objects.exclude(kind="house").values_list("recipient_id", "kind", "count")
    assert sorted(rows) == [(owner.pk, "called", 1) for owner in owners]


@pytest.mark.parametrize("act", ["thread", "reply", "edit"])
def test_whoever_calls_waits_for_nobody_who_hears_it(moderator, act):
    """What it costs the author is the same for a group of nobody and for a group of many."""
    board, quiet, crowded = a_board(), *(a_thread(author=a_member()) for _ in range(2))
    posts = {thread.pk: a_reply(author=moderator, thread=thread) for thread in (quiet, crowded)}

    def cost(thread: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            if act == "thread":
                a_thread(author=moderator, board=board, body="@owners, how far?")
            elif act == "reply":
                a_reply(author=moderator, thread=thread, body="@owners, how far?")
            else:
                actions.edit_post(actor=moderator, post_id=posts[thread.pk].pk, body="@owners, how far?")
        return len(queries)

    alone = cost(quiet)
    for _ in range(20):
        an_owner()
    assert cost(crowded) == alone
