"""A long random walk over every verb leaves no counter wrong; a wrong one is found and mended."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.http import Http404

from community.core import clock, counters
from community.core.access import Refused
from community.members.models import Member
from forum import actions
from forum.models import Board, Lane, Post, ReactionKind, ReadMark, Tag, TagUse, Thread, ThreadLog
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, an_imported_member

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
STEPS = 220
TAGS = ["winter", "tyres", "软件", "range", "noise", "Lake"]
FORUM = ("forum.posts", "forum.threads", "forum.boards", "forum.members", "forum.tags", "forum.tag_uses")


class Walk:
    """People who do whatever comes to mind. What the rules refuse is counted apart."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = [a_member() for _ in range(4)]
        self.moderator = a_member(role="moderator")
        self.boards = [a_board(), a_board(), a_board(lanes=["ask", "chat"])]
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.verbs: dict[str, Callable[[], Any]] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }

    def go(self, steps: int, hands: clock.FrozenClock) -> None:
        # Writing comes up more often than any other verb, or there would soon be nothing left to act on.
        likely = [*self.verbs, *["open_thread"] * 6, *["post_reply"] * 16, *["accept_answer"] * 2]
        for _ in range(steps):
            hands.move(timedelta(minutes=self.dice.randrange(1, 2000)))
            verb = self.dice.choice(likely)
            try:
                self.verbs[verb]()
            except (Refused, Http404):
                self.refused[verb] += 1
            else:
                self.done[verb] += 1

    # -- what there is to act on

    def somebody(self) -> Member:
        return self.dice.choice([*self.people, self.moderator])

    def board(self) -> Board:
        return self.dice.choice(self.boards)

    def _pick(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise Http404
        return self.dice.choice(found[-12:])

    def thread(self) -> Thread:
        return self._pick(Thread.objects.exclude(state="merged"))

    def post(self) -> Post:
        return self._pick(Post.objects.all())

    def reply(self) -> Post:
        return self._pick(Post.objects.filter(number__gt=1))

    # -- the verbs

    def do_open_thread(self) -> None:
        board = self.board()
        actions.open_thread(
            author=self.somebody(),
            board_id=board.pk,
            title=f"Matter {self.dice.random()}",
            body="Something happened.",
            lane=self.dice.choice(board.lanes or Lane.values),
            tags=self.dice.sample(TAGS, self.dice.randrange(4)),
        )

    def do_post_reply(self) -> None:
        actions.post_reply(author=self.somebody(), thread_id=self.thread().pk, body="And then?")

    def do_edit_post(self) -> None:
        post = self.post()
        actions.edit_post(
            actor=post.author or self.moderator, post_id=post.pk, body=f"Better {self.dice.random()}"
        )

    def do_revert_post(self) -> None:
        post = self._pick(Post.objects.filter(edit_count__gt=0))
        actions.revert_post(actor=self.moderator, post_id=post.pk, revision=1)

    def do_react(self) -> None:
        actions.react(
            actor=self.somebody(), post_id=self.post().pk, kind=self.dice.choice(ReactionKind.values)
        )

    def do_unreact(self) -> None:
        actions.unreact(actor=self.somebody(), post_id=self.post().pk)

    def do_accept_answer(self) -> None:
        post = self._pick(Post.objects.filter(number__gt=1, state="visible", thread__lane="ask"))
        actions.accept_answer(actor=self.moderator, post_id=post.pk)

    def do_unaccept_answer(self) -> None:
        thread = self._pick(Thread.objects.exclude(accepted_post=None))
        actions.unaccept_answer(actor=self.moderator, thread_id=thread.pk)

    def do_hide_post(self) -> None:
        actions.hide_post(actor=self.moderator, post_id=self.reply().pk, reason="Rude")

    def do_remove_post(self) -> None:
        post = self.post()
        actions.remove_post(actor=post.author or self.moderator, post_id=post.pk, reason="Not wanted")

    def do_restore_post(self) -> None:
        post = self._pick(Post.objects.filter(state__in=["hidden", "removed"]))
        actions.restore_post(actor=self.moderator, post_id=post.pk)

    def do_purge_post(self) -> None:
        actions.purge_post(actor=self.moderator, post_id=self.reply().pk, reason="Personal data")

    def do_hide_thread(self) -> None:
        actions.hide_thread(actor=self.moderator, thread_id=self.thread().pk, reason="Off topic")

    def do_remove_thread(self) -> None:
        actions.remove_thread(actor=self.moderator, thread_id=self.thread().pk, reason="Off topic")

    def do_restore_thread(self) -> None:
        thread = self._pick(Thread.objects.filter(state__in=["hidden", "removed"]))
        actions.restore_thread(actor=self.moderator, thread_id=thread.pk)

    def do_lock_thread(self) -> None:
        actions.lock_thread(actor=self.moderator, thread_id=self.thread().pk, reason="Settled")

    def do_unlock_thread(self) -> None:
        thread = self._pick(Thread.objects.exclude(locked_at=None))
        actions.unlock_thread(actor=self.moderator, thread_id=thread.pk)

    def do_pin_thread(self) -> None:
        until = clock.now() + timedelta(days=self.dice.randrange(1, 60))
        actions.pin_thread(actor=self.moderator, thread_id=self.thread().pk, until=until, reason="Read first")

    def do_unpin_thread(self) -> None:
        thread = self._pick(Thread.objects.filter(is_pinned=True))
        actions.unpin_thread(actor=self.moderator, thread_id=thread.pk)

    def do_move_thread(self) -> None:
        actions.move_thread(actor=self.moderator, thread_id=self.thread().pk, board_id=self.board().pk)

    def do_merge_threads(self) -> None:
        source, target = self.thread(), self.thread()
        actions.merge_threads(
            actor=self.moderator, source_id=source.pk, target_id=target.pk, reason="The same"
        )

    def do_split_thread(self) -> None:
        thread = self.thread()
        replies = list(
            Post.objects.filter(thread=thread, number__gt=1).exclude(state__in=["moved", "purged"])
        )
        if not replies:
            raise Http404
        chosen = self.dice.sample(replies, self.dice.randrange(1, len(replies) + 1))
        actions.split_thread(
            actor=self.moderator,
            thread_id=thread.pk,
            post_ids=[post.pk for post in chosen],
            title="Another matter",
            reason="Another matter",
            board_id=self.dice.choice([None, self.board().pk]),
        )

    def do_retag_thread(self) -> None:
        tags = self.dice.sample(TAGS, self.dice.randrange(4))
        actions.retag_thread(actor=self.moderator, thread_id=self.thread().pk, tags=tags)

    def do_change_lane(self) -> None:
        lane = self.dice.choice(Lane.values)
        actions.change_lane(actor=self.moderator, thread_id=self.thread().pk, lane=lane, reason="Fits")

    def do_rename_thread(self) -> None:
        actions.rename_thread(
            actor=self.moderator, thread_id=self.thread().pk, title=f"New {self.dice.random()}"
        )

    def do_mark_board_read(self) -> None:
        actions.mark_board_read(member=self.somebody(), board_id=self.dice.choice([None, self.board().pk]))

    def do_set_watch(self) -> None:
        level = self.dice.choice(["all", "mentions", "muted", ""])
        actions.set_watch(member=self.somebody(), thread_id=self.thread().pk, level=level)

    def do_import(self) -> None:
        asker, helper = an_imported_member(name=f"Old Hand {self.dice.random()}"[:24]), self.somebody()
        at = clock.now() - timedelta(days=self.dice.randrange(100, 900))
        words = [
            actions.ImportedPost(
                author_id=person.pk,
                author_name=person.name,
                source="It was so.",
                posted_at=at + timedelta(days=n),
                score=n,
            )
            for n, person in enumerate([asker, helper, asker])
        ]
        moved = actions.ImportedThread(
            title="From elsewhere", posts=words, tags=["winter", "old"], accepted=1
        )
        actions.import_threads(
            actor=None, board_id=self.board().pk, label="elsewhere", threads=[actions.prepare_thread(moved)]
        )


def wrong_rows() -> dict[str, int]:
    return {found.name: found.corrected for found in counters.rebuild(FORUM)}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_random_walk_leaves_every_counter_right(seed):
    with clock.frozen(START) as hands:
        walk = Walk(seed)
        walk.go(STEPS, hands)
        assert wrong_rows() == dict.fromkeys(FORUM, 0)
    _numbers_are_gap_free()
    _copies_agree()
    assert Post.objects.count() > 40


def test_the_walk_meets_every_verb_and_some_refusals():
    """Otherwise the test above would prove little."""
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    with clock.frozen(START) as hands:
        for seed in (11, 12):
            walk = Walk(seed)
            walk.go(STEPS, hands)
            done += walk.done
            refused += walk.refused
    assert not set(walk.verbs) - set(done)
    assert len(refused) >= 5


def _numbers_are_gap_free() -> None:
    for thread in Thread.objects.all():
        numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
        if thread.state == "merged":
            assert numbers == [] and thread.merged_into.state != "merged"
        else:
            assert numbers == list(range(1, thread.last_number + 1)), thread
            assert thread.posts.get(number=1).state == "visible", "an opening post goes with its thread"


def _copies_agree() -> None:
    for thread in Thread.objects.select_related("accepted_post").prefetch_related("tags"):
        assert thread.log_count == ThreadLog.objects.filter(thread=thread).count()
        assert {slug for slug, _name in thread.tag_list} == {tag.slug for tag in thread.tags.all()}
        if thread.accepted_post:
            assert thread.accepted_post.thread_id == thread.pk
            assert thread.accepted_post.state == "visible" and thread.lane == "ask"
    for mark in ReadMark.objects.select_related("thread"):
        assert 1 <= mark.number <= mark.thread.last_number
    for stub in Post.objects.filter(state="moved").select_related("moved_to"):
        assert stub.moved_to is not None and not stub.html and not stub.plain
    for post in Post.objects.filter(state="purged"):
        assert (post.source, post.html, post.plain, post.author, post.reactions) == ("", "", "", None, {})


# -- a wrong counter is found and mended


def _one_of_each() -> Thread:
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker, board=a_board(), tags=["winter"])
    reply = actions.post_reply(author=helper, thread_id=thread.pk, body="Try the menu.")
    actions.react(actor=asker, post_id=reply.pk, kind="useful")
    actions.accept_answer(actor=asker, post_id=reply.pk)
    thread.refresh_from_db()
    return thread


