"""Moving, merging and splitting at the same moment: nobody waits in a circle, no post is lost."""

from __future__ import annotations

from functools import partial

import pytest

from forum import actions
from forum.models import Board, Post, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.concurrency.together import assert_exact, at_once, done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return [a_member(role="moderator") for _ in range(4)]


def talk(board: Board, replies: int = 3) -> Thread:
    thread = a_thread(author=a_member(), board=board, tags=["winter"])
    for _ in range(replies):
        a_reply(author=a_member(), thread=thread)
    return thread


def merge(actor, source: Thread, target: Thread):
    return partial(
        actions.merge_threads,
        actor=actor,
        source_id=source.pk,
        target_id=target.pk,
        reason="The same question",
    )


def test_two_threads_merged_into_each_other_end_in_one(staff):
    one, other = talk(a_board()), talk(a_board())
    results = at_once(merge(staff[0], one, other), merge(staff[1], other, one))
    assert len(done(results)) == 1
    assert sorted(Thread.objects.values_list("state", flat=True)) == ["merged", "visible"]
    assert Thread.objects.get(state="visible").posts.count() == 8
    assert_exact()


def test_a_ring_of_merges_ends(staff):
    threads = [talk(a_board()) for _ in range(4)]
    at_once(*(merge(staff[n], threads[n], threads[(n + 1) % 4]) for n in range(4)))
    left = Thread.objects.exclude(state="merged")
    assert left and sum(thread.posts.count() for thread in left) == 16
    assert not Thread.objects.filter(merged_into__state="merged").exists(), (
        "every redirect leads to what stands"
    )
    assert_exact()


def test_threads_swapped_between_two_boards_keep_the_counts(staff):
    boards = [a_board(), a_board()]
    threads = [talk(boards[n % 2]) for n in range(8)]
    at_once(
        *(
            partial(
                actions.move_thread, actor=staff[n % 4], thread_id=thread.pk, board_id=boards[(n + 1) % 2].pk
            )
            for n, thread in enumerate(threads)
        )
    )
    assert [board.threads.count() for board in boards] == [4, 4]
    assert_exact()


def test_one_thread_pulled_both_ways(staff):
    here, left, right = a_board(), a_board(), a_board()
    thread = talk(here)
    at_once(
        partial(actions.move_thread, actor=staff[0], thread_id=thread.pk, board_id=left.pk),
        partial(actions.move_thread, actor=staff[1], thread_id=thread.pk, board_id=right.pk),
        partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body="Where to?"),
    )
    assert Thread.objects.get(pk=thread.pk).board_id in (left.pk, right.pk)
    assert_exact()


def test_replies_while_a_thread_is_merged_away_are_never_lost(staff):
    source, target = talk(a_board()), talk(a_board())
    writers = [
        partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body="Quick.")
        for thread in (source, target)
        for _ in range(4)
    ]
    results = at_once(*writers[:4], merge(staff[0], source, target), *writers[4:])
    posted = [result.pk for result in results if isinstance(result, Post)]
    assert len(posted) >= 4, "the thread that stays takes all of its replies"
    assert set(Post.objects.filter(pk__in=posted).values_list("thread_id", flat=True)) == {target.pk}
    assert_exact()


def test_replies_while_a_thread_is_split_keep_their_numbers(staff):
    thread = talk(a_board(), replies=6)
    chosen = list(thread.posts.filter(number__in=(3, 5)).values_list("pk", flat=True))
    split = partial(
        actions.split_thread,
        actor=staff[0],
        thread_id=thread.pk,
        post_ids=chosen,
        title="Another matter",
        reason="Another matter",
    )
    writers = [
        partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body="Quick.") for _ in range(5)
    ]
    results = at_once(*writers[:2], split, *writers[2:])
    assert len(done(results)) == 6
    thread.refresh_from_db()
    assert thread.last_number == 12
    assert_exact()


def test_two_who_split_the_same_reply_get_one_thread(staff):
    thread = talk(a_board())
    reply = thread.posts.get(number=2)
    acts = [
        partial(
            actions.split_thread,
            actor=person,
            thread_id=thread.pk,
            post_ids=[reply.pk],
            title="Another matter",
            reason="Another matter",
        )
        for person in staff
    ]
    assert len(done(at_once(*acts))) == 1
    assert Thread.objects.count() == 2
    assert_exact()


def test_everything_at_once_ends_and_adds_up(staff):
    boards = [a_board(), a_board()]
    one, other = talk(boards[0]), talk(boards[1])
    reply = one.posts.get(number=2)
    at_once(
        *(partial(actions.post_reply, author=a_member(), thread_id=one.pk, body="Quick.") for _ in range(3)),
        *(partial(actions.react, actor=a_member(), post_id=reply.pk, kind="useful") for _ in range(3)),
        partial(actions.accept_answer, actor=one.author, post_id=reply.pk),
        partial(actions.hide_post, actor=staff[0], post_id=reply.pk, reason="Rude"),
        partial(actions.move_thread, actor=staff[1], thread_id=one.pk, board_id=boards[1].pk),
        partial(actions.move_thread, actor=staff[1], thread_id=other.pk, board_id=boards[0].pk),
        partial(actions.retag_thread, actor=staff[2], thread_id=one.pk, tags=["tyres", "winter"]),
        partial(actions.retag_thread, actor=staff[2], thread_id=other.pk, tags=["winter", "tyres"]),
        partial(actions.hide_thread, actor=staff[3], thread_id=other.pk, reason="Off topic"),
        merge(staff[0], other, one),
        partial(actions.rerender_posts, limit=50),
    )
    assert_exact()
