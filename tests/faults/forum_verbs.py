"""Every public verb of the forum, each on rows of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from community.core import clock
from forum import actions
from forum.actions.upkeep import end_due_pins, end_due_slow
from forum.models import Post, Scheduled, Thread
from forum.moments import Wall
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

Act = Callable[[], Any]
AT = datetime(2020, 5, 1, tzinfo=UTC)
_serial = count(1)


class World:
    """People and boards that many verbs share; threads are new each time."""

    def __init__(self) -> None:
        self.admin = a_member(role="admin")
        self.moderator = a_member(role="moderator")
        self.asker, self.helper = a_member(), a_member()
        self.board, self.elsewhere = a_board(), a_board()

    def thread(self, **fields: Any) -> Thread:
        thread = a_thread(author=self.asker, board=self.board, **({"tags": ["winter"]} | fields))
        a_reply(author=self.helper, thread=thread)
        return Thread.objects.get(pk=thread.pk)

    def reply(self) -> Post:
        return self.thread().posts.get(number=2)


FORUM: dict[str, Callable[[World], Act]] = {}


def forum(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    FORUM[prepare.__name__] = prepare
    return prepare


# -- writing


@forum
def open_thread(w: World) -> Act:
    return partial(
        actions.open_thread,
        author=w.asker,
        board_id=w.board.pk,
        title="How far in the cold?",
        body="I drove 400 km.",
        lane="ask",
        tags=["winter", "range"],
        idempotency_key=f"press-{next(_serial)}",
    )


@forum
def open_thread_without_a_key(w: World) -> Act:
    return partial(
        actions.open_thread, author=w.asker, board_id=w.board.pk, title="Anew", body="Words.", lane="chat"
    )


@forum
def post_reply(w: World) -> Act:
    thread = w.thread()
    return partial(
        actions.post_reply,
        author=w.helper,
        thread_id=thread.pk,
        body="Same here.",
        reply_to_id=thread.posts.get(number=1).pk,
        idempotency_key=f"press-{next(_serial)}",
    )


@forum
def post_reply_without_a_key(w: World) -> Act:
    return partial(actions.post_reply, author=w.helper, thread_id=w.thread().pk, body="Same here.")


@forum
def undo_a_reply(w: World) -> Act:
    post = a_reply(author=w.helper, thread=w.thread(), idempotency_key=f"press-{next(_serial)}")
    return partial(actions.undo_post, actor=w.helper, post_id=post.pk)


@forum
def undo_post(w: World) -> Act:
    thread = a_thread(author=w.asker, board=w.board, tags=["winter"])
    return partial(actions.undo_post, actor=w.asker, post_id=thread.posts.get().pk)


def _waiting(w: World) -> Scheduled:
    return actions.schedule_post(
        author=w.moderator,
        place=f"thread-{w.thread().pk}",
        words={"body": "For later."},
        wall=Wall((clock.now() + timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0), "UTC"),
    )


@forum
def schedule_post(w: World) -> Act:
    return partial(
        actions.schedule_post,
        author=w.moderator,
        place=f"thread-{w.thread().pk}",
        words={"body": "For later."},
        wall=Wall((clock.now() + timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0), "UTC"),
        idempotency_key=f"press-{next(_serial)}",
    )


@forum
def change_scheduled(w: World) -> Act:
    row = _waiting(w)
    wall = Wall((clock.now() + timedelta(days=3)).replace(tzinfo=None, second=0, microsecond=0), "UTC")
    return partial(
        actions.change_scheduled,
        member=w.moderator,
        scheduled_id=row.pk,
        words={"body": "Other words."},
        wall=wall,
    )


@forum
def cancel_scheduled(w: World) -> Act:
    return partial(actions.cancel_scheduled, member=w.moderator, scheduled_id=_waiting(w).pk)


@forum
def publish_scheduled(w: World) -> Act:
    row = _waiting(w)
    Scheduled.objects.filter(pk=row.pk).update(due_at=clock.now())
    return partial(actions.publish_scheduled, scheduled_id=row.pk)


@forum
def edit_post(w: World) -> Act:
    post = w.thread().posts.get(number=1)
    return partial(
        actions.edit_post, actor=w.asker, post_id=post.pk, body="Other words.", title="Other title"
    )


@forum
def revert_post(w: World) -> Act:
    post = w.thread().posts.get(number=1)
    actions.edit_post(actor=w.asker, post_id=post.pk, body="Other words.")
    return partial(actions.revert_post, actor=w.asker, post_id=post.pk, revision=1)


@forum
def react(w: World) -> Act:
    return partial(actions.react, actor=w.asker, post_id=w.reply().pk, kind="useful")


@forum
def unreact(w: World) -> Act:
    post = w.reply()
    actions.react(actor=w.asker, post_id=post.pk, kind="useful")
    return partial(actions.unreact, actor=w.asker, post_id=post.pk)


@forum
def accept_answer(w: World) -> Act:
    return partial(actions.accept_answer, actor=w.asker, post_id=w.reply().pk)


@forum
def unaccept_answer(w: World) -> Act:
    post = w.reply()
    actions.accept_answer(actor=w.asker, post_id=post.pk)
    return partial(actions.unaccept_answer, actor=w.asker, thread_id=post.thread_id)


@forum
def set_watch(w: World) -> Act:
    return partial(actions.set_watch, member=w.moderator, thread_id=w.thread().pk, level="all")


@forum
def mark_board_read(w: World) -> Act:
    return partial(actions.mark_board_read, member=a_member(), board_id=w.board.pk)


# -- out of sight and back


@forum
def hide_post(w: World) -> Act:
    return partial(actions.hide_post, actor=w.moderator, post_id=w.reply().pk, reason="Rude")


@forum
def remove_post(w: World) -> Act:
    return partial(actions.remove_post, actor=w.helper, post_id=w.reply().pk)


@forum
def restore_post(w: World) -> Act:
    post = w.reply()
    actions.hide_post(actor=w.moderator, post_id=post.pk, reason="Rude")
    return partial(actions.restore_post, actor=w.moderator, post_id=post.pk)


@forum
def purge_post(w: World) -> Act:
    post = w.reply()
    actions.accept_answer(actor=w.asker, post_id=post.pk)
    actions.react(actor=w.asker, post_id=post.pk, kind="useful")
    return partial(actions.purge_post, actor=w.moderator, post_id=post.pk, reason="Personal")


@forum
def hide_thread(w: World) -> Act:
    return partial(actions.hide_thread, actor=w.moderator, thread_id=w.thread().pk, reason="Rude")


@forum
def remove_thread(w: World) -> Act:
    return partial(actions.remove_thread, actor=w.moderator, thread_id=w.thread().pk, reason="Spam")


@forum
def restore_thread(w: World) -> Act:
    thread = w.thread()
    actions.hide_thread(actor=w.moderator, thread_id=thread.pk, reason="Rude")
    return partial(actions.restore_thread, actor=w.moderator, thread_id=thread.pk)


# -- upkeep


@forum
def lock_thread(w: World) -> Act:
    return partial(actions.lock_thread, actor=w.moderator, thread_id=w.thread().pk, reason="Settled")


@forum
def unlock_thread(w: World) -> Act:
    thread = w.thread()
    actions.lock_thread(actor=w.moderator, thread_id=thread.pk, reason="Settled")
    return partial(actions.unlock_thread, actor=w.moderator, thread_id=thread.pk)


def _pinned(w: World) -> Thread:
    thread = w.thread()
    until = clock.now() + timedelta(days=2)
    return actions.pin_thread(actor=w.moderator, thread_id=thread.pk, until=until, reason="New")


@forum
def pin_thread(w: World) -> Act:
    until = clock.now() + timedelta(days=2)
    return partial(actions.pin_thread, actor=w.moderator, thread_id=w.thread().pk, until=until, reason="New")


@forum
def unpin_thread(w: World) -> Act:
    return partial(actions.unpin_thread, actor=w.moderator, thread_id=_pinned(w).pk)


@forum
def end_pins(w: World) -> Act:
    pinned = [_pinned(w), _pinned(w)]
    Thread.objects.filter(pk__in=[thread.pk for thread in pinned]).update(pinned_until=clock.now())
    return end_due_pins


def _slowed(w: World) -> Thread:
    until = clock.now() + timedelta(hours=2)
    return actions.slow_thread(
        actor=w.moderator, thread_id=w.thread().pk, minutes=10, until=until, reason="Heated"
    )


@forum
def slow_thread(w: World) -> Act:
    until = clock.now() + timedelta(hours=2)
    told: dict[str, Any] = {"minutes": 10, "until": until, "reason": "Heated"}
    return partial(actions.slow_thread, actor=w.moderator, thread_id=w.thread().pk, **told)


@forum
def end_slow(w: World) -> Act:
    return partial(actions.end_slow, actor=w.moderator, thread_id=_slowed(w).pk)


@forum
def end_slow_by_the_clock(w: World) -> Act:
    Thread.objects.filter(pk=_slowed(w).pk).update(slow_until=clock.now())
    return end_due_slow


@forum
def label_thread(w: World) -> Act:
    return partial(actions.label_thread, actor=w.moderator, thread_id=w.thread().pk, topic="Winter tyres")


@forum
def rename_thread(w: World) -> Act:
    return partial(actions.rename_thread, actor=w.asker, thread_id=w.thread().pk, title="Another title")


@forum
def change_lane(w: World) -> Act:
    return partial(actions.change_lane, actor=w.asker, thread_id=w.thread().pk, lane="tell")


@forum
def retag_thread(w: World) -> Act:
    return partial(actions.retag_thread, actor=w.asker, thread_id=w.thread().pk, tags=["summer", "range"])


# -- moves


@forum
def move_thread(w: World) -> Act:
    thread = w.thread()
    return partial(
        actions.move_thread, actor=w.moderator, thread_id=thread.pk, board_id=w.elsewhere.pk, reason="Fits"
    )


@forum
def merge_threads(w: World) -> Act:
    source, target = w.thread(), w.thread()
    return partial(
        actions.merge_threads, actor=w.moderator, source_id=source.pk, target_id=target.pk, reason="Same"
    )


@forum
def split_thread(w: World) -> Act:
    thread = w.thread()
    actions.accept_answer(actor=w.asker, post_id=thread.posts.get(number=2).pk)
    a_reply(author=w.asker, thread=thread)
    return partial(
        actions.split_thread,
        actor=w.moderator,
        thread_id=thread.pk,
        post_ids=[thread.posts.get(number=2).pk],
        title="Another matter",
        reason="Another matter",
    )


@forum
def put_up(w: World) -> Act:
    until = clock.now() + timedelta(hours=6)
    return partial(
        actions.put_up, actor=w.moderator, thread_id=w.thread().pk, reason="Needs an owner", until=until
    )


@forum
def take_down(w: World) -> Act:
    thread = w.thread()
    until = clock.now() + timedelta(hours=6)
    actions.put_up(actor=w.moderator, thread_id=thread.pk, reason="Needs an owner", until=until)
    return partial(actions.take_down, actor=w.moderator, thread_id=thread.pk)
