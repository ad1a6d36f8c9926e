"""Many writers at random for a while: afterwards every counter, number, sequence and read mark is exact, unrepaired."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.db import connection, transaction
from django.http import Http404

from community.core.access import Refused
from community.core.facts import Fact
from forum import actions
from forum.access import thread_for_reading
from forum.facts import ThreadsMerged, ThreadSplit
from forum.models import Post, PostState, ReactionKind, ReadMark, Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.concurrency.together import assert_exact
from tests.support.required import need

log = structlog.get_logger("tests.faults")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
WRITERS, THREADS = 32, 20
SHORT, LONG = 12.0, 180.0  # seconds


@pytest.fixture(autouse=True)
def _real_server(transactional_db: None) -> None:
    need("services", connection.vendor == "postgresql", "row locks need PostgreSQL: set DATABASE_URL")


class Crowd:
    """People who do everything to the same few threads, and remember what the site told them."""

    def __init__(self) -> None:
        self.boards = [a_board(), a_board(), a_board()]
        self.moderator = a_member(role="moderator")
        self.people = [a_member() for _ in range(WRITERS)]
        self.threads = [
            a_thread(author=self.people[n], board=self.boards[n % 3], tags=["winter"]).pk
            for n in range(THREADS)
        ]
        for pk in self.threads:
            a_reply(author=self.people[-1], thread=Thread.objects.get(pk=pk))
        self.did: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.posted: set[int] = set()
        self.read: dict[tuple[int, int], int] = {}
        self.errors: list[BaseException] = []
        self.lock = threading.Lock()

    def live(self, number: int, until: float) -> None:
        luck = random.Random(number)
        me = self.people[number]
        verbs: list[Callable[[Any, random.Random], None]] = [
            *[self.reply] * 6, *[self.edit] * 2, *[self.react] * 3, *[self.look] * 3,
            self.accept, self.remove, self.hide, self.restore, self.move, self.merge, self.split, self.open,
            self.retag, self.lock_and_unlock, self.hide_thread,
        ]  # fmt: skip
        try:
            while time.monotonic() < until:
                verb = luck.choice(verbs)
                try:
                    verb(me, luck)
                except (Refused, Http404) as refusal:
                    with self.lock:
                        self.refused[getattr(refusal, "code", "absent")] += 1
                else:
                    with self.lock:
                        self.did[verb.__name__] += 1
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def some_thread(self, luck: random.Random) -> int:
        return luck.choice(self.threads)

    def some_post(self, luck: random.Random) -> int:
        posts = list(
            Post.objects.filter(thread_id=self.some_thread(luck), number__gt=1)
            .order_by("-number")
            .values_list("pk", flat=True)[:12]
        )
        if not posts:
            raise Http404
        return luck.choice(posts)

    def reply(self, me: Any, luck: random.Random) -> None:
        post = actions.post_reply(author=me, thread_id=self.some_thread(luck), body=f"Words {luck.random()}.")
        with self.lock:
            self.posted.add(post.pk)

    def open(self, me: Any, luck: random.Random) -> None:
        if len(self.threads) < 2 * THREADS:
            board = luck.choice(self.boards)
            thread = actions.open_thread(
                author=me,
                board_id=board.pk,
                title="A new matter",
                body="x",
                lane="ask",
                tags=["new", "winter"],
            )
            with self.lock:
                self.threads.append(thread.pk)

    def edit(self, me: Any, luck: random.Random) -> None:
        mine = Post.objects.filter(author=me).order_by("-pk").values_list("pk", flat=True)[:5]
        if mine:
            actions.edit_post(actor=me, post_id=luck.choice(list(mine)), body=f"Other words {luck.random()}.")

    def react(self, me: Any, luck: random.Random) -> None:
        kind = luck.choice([*ReactionKind.values, ""])
        post = self.some_post(luck)
        if kind:
            actions.react(actor=me, post_id=post, kind=kind)
        else:
            actions.unreact(actor=me, post_id=post)

    def look(self, me: Any, luck: random.Random) -> None:
        thread = thread_for_reading(me, thread_id=self.some_thread(luck))
        number = luck.randint(1, thread.last_number)
        actions.mark_read(member=me, thread=thread, number=number)
        with self.lock:
            key = (me.pk, thread.pk)
            self.read[key] = max(number, self.read.get(key, 0))

    def accept(self, me: Any, luck: random.Random) -> None:
        actions.accept_answer(actor=self.moderator, post_id=self.some_post(luck))

    def remove(self, me: Any, luck: random.Random) -> None:
        actions.remove_post(actor=self.moderator, post_id=self.some_post(luck), reason="Spam")

    def hide(self, me: Any, luck: random.Random) -> None:
        actions.hide_post(actor=self.moderator, post_id=self.some_post(luck), reason="Rude")

    def restore(self, me: Any, luck: random.Random) -> None:
        away = Post.objects.filter(state__in=[PostState.HIDDEN, PostState.REMOVED]).values_list(
            "pk", flat=True
        )[:9]
        if away:
            actions.restore_post(actor=self.moderator, post_id=luck.choice(list(away)))

    def move(self, me: Any, luck: random.Random) -> None:
        board = luck.choice(self.boards)
        actions.move_thread(actor=self.moderator, thread_id=self.some_thread(luck), board_id=board.pk)

    def merge(self, me: Any, luck: random.Random) -> None:
        with self.lock:
            if len(self.threads) <= THREADS:
                return  # as many as there were stay
            source = self.threads.pop()
        actions.merge_threads(
            actor=self.moderator, source_id=source, target_id=self.some_thread(luck), reason="The same"
        )

    def split(self, me: Any, luck: random.Random) -> None:
        thread = self.some_thread(luck)
        post = (
            Post.objects.filter(thread_id=thread, number__gt=1, state=PostState.VISIBLE).order_by("?").first()
        )
        if post and len(self.threads) < 2 * THREADS:
            new = actions.split_thread(
                actor=self.moderator, thread_id=thread, post_ids=[post.pk], title="Another", reason="Another"
            )
            with self.lock:
                self.threads.append(new.pk)

    def retag(self, me: Any, luck: random.Random) -> None:
        tags = luck.sample(["winter", "tyres", "range", "new"], 2)
        actions.retag_thread(actor=self.moderator, thread_id=self.some_thread(luck), tags=tags)

    def lock_and_unlock(self, me: Any, luck: random.Random) -> None:
        thread = self.some_thread(luck)
        actions.lock_thread(actor=self.moderator, thread_id=thread, reason="Hot")
        actions.unlock_thread(actor=self.moderator, thread_id=thread)

    def hide_thread(self, me: Any, luck: random.Random) -> None:
        thread = self.some_thread(luck)
        actions.hide_thread(actor=self.moderator, thread_id=thread, reason="Rude")
        actions.restore_thread(actor=self.moderator, thread_id=thread)


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Facts whose transaction was committed."""
    heard: list[Any] = []
    to_json = Fact.to_json

    def listening(fact: Fact) -> Any:
        transaction.on_commit(lambda: heard.append(fact))
        return to_json(fact)

    monkeypatch.setattr(Fact, "to_json", listening)  # publish() writes every fact down first
    return heard


