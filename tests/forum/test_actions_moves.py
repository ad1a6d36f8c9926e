from datetime import timedelta

import pytest
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import access, actions
from forum import rights as rules
from forum.models import Post, PostState, ReadMark, Thread, ThreadLog, ThreadState, Watch
from forum.queries import threads as queries
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return a_member(role="moderator")


def numbers(thread):
    return list(Post.objects.filter(thread=thread).order_by("number").values_list("number", flat=True))


def test_a_move_takes_the_counts_along_and_keeps_the_address(moderator):
    here, there = a_board(), a_board()
    thread = a_thread(author=a_member(), board=here)
    a_reply(author=a_member(), thread=thread)
    moved = actions.move_thread(
        actor=moderator, thread_id=thread.pk, board_id=there.pk, reason="About charging"
    )
    here.refresh_from_db()
    there.refresh_from_db()
    assert moved.get_absolute_url() == thread.get_absolute_url()
    assert (here.thread_count, here.post_count, here.last_thread) == (0, 0, None)
    assert (there.thread_count, there.post_count, there.last_thread) == (1, 2, thread)
    line = ThreadLog.objects.get(thread=thread, kind="moved")
    assert (line.actor, line.reason, line.data["source"]) == (moderator, "About charging", here.pk)


def test_a_move_needs_moderation_on_both_boards():
    here, there = a_board(), a_board()
    local = a_member()
    actions.enrol(actor=None, board_id=here.pk, member=local, kind="moderator")
    thread = a_thread(author=a_member(), board=here)
    with pytest.raises(Refused):
        actions.move_thread(actor=local, thread_id=thread.pk, board_id=there.pk)


def test_a_thread_moved_into_a_private_board_is_gone_for_outsiders(moderator):
    secret = a_board(rights=rules.CIRCLE)
    thread = a_thread(author=a_member())
    actions.move_thread(actor=moderator, thread_id=thread.pk, board_id=secret.pk)
    with pytest.raises(Http404):
        access.thread_for_reading(a_member(), thread_id=thread.pk)


def test_a_move_to_a_board_without_the_lane_is_refused(moderator):
    board = a_board(lanes=["chat"])
    with pytest.raises(Refused) as refusal:
        actions.move_thread(actor=moderator, thread_id=a_thread(author=a_member()).pk, board_id=board.pk)
    assert refusal.value.code == "lane"


def test_merging_appends_in_order_and_leaves_a_redirect(moderator):
    one, two = a_thread(author=a_member(), tags=["a"]), a_thread(author=a_member())
    a_reply(author=a_member(), thread=one)
    kept = a_reply(author=a_member(), thread=two)
    watcher = a_member()
    actions.set_watch(member=watcher, thread_id=one.pk, level="all")
    actions.merge_threads(actor=moderator, source_id=one.pk, target_id=two.pk, reason="Same question")
    one.refresh_from_db()
    two.refresh_from_db()
    assert numbers(two) == [1, 2, 3, 4] and numbers(one) == []
    assert Post.objects.get(pk=kept.pk).number == 2
    assert one.state == ThreadState.MERGED and one.merged_into == two
    assert two.last_number == 4 and two.reply_count == 3
    assert Watch.objects.filter(member=watcher, thread=two).exists()
    target, number = queries.merged_target(watcher, one.pk)
    assert (target, number) == (two, 3)


def test_chains_of_merges_lead_to_the_last(moderator):
    one, two, three = (a_thread(author=a_member()) for _ in range(3))
    actions.merge_threads(actor=moderator, source_id=one.pk, target_id=two.pk, reason="Same")
    actions.merge_threads(actor=moderator, source_id=two.pk, target_id=three.pk, reason="Same")
    assert queries.merged_target(moderator, one.pk) == (three, 3), "its own posts, not the first of all"
    assert queries.merged_target(moderator, two.pk) == (three, 2)
    for thread in (two, three):
        thread.refresh_from_db()
        assert thread.log_count == thread.log.count()