SPOIL: list[tuple[str, Callable[[Thread], Any], str, Any]] = [
    ("forum.posts", lambda thread: thread.posts.filter(number=2), "reactions", {"useful": 7}),
    ("forum.posts", lambda thread: thread.posts.filter(number=1), "reactions", {"wow": 1}),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "reply_count", 9),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "answer_count", 0),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "reaction_count", 3),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "heat", -1.0),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "needs_answer", True),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "days", {}),
    ("forum.threads", lambda thread: Thread.objects.filter(pk=thread.pk), "last_posted_at", START),
    ("forum.boards", lambda thread: Board.objects.filter(pk=thread.board_id), "thread_count", 5),
    ("forum.boards", lambda thread: Board.objects.filter(pk=thread.board_id), "post_count", 0),
    ("forum.boards", lambda thread: Board.objects.filter(pk=thread.board_id), "lane_counts", {"chat": 1}),
    ("forum.boards", lambda thread: Board.objects.filter(pk=thread.board_id), "last_thread", None),
    ("forum.boards", lambda thread: Board.objects.filter(pk=thread.board_id), "last_posted_at", START),
    ("forum.members", lambda thread: Member.objects.filter(pk=thread.author_id), "post_count", 0),
    ("forum.members", lambda thread: Member.objects.filter(pk=thread.author_id), "thread_count", 4),
    ("forum.members", lambda thread: Member.objects.filter(pk=thread.author_id), "helped_count", 1),
    ("forum.tags", lambda thread: Tag.objects.filter(slug="winter"), "thread_count", 8),
    ("forum.tag_uses", lambda thread: TagUse.objects.filter(board=thread.board_id), "thread_count", 8),
]


