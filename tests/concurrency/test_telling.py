"""Several workers tell the same and different things at once: each person once, every number exact, one letter each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import IntegrityError

from activity.notices import actions, digests, occasions, tasks
from activity.notices.counters import rebuild
from activity.notices.kinds import Rhythm
from activity.notices.models import OPEN, Delivery, Notification
from community.core import clock
from community.core.tasks import rows
from community.core.tasks.worker import Worker
from community.members import actions as members
from community.members import counts
from community.members.models import Member
from forum import actions as forum
from forum.models import Post
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.notices import badge, settle
from tests.concurrency.together import PEOPLE, at_once, done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd() -> list[Member]:
    return [a_member() for _ in range(30)]


def a_new_thread(crowd: list[Member], frozen: clock.FrozenClock) -> Post:
    """Of somebody whom half of the crowd follow, on a board that all of them watch; settled, and nobody told yet."""
    board, author = a_board(), a_member()
    for place, member in enumerate(crowd):
        forum.set_watch(member=member, board_id=board.pk, level="all")
        if place % 2:
            members.follow(member=member, target=author)
    thread = a_thread(author=author, board=board)
    rows.rows().delete()
    frozen.move(timedelta(seconds=15))
    return thread.posts.get()


def work() -> None:
    """A worker of its own, until nothing is due."""
    Worker(kind="test").drain(limit=500)


def told_twice() -> list[tuple[int, int]]:
    """(recipient, count) of whoever was told the same happening more than once."""
    return [(row.recipient_id, row.count) for row in Notification.objects.all() if row.count != 1]


def test_workers_that_do_the_same_batch_tell_everybody_once(frozen_clock, crowd):
    post = a_new_thread(crowd, frozen_clock)
    batch = partial(tasks.tell_of_post.call, post_id=post.pk, mentioned_ids=[], after=0)
    at_once(*[batch] * 4)
    assert Notification.objects.count() == len(crowd) and told_twice() == []
    assert [badge(member) for member in crowd] == [1] * len(crowd) and rebuild() == 0


def test_the_control_without_the_mark_only_the_rows_hold_them_back(frozen_clock, crowd, monkeypatch):
    """With neither mark nor lock the count goes wrong, or the unique row stops one of them: the race is there."""
    post = a_new_thread(crowd, frozen_clock)
    monkeypatch.setattr(occasions, "is_first_run", lambda key: True)
    monkeypatch.setattr(
        counts,
        "hold_many",
        lambda ids: [
            counts.Held._make(row)
            for row in Member.objects.filter(pk__in=list(ids)).values_list(*counts.Held._fields)
        ],
    )
    counted: list[int] = []
    monkeypatch.setattr(counts, "add_notices", lambda ids: counted.append(len(ids)))
    batch = partial(occasions.about_post, post_id=post.pk, after=0)
    at_once(*[batch] * 4)
    assert len(counted) > 1, "several wrote at once; only the unique row kept the others out"
    assert Notification.objects.count() == len(crowd)


def test_many_write_while_workers_tell_and_readers_read(frozen_clock, crowd):
    thread = a_thread(author=crowd[0])
    for member in crowd[:10]:
        forum.set_watch(member=member, thread_id=thread.pk, level="all")
    writers = [a_member() for _ in range(PEOPLE)]
    at_once(*[partial(a_reply, author=writer, thread=thread) for writer in writers])
    frozen_clock.move(timedelta(seconds=15))
    readers = [partial(actions.read_all, member=member) for member in crowd[:3]]
    at_once(*[work] * 3, *readers)
    work()
    assert rebuild() == 0
    for member in crowd[3:10]:
        row = Notification.objects.get(recipient=member)
        assert (row.count, row.actor_count) == (PEOPLE, PEOPLE), "folded once for each post"


def test_a_follow_a_block_and_their_notice_cross(frozen_clock):
    target, fans = a_member(), [a_member() for _ in range(PEOPLE // 2)]
    for fan in fans:
        members.follow(member=fan, target=target)
    frozen_clock.move(timedelta(seconds=15))
    blocks = [partial(members.block, member=target, target=fan) for fan in fans[:2]]
    at_once(work, work, *blocks)
    work()
    (row,) = Notification.objects.filter(recipient=target, withdrawn_at=None)
    assert {actor for _none, actor in row.items} == {fan.pk for fan in fans[2:]}
    assert badge(target) == 1 and rebuild() == 0


def test_an_undo_and_the_telling_of_it_cross(frozen_clock, crowd):
    """Whoever comes first, nobody is left with a line or a number about a post that never was."""
    author, thread = a_member(), a_thread(author=crowd[0])
    rows.rows().delete()
    posts = []
    for member in crowd[1:6]:
        posts.append(a_reply(author=author, thread=thread, body=f"@{member.name}?"))
        undo = partial(forum.undo_post, actor=author, post_id=posts[-1].pk)
        done(at_once(work, undo, work))
    work()
    assert not Post.objects.filter(author=author).exists()
    assert not Notification.objects.filter(OPEN, post_id__in=[post.pk for post in posts]).exists()
    assert [badge(member) for member in crowd[1:6]] == [0] * 5 and rebuild() == 0


class TestDigests:
    MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    @pytest.fixture
    def waiting(self, frozen_clock, crowd) -> list[Member]:
        """Six people for whom something waits until the morning, which has come."""
        helper = a_member(name="Helper")
        for member in crowd[:6]:
            actions.set_noise(member=member, rhythm=Rhythm.DAILY)
            a_reply(author=helper, thread=a_thread(author=helper), body=f"@{member.name}, look.")
        settle(frozen_clock)
        frozen_clock.set(self.MORNING)
        return crowd[:6]

    def test_run_twice_and_sent_by_several_workers_it_is_one_letter_each(self, frozen_clock, waiting):
        at_once(*[tasks.send_digests.call] * 3)
        at_once(*[work] * 3)
        assert sorted(letter.to[0] for letter in mail.outbox) == sorted(str(one.email) for one in waiting)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
        tasks.send_digests.call()
        work()
        assert len(mail.outbox) == len(waiting)

    def test_the_control_without_the_lock_two_make_the_same_digest(self, frozen_clock, waiting, monkeypatch):
        monkeypatch.setattr(counts, "hold", lambda ids: list(Member.objects.filter(pk__in=list(ids))))
        period = "2026-11-24"
        with pytest.raises(IntegrityError):
            for member in waiting:
                at_once(*[partial(digests.make, member_id=member.pk, period=period)] * PEOPLE)
                Delivery.objects.filter(recipient=member).delete()
                Notification.objects.filter(recipient=member).update(waits=True)

    def test_a_letter_that_two_workers_hold_leaves_once(self, frozen_clock, waiting):
        tasks.send_digests.call()
        deliveries = list(Delivery.objects.values_list("pk", flat=True))
        sends = [partial(tasks.send.call, delivery_id=pk) for pk in deliveries for _worker in range(2)]
        done(at_once(*sends))
        assert len(mail.outbox) <= len(waiting), "never twice; cut off in between it is perhaps, not again"
        assert len({letter.to[0] for letter in mail.outbox}) == len(mail.outbox)
