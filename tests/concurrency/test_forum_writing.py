"""Writing at the same moment: numbers without gaps, exact counts, one effect for one wish."""

from __future__ import annotations

import threading
from functools import partial
from itertools import chain

import pytest
from django.db import connection, transaction

from community.core import clock
from community.core.access import Refused
from forum import actions
from forum.actions.reading import raise_mark
from forum.models import Post, Reaction, ReactionKind, ReadMark, Tag, Thread, Watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.concurrency.together import PEOPLE, assert_exact, at_once, done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thread() -> Thread:
    return a_thread(author=a_member(), board=a_board(), tags=["winter"])


def fresh(thread: Thread) -> Thread:
    return Thread.objects.get(pk=thread.pk)


def test_many_reply_at_once_and_every_number_is_given_once(thread):
    people = [a_member() for _ in range(PEOPLE)]

    def write(person):
        return [
            actions.post_reply(author=person, thread_id=thread.pk, body="Me too.").number for _ in range(5)
        ]

    numbers = sorted(chain.from_iterable(at_once(*(partial(write, person) for person in people))))
    assert numbers == list(range(2, 2 + 5 * PEOPLE))
    now = fresh(thread)
    assert (now.last_number, now.reply_count, now.answer_count) == (41, 40, 40)
    assert_exact()


def test_without_the_lock_two_would_take_the_same_number(thread):
    """The control: whoever reads before taking reads the same."""
    together = threading.Barrier(PEOPLE)

    def look():
        with transaction.atomic():
            number = Thread.objects.get(pk=thread.pk).last_number + 1
            together.wait(10)
            Thread.objects.filter(pk=thread.pk).update(last_number=number)
            return number

    assert at_once(*[look] * PEOPLE) == [2] * PEOPLE
    assert fresh(thread).last_number == 2, "seven replies would have been lost"


def test_one_reply_sent_many_times_is_one_post(thread):
    person = a_member()
    send = partial(
        actions.post_reply, author=person, thread_id=thread.pk, body="Once.", idempotency_key="the-same-press"
    )
    posts = at_once(*[send] * PEOPLE)
    assert len({post.pk for post in posts}) == 1 and Post.objects.count() == 2
    assert_exact()


def test_without_the_key_each_press_is_a_reply(thread):
    """The control."""
    send = partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body="Once.")
    at_once(*[send] * 3)
    assert Post.objects.count() == 4


def test_one_thread_sent_many_times_is_one_thread():
    board, person = a_board(), a_member()
    send = partial(
        actions.open_thread,
        author=person,
        board_id=board.pk,
        title="Once only",
        body="Once.",
        lane="chat",
        tags=["new tag"],
        idempotency_key="the-same-press",
    )
    threads = at_once(*[send] * PEOPLE)
    assert len({thread.pk for thread in threads}) == 1 and Thread.objects.count() == 1
    assert_exact()


def test_many_threads_at_once_share_a_new_tag_and_a_board():
    board = a_board()
    acts = [
        partial(
            actions.open_thread,
            author=a_member(),
            board_id=board.pk,
            title=f"Matter {n}",
            body="x",
            lane="ask",
            tags=["winter", "tyres"] if n % 2 else ["tyres", "winter"],
        )
        for n in range(PEOPLE)
    ]
    assert len(done(at_once(*acts))) == PEOPLE
    assert sorted(Tag.objects.values_list("slug", "thread_count")) == [("tyres", PEOPLE), ("winter", PEOPLE)]
    board.refresh_from_db()
    assert (board.thread_count, board.post_count, board.lane_counts) == (PEOPLE, PEOPLE, {"ask": PEOPLE})
    assert_exact()


def test_many_react_at_once_and_all_of_them_count(thread):
    post = thread.posts.get(number=1)
    people = [a_member() for _ in range(PEOPLE)]
    at_once(*(partial(actions.react, actor=person, post_id=post.pk, kind="useful") for person in people))
    post.refresh_from_db()
    assert post.reactions == {"useful": PEOPLE} and fresh(thread).reaction_count == PEOPLE
    assert_exact()


def test_one_person_with_many_hands_has_one_reaction(thread):
    post, person = thread.posts.get(number=1), a_member()
    kinds = [*ReactionKind.values, *ReactionKind.values][:PEOPLE]
    acts = [partial(actions.react, actor=person, post_id=post.pk, kind=kind) for kind in kinds]
    at_once(*acts, partial(actions.unreact, actor=person, post_id=post.pk))
    assert Reaction.objects.filter(post=post).count() <= 1
    assert_exact()