@pytest.mark.parametrize(
    ("counter", "rows", "field", "wrong"), SPOIL, ids=[f"{one[0]} {one[2]}" for one in SPOIL]
)
def test_a_wrong_counter_is_found_and_mended(counter, rows, field, wrong):
    thread = _one_of_each()
    assert wrong_rows() == dict.fromkeys(FORUM, 0)
    before = rows(thread).values_list(field, flat=True).get()
    assert before != wrong
    rows(thread).update(**{field: wrong})
    assert wrong_rows() == dict.fromkeys(FORUM, 0) | {counter: 1}
    assert rows(thread).values_list(field, flat=True).get() == before
    assert wrong_rows() == dict.fromkeys(FORUM, 0)


def test_the_command_says_what_it_mended():
    thread = _one_of_each()
    Thread.objects.filter(pk=thread.pk).update(reply_count=9)
    out = StringIO()
    call_command("rebuild_counters", stdout=out)
    assert "forum.threads" in out.getvalue()
    thread.refresh_from_db()
    assert thread.reply_count == 1


def test_a_missing_use_of_a_tag_is_found_and_mended():
    thread = _one_of_each()
    TagUse.objects.filter(board=thread.board_id).delete()
    assert wrong_rows() == dict.fromkeys(FORUM, 0) | {"forum.tag_uses": 1}
    assert TagUse.objects.get(board=thread.board_id).thread_count == 1
