"""From what happens in the forum to what people find in their list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.notices import occasions, tasks
from activity.notices.counters import rebuild
from activity.notices.models import Notification
from community.core.tasks import rows
from community.core.tasks.testing import run_due
from community.core.text.quotes import quote_source
from community.members import actions as members
from community.members.models import Member
from forum import actions, rights
from forum.actions.reading import raise_mark
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in
from tests.builders.notices import badge, kinds, settle, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker")


@pytest.fixture
def helper() -> Member:
    return a_member(name="Helper")


def test_a_post_taken_back_in_time_is_never_told(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    post = a_reply(author=helper, thread=thread, body="@Asker wrong thread")
    actions.remove_post(actor=helper, post_id=post.pk)
    settle(frozen_clock)
    assert not Notification.objects.exists()


def test_one_post_tells_each_person_once_by_the_strongest_reason(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    quoted = quote_source(thread.posts.get().pk, "Asker", "I drove 1 km")
    a_reply(author=helper, thread=thread, body=f"{quoted}Yes, @Asker.", reply_to_id=thread.posts.get().pk)
    settle(frozen_clock)
    assert kinds(asker) == ["mention"]
    assert kinds(helper) == []


def test_a_quote_and_a_reply_reach_those_who_wrote(frozen_clock, asker, helper):
    quoting, watching = a_member(), a_member()
    thread = a_thread(author=asker)
    post = a_reply(author=helper, thread=thread)
    actions.set_watch(member=watching, thread_id=thread.pk, level="all")
    a_reply(author=quoting, thread=thread, body=quote_source(post.pk, "Helper", post.source) + "Right.")
    settle(frozen_clock)
    assert told(helper)[0].kind == "quote"
    assert [(row.kind, row.why, row.count) for row in told(asker)] == [("watched", "started", 2)]
    assert [(row.kind, row.why) for row in told(watching)] == [("watched", "")]
    a_reply(author=asker, thread=thread, reply_to_id=post.pk)
    settle(frozen_clock)
    assert kinds(helper) == ["reply", "quote"]


def test_replies_in_one_thread_become_one_notice_while_it_is_unread(frozen_clock, asker):
    thread = a_thread(author=asker)
    writers = [a_member() for _ in range(3)]
    for writer in writers:
        a_reply(author=writer, thread=thread)
    settle(frozen_clock)
    (row,) = told(asker)
    assert (row.count, row.actor, row.actor_count) == (3, writers[-1], 3)
    assert badge(asker) == 1
    tasks.tell_of_post.call(post_id=thread.posts.last().pk, mentioned_ids=[], after=0)
    assert told(asker)[0].count == 3, "the same post twice"


def test_a_reply_that_addresses_nobody_is_told_in_one_step(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    settle(frozen_clock)
    a_reply(author=helper, thread=thread)
    before = rows.rows().filter(task_path__endswith="tell_of_post").count()
    settle(frozen_clock)
    assert kinds(asker) == ["watched"]
    assert rows.rows().filter(task_path__endswith="tell_of_post").count() == before, "a step for nobody"


def test_a_new_thread_tells_those_who_watch_its_board(frozen_clock, asker):
    board, watching, muted = a_board(), a_member(), a_member()
    actions.set_watch(member=watching, board_id=board.pk, level="all")
    actions.set_watch(member=muted, board_id=board.pk, level="muted")
    a_thread(author=asker, board=board)
    settle(frozen_clock)
    assert kinds(watching) == ["opened"] and kinds(muted) == []


def test_who_muted_a_thread_hears_nothing_of_it(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    actions.set_watch(member=asker, thread_id=thread.pk, level="muted")
    a_reply(author=helper, thread=thread, body="@Asker?", reply_to_id=thread.posts.get().pk)
    settle(frozen_clock)
    assert kinds(asker) == []


def test_nobody_hears_from_those_they_ignore_or_who_were_blocked(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    watching = a_member()
    actions.set_watch(member=watching, thread_id=thread.pk, level="all")
    members.ignore_member(member=asker, target=helper)
    members.block(member=helper, target=watching)
    a_reply(author=helper, thread=thread)
    settle(frozen_clock)
    assert kinds(asker) == [] and kinds(watching) == []


def test_nobody_is_told_of_what_they_may_not_read(frozen_clock):
    board = a_board(rights=rights.CIRCLE)
    inside, author, outside = a_member(), a_member(), a_member(name="Outside")
    for member in (inside, author):
        actions.enrol(actor=None, board_id=board.pk, member=member, kind="club_member")
    thread = a_thread(author=author, board=board)
    a_reply(author=inside, thread=thread, body="Ask @Outside")
    settle(frozen_clock)
    assert not Notification.objects.filter(recipient=outside).exists()
    assert kinds(author) == ["watched"]


def test_who_has_read_the_post_already_is_not_told(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    post = a_reply(author=helper, thread=thread)
    raise_mark(member_id=asker.pk, thread_id=thread.pk, number=post.number)
    settle(frozen_clock)
    assert kinds(asker) == []


def test_people_without_an_account_of_their_own_are_not_told(frozen_clock, asker):
    gone, old = a_member(is_active=False), an_imported_member()
    thread = a_thread(author=asker)
    for member in (gone, old):
        actions.set_watch(member=member, thread_id=thread.pk, level="all")
    a_reply(author=a_member(), thread=thread)
    settle(frozen_clock)
    assert not Notification.objects.filter(recipient__in=[gone, old]).exists()


def test_reactions_are_summed_up_and_taken_back(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    post = thread.posts.get()
    others = [helper, a_member(), a_member()]
    for member in others:
        actions.react(actor=member, post_id=post.pk, kind="useful")
    settle(frozen_clock)
    (row,) = told(asker, kind="reaction")
    assert (row.count, row.actor_count) == (3, 3)
    actions.react(actor=helper, post_id=post.pk, kind="thanks")
    settle(frozen_clock)
    assert told(asker)[0].count == 3, "another kind is no other person"
    for member in others:
        actions.unreact(actor=member, post_id=post.pk)
    run_due()
    assert told(asker) == [] and badge(asker) == 0


def test_an_accepted_answer_is_told_and_withdrawn(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    post = a_reply(author=helper, thread=thread)
    actions.accept_answer(actor=asker, post_id=post.pk)
    settle(frozen_clock)
    assert kinds(helper) == ["accepted"]
    actions.unaccept_answer(actor=asker, thread_id=thread.pk)
    run_due()
    assert kinds(helper) == [] and badge(helper) == 0


def test_moderators_deeds_are_told_with_their_reason(frozen_clock, asker, helper):
    moderator = a_member(role="moderator")
    thread = a_thread(author=asker)
    post = a_reply(author=helper, thread=thread)
    settle(frozen_clock)
    actions.hide_post(actor=moderator, post_id=post.pk, reason="Sells something")
    run_due()
    assert kinds(asker) == [], "what was told of the post is taken back"
    (row,) = told(helper)
    assert row.data == {
        "what": "post_hidden",
        "reason": "Sells something",
        "title": thread.title,
        "thread": thread.pk,
    }
    members.set_standing(actor=moderator, member=helper, standing="warned", reason="Once is enough")
    run_due()
    assert told(helper)[0].data["what"] == "warned"
    assert badge(helper) == 2


def test_whose_words_were_erased_is_told_once_though_the_row_knows_them_no_more(
    frozen_clock, asker, helper, client
):
    moderator, thread = a_member(role="moderator"), a_thread(author=asker)
    post = a_reply(author=helper, thread=thread)
    settle(frozen_clock)
    actions.purge_post(actor=moderator, post_id=post.pk, reason="A stranger's address")
    for _ in range(2):
        actions.purge_post(actor=moderator, post_id=thread.posts.get(number=1).pk, reason="The same")
    run_due()
    for member, reason in ((helper, "A stranger's address"), (asker, "The same")):
        (row,) = told(member, kind="house")
        assert (row.data["what"], row.data["reason"]) == ("post_erased", reason)
        assert signed_in(client, member).get(f"/notices/{row.pk}/", follow=True).status_code == 200


def test_a_thread_moved_out_of_sight_is_withdrawn_and_its_author_told(frozen_clock, asker, helper):
    moderator = a_member(role="admin")
    circle = a_board(rights=rights.CIRCLE)
    actions.enrol(actor=None, board_id=circle.pk, member=helper, kind="club_member")
    thread = a_thread(author=asker)
    a_reply(author=helper, thread=thread, body="Hm")
    settle(frozen_clock)
    a_reply(author=asker, thread=thread, body="@Helper, well?")
    settle(frozen_clock)
    assert kinds(asker) == ["watched"] and kinds(helper) == ["mention"]
    actions.move_thread(actor=moderator, thread_id=thread.pk, board_id=circle.pk)
    run_due()
    assert [row.data["what"] for row in told(asker)] == ["moved"]
    assert badge(asker) == 1
    assert kinds(helper) == ["mention"]


def test_a_board_made_private_takes_its_notices_from_outsiders(frozen_clock, asker, helper):
    thread = a_thread(author=asker)
    a_reply(author=helper, thread=thread)
    settle(frozen_clock)
    assert badge(asker) == 1
    admin = a_member(role="admin")
    actions.set_rights(actor=admin, board_id=thread.board_id, rights=rights.CIRCLE)
    assert kinds(asker) == [], "not even until the queue has come to it"
    run_due()
    assert badge(asker) == 0


def test_a_merged_thread_keeps_one_notice(frozen_clock, asker, helper):
    moderator = a_member(role="moderator")
    one, other = a_thread(author=asker), a_thread(author=asker)
    for thread in (one, other):
        a_reply(author=helper, thread=thread)
    settle(frozen_clock)
    assert badge(asker) == 2
    actions.merge_threads(actor=moderator, source_id=one.pk, target_id=other.pk, reason="The same")
    run_due()
    assert [row.thread_id for row in told(asker, kind="watched")] == [other.pk]
    assert badge(asker) == 1


def test_the_badge_is_counted_again_from_the_rows(frozen_clock, asker, helper):
    a_reply(author=helper, thread=a_thread(author=asker))
    settle(frozen_clock)
    assert rebuild() == 0
    Member.objects.filter(pk__in=[asker.pk, helper.pk]).update(notice_count=9)
    assert rebuild() == 2
    assert (badge(asker), badge(helper)) == (1, 0)


def test_many_watchers_are_told_in_batches_each_once(frozen_clock, asker, monkeypatch):
    monkeypatch.setattr("activity.notices.occasions.BATCH", 3)
    board = a_board()
    watching = [a_member() for _ in range(7)]
    for member in watching:
        actions.set_watch(member=member, board_id=board.pk, level="all")
    thread = a_thread(author=asker, board=board)
    settle(frozen_clock)
    for after in (0, watching[2].pk):
        tasks.tell_of_post.call(post_id=thread.posts.get().pk, mentioned_ids=[], after=after)
    run_due()
    rows = Notification.objects.filter(kind="opened").values_list("recipient_id", "count")
    assert sorted(rows) == [(member.pk, 1) for member in watching]
    assert [badge(member) for member in watching] == [1] * 7


@pytest.mark.parametrize("act", ["thread", "reply", "mention", "edit"])
def test_whoever_writes_waits_for_nobody_who_is_told(asker, helper, act):
    """What the author's own transaction costs is the same with nobody to tell and with many: one row is queued."""
    board, quiet, crowd = a_board(), a_thread(author=a_member()), a_thread(author=a_member())
    posts = {thread.pk: a_reply(author=helper, thread=thread) for thread in (quiet, crowd)}
    everybody = [a_member() for _ in range(30)]

    def cost(thread: Thread) -> int:
        with CaptureQueriesContext(connection) as asked:
            if act == "thread":
                a_thread(author=helper, board=board)
            elif act == "edit":
                actions.edit_post(actor=helper, post_id=posts[thread.pk].pk, body="@Asker, in other words.")
            else:
                a_reply(author=helper, thread=thread, body="@Asker" if act == "mention" else "Well.")
        return len(asked)

    alone = cost(quiet)
    for member in everybody:
        actions.set_watch(member=member, board_id=board.pk, level="all")
        actions.set_watch(member=member, thread_id=crowd.pk, level="all")
        members.follow(member=member, target=helper)
    assert cost(crowd) == alone


@pytest.mark.parametrize("crowd", [3, 40])
def test_telling_many_costs_as_many_statements_as_telling_few(frozen_clock, asker, crowd):
    board = a_board()
    for _ in range(crowd):
        actions.set_watch(member=a_member(), board_id=board.pk, level="all")
    thread = a_thread(author=asker, board=board)
    frozen_clock.move(timedelta(seconds=11))
    with CaptureQueriesContext(connection) as asked:
        occasions.about_post(post_id=thread.posts.get().pk, after=0)
    assert Notification.objects.filter(thread=thread).count() == crowd
    assert len(asked) <= 17, "\n".join(query["sql"][:150] for query in asked)


def test_what_is_a_week_old_is_no_news(frozen_clock, asker, helper):
    a_reply(author=helper, thread=a_thread(author=asker), body="@Asker, from long ago")
    settle(frozen_clock, seconds=8 * 24 * 3600)
    assert not Notification.objects.exists()