def test_many_answers_are_accepted_at_once_and_one_counts(thread):
    answers = [a_reply(author=a_member(), thread=thread) for _ in range(PEOPLE)]
    at_once(*(partial(actions.accept_answer, actor=thread.author, post_id=post.pk) for post in answers))
    now = fresh(thread)
    assert now.accepted_post_id in {post.pk for post in answers}
    helped = [post.author for post in Post.objects.filter(number__gt=1).select_related("author")]
    assert sum(person.helped_count for person in helped) == 1
    assert_exact()


def test_of_two_who_edit_the_same_words_one_is_told(thread):
    post = thread.posts.get(number=1)
    a_reply(author=a_member(), thread=thread)
    editors = [a_member(role="moderator") for _ in range(4)]
    results = at_once(
        *(
            partial(
                actions.edit_post,
                actor=editor,
                post_id=post.pk,
                body=f"Version of {editor.name}",
                edit_count=0,
            )
            for editor in editors
        )
    )
    assert len(done(results)) == 1
    assert {refusal.code for refusal in results if isinstance(refusal, Refused)} == {"conflict"}
    post.refresh_from_db()
    assert post.edit_count == 1 == post.revisions.count()


def test_a_read_mark_ends_at_the_highest_whoever_comes_last(thread):
    person = a_member()
    numbers = [3, 17, 5, 20, 1, 8, 19, 2]
    at_once(
        *(partial(raise_mark, member_id=person.pk, thread_id=thread.pk, number=number) for number in numbers)
    )
    assert ReadMark.objects.get(member=person).number == 20


def look_then_write(*, member_id, thread_id, number):
    mark = ReadMark.objects.get(member_id=member_id, thread_id=thread_id)
    yield
    if mark.number < number:
        ReadMark.objects.filter(pk=mark.pk).update(number=number)


def write_guarded(**told):
    yield
    raise_mark(**told)


@pytest.mark.parametrize(("lift", "left"), [(write_guarded, 20), (look_then_write, 5)])
def test_without_the_guard_a_slow_tab_would_lower_the_mark(thread, lift, left):
    """The second is the control: both tabs look before either writes, and the one that has read less comes last."""
    person = a_member()
    raise_mark(member_id=person.pk, thread_id=thread.pk, number=1)
    both_looked, further_is_in = threading.Barrier(2), threading.Event()

    def tab(number, wait):
        steps = lift(member_id=person.pk, thread_id=thread.pk, number=number)
        next(steps)
        both_looked.wait(10)
        assert wait is None or wait.wait(10)
        next(steps, None)
        further_is_in.set()

    at_once(partial(tab, 20, None), partial(tab, 5, further_is_in))
    assert ReadMark.objects.get(member=person).number == left


def test_marks_and_watches_of_many_tabs_are_one_each(thread):
    person = a_member()
    at_once(
        *[partial(actions.set_watch, member=person, thread_id=thread.pk, level="all")] * 4,
        *[partial(actions.mark_board_read, member=person, board_id=None)] * 4,
    )
    assert Watch.objects.filter(member=person).count() == 1


def test_a_lock_and_replies_at_once_leave_no_reply_after_the_lock(thread):
    moderator = a_member(role="moderator")
    replies = [
        partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body="Quick.") for _ in range(6)
    ]
    lock = partial(actions.lock_thread, actor=moderator, thread_id=thread.pk, reason="Settled")
    results = at_once(*replies[:3], lock, *replies[3:])
    posted = [result for result in results if isinstance(result, Post)]
    now = fresh(thread)
    assert now.is_locked and now.last_number == 1 + len(posted)
    (line,) = now.log.all()
    assert line.after_number == now.last_number, "the log line stands behind the last reply"
    assert_exact()


def test_hiding_and_removing_the_same_post_at_once(thread):
    reply = a_reply(author=a_member(), thread=thread)
    staff = [a_member(role="moderator") for _ in range(3)]
    at_once(
        partial(actions.hide_post, actor=staff[0], post_id=reply.pk, reason="Rude"),
        partial(actions.remove_post, actor=staff[1], post_id=reply.pk, reason="Spam"),
        partial(actions.purge_post, actor=staff[2], post_id=reply.pk, reason="Personal"),
        partial(actions.remove_post, actor=reply.author, post_id=reply.pk),
    )
    reply.refresh_from_db()
    assert reply.state in ("hidden", "removed", "purged") and fresh(thread).reply_count == 0
    assert_exact()


def test_nothing_is_left_open(thread):
    """Whoever waits does so inside a transaction that ends."""
    at_once(*[partial(actions.post_reply, author=a_member(), thread_id=thread.pk, body=str(clock.now()))] * 2)
    with connection.cursor() as cursor:
        # Other test processes have databases of their own on the same server, and transactions in them.
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE state = 'idle in transaction' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)