def assert_no_step_is_missing_or_double(facts: list[Any]) -> None:
    """Each step of a thread's sequence was told by one fact, up to where the thread stands."""
    told: dict[int, list[int]] = {}
    for fact in facts:
        steps = [("thread_id", "sequence")]
        if isinstance(fact, ThreadsMerged):
            steps = [("target_id", "sequence"), ("source_id", "source_sequence")]
        elif isinstance(fact, ThreadSplit):
            steps = [("source_id", "sequence")]
        for thread, step in steps:
            if getattr(fact, step, 0):
                told.setdefault(getattr(fact, thread), []).append(getattr(fact, step))
    for pk, sequence in Thread.objects.values_list("pk", "sequence"):
        steps_told = sorted(told.get(pk, []))
        first = sequence - len(steps_told) + 1
        assert first in (0, 1, 2), f"thread {pk} took steps nobody told of"
        assert steps_told == list(range(first, sequence + 1)), f"thread {pk}"


def test_after_all_that_everything_adds_up(committed: list[Any], is_long: bool) -> None:
    crowd = Crowd()
    lasting = LONG if is_long else SHORT
    until = time.monotonic() + lasting
    started = time.monotonic()
    workers = [threading.Thread(target=crowd.live, args=(number, until)) for number in range(WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(lasting + 90)
    assert not any(worker.is_alive() for worker in workers), "somebody waits for ever"
    if crowd.errors:
        raise crowd.errors[0]
    took = time.monotonic() - started
    log.info(
        "crowd",
        seconds=round(took),
        verbs=sum(crowd.did.values()),
        did=dict(crowd.did),
        no=dict(crowd.refused),
    )
    assert set(crowd.did) >= {
        "reply",
        "edit",
        "react",
        "look",
        "remove",
        "restore",
        "move",
        "merge",
        "accept",
    }
    assert Post.objects.filter(pk__in=crowd.posted).count() == len(crowd.posted), (
        "every reply told as posted is there"
    )
    assert_exact()
    assert_no_step_is_missing_or_double(committed)
    marks = {(mark.member_id, mark.thread_id): mark for mark in ReadMark.objects.select_related("thread")}
    for key, number in crowd.read.items():
        mark = marks.get(key)
        if mark is None:
            assert Thread.objects.get(pk=key[1]).state == "merged", "marks go with their thread only"
        else:
            assert number <= mark.number <= mark.thread.last_number
    assert len(marks) == ReadMark.objects.count(), "one mark each"


def test_without_the_row_lock_the_same_crowd_loses_numbers_or_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: replies that read the thread without holding it."""
    thread = a_thread(author=a_member(), board=a_board())
    people = [a_member() for _ in range(8)]
    gate = threading.Barrier(len(people))
    lost: list[BaseException] = []

    def unheld(person: Any) -> None:
        try:
            gate.wait(20)
            for _ in range(10):
                with transaction.atomic():
                    row = Thread.objects.get(pk=thread.pk)
                    Thread.objects.filter(pk=thread.pk).update(
                        reply_count=row.reply_count + 1, sequence=row.sequence + 1
                    )
        except BaseException as error:
            lost.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=unheld, args=(person,)) for person in people]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not lost
    thread.refresh_from_db()
    assert thread.reply_count < 80 and thread.sequence < 81, (
        "the race is there for whoever does not hold the row"
    )