def test_an_old_thread_that_is_merged_in_does_not_bury_what_was_written_today(moderator, frozen_clock):
    through, half = a_member(), a_member()
    old = a_thread(author=a_member(), board=(board := a_board()))
    frozen_clock.move(timedelta(days=90))
    fresh = a_thread(author=a_member(), board=board)
    writer = a_member()
    a_reply(author=writer, thread=fresh)
    today = frozen_clock.now()
    frozen_clock.move(timedelta(hours=1))
    for member, number in ((through, 1), (half, 0)):
        for thread in (old, fresh):
            last = Thread.objects.get(pk=thread.pk).last_number
            ReadMark.objects.create(member=member, thread=thread, number=last - 1 + number, at=today)
    actions.merge_threads(actor=moderator, source_id=old.pk, target_id=fresh.pk, reason="Same")
    marks = dict(ReadMark.objects.filter(member__in=[through, half]).values_list("member", "number"))
    assert marks == {through.pk: 3, half.pk: 1}, "nothing is new to who had read both"
    fresh.refresh_from_db()
    board.refresh_from_db()
    assert (fresh.last_posted_at, fresh.last_poster) == (today, writer)
    assert (board.last_posted_at, board.last_thread) == (today, fresh)


def test_what_is_out_of_sight_comes_into_it_by_no_other_door(moderator):
    source, target = a_thread(author=a_member()), a_thread(author=a_member())
    reply = a_reply(author=a_member(), thread=source)
    actions.hide_thread(actor=moderator, thread_id=source.pk, reason="Names an address")
    with pytest.raises(Refused, match="out of sight"):
        actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="Same")
    with pytest.raises(Refused, match="out of sight"):
        actions.split_thread(
            actor=moderator, thread_id=source.pk, post_ids=[reply.pk], title="Apart", reason="Apart"
        )


def test_a_thread_cannot_swallow_itself_or_go_into_a_hidden_one(moderator):
    one, two = a_thread(author=a_member()), a_thread(author=a_member())
    with pytest.raises(Invalid):
        actions.merge_threads(actor=moderator, source_id=one.pk, target_id=one.pk, reason="Same")
    actions.hide_thread(actor=moderator, thread_id=two.pk, reason="Spam")
    with pytest.raises(Refused):
        actions.merge_threads(actor=moderator, source_id=one.pk, target_id=two.pk, reason="Same")
    with pytest.raises(Refused):
        actions.merge_threads(actor=a_member(), source_id=one.pk, target_id=two.pk, reason="Same")


def test_splitting_leaves_stubs_and_makes_a_thread_that_reads_from_one(moderator):
    thread = a_thread(author=a_member())
    replies = [a_reply(author=a_member(), thread=thread, body=f"Reply {n}") for n in range(4)]
    new = actions.split_thread(
        actor=moderator,
        thread_id=thread.pk,
        post_ids=[replies[1].pk, replies[3].pk],
        title="Winter tyres",
        reason="Another subject",
    )
    thread.refresh_from_db()
    assert numbers(thread) == [1, 2, 3, 4, 5] and numbers(new) == [1, 2]
    stub = Post.objects.get(thread=thread, number=3)
    assert stub.state == PostState.MOVED and stub.moved_to == replies[1] and stub.source == ""
    assert new.author == replies[1].author and new.opened_at == replies[1].posted_at
    assert (thread.reply_count, new.reply_count) == (2, 1)
    found, post = queries.post_address(moderator, stub.pk)
    assert (found, post.pk) == (new, replies[1].pk)


def test_splitting_refuses_the_opening_post_and_strangers(moderator):
    thread, other = a_thread(author=a_member()), a_thread(author=a_member())
    opening, stranger = thread.posts.get(number=1), a_reply(author=a_member(), thread=other)
    for chosen in ([], [opening.pk], [stranger.pk]):
        with pytest.raises(Invalid):
            actions.split_thread(
                actor=moderator, thread_id=thread.pk, post_ids=chosen, title="New", reason="Another subject"
            )
    assert Thread.objects.count() == 2


def test_a_split_off_accepted_answer_opens_the_question_again(moderator):
    asker = a_member()
    thread = a_thread(author=asker)
    answer = a_reply(author=a_member(), thread=thread)
    actions.accept_answer(actor=asker, post_id=answer.pk)
    actions.split_thread(
        actor=moderator, thread_id=thread.pk, post_ids=[answer.pk], title="The answer", reason="Own subject"
    )
    thread.refresh_from_db()
    assert thread.accepted_post is None
