"""The forum against a small model of it, over random walks: what the model expects is what is stored."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from community.core.access import Refused
from forum import actions
from forum.models import Board, Post, ReadMark, Thread
from tests.builders.forum import a_board
from tests.builders.members import a_member
from tests.concurrency.together import assert_exact

IS_LONG = os.environ.get("CONVOY_FAULTS") == "long"
WHO = st.integers(0, 2)
KINDS = ["useful", "thanks"]


class ModelThread:
    """What a thread should be: its posts in order as [author, state], and what is marked."""

    def __init__(self, author: int, board: int) -> None:
        self.author, self.board = author, board
        self.posts: list[list[Any]] = [[author, "visible"]]
        self.is_hidden = self.is_locked = False
        self.accepted: int | None = None
        self.reactions: dict[tuple[int, int], str] = {}
        self.read = {author: 1}

    def replies(self) -> int:
        return sum(state == "visible" for _author, state in self.posts[1:])

    def counts(self) -> dict[int, dict[str, int]]:
        """How often each post was reacted to, by kind."""
        counted: dict[int, Counter[str]] = defaultdict(Counter)
        for (number, _who), kind in self.reactions.items():
            counted[number][kind] += 1
        return {number: dict(kinds) for number, kinds in counted.items()}


class ForumMachine(RuleBasedStateMachine):
    """Three people and a moderator on two boards."""

    threads = Bundle("threads")

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def people_and_boards(self) -> None:
        self.people = [a_member() for _ in range(3)]
        self.moderator = a_member(role="moderator")
        self.boards = [a_board(), a_board()]
        self.model: dict[int, ModelThread] = {}

    def post(self, pk: int, number: int) -> Post:
        return Post.objects.get(thread_id=pk, number=number)

    @rule(target=threads, who=WHO, board=st.integers(0, 1))
    def open(self, who: int, board: int) -> int:
        thread = actions.open_thread(
            author=self.people[who],
            board_id=self.boards[board].pk,
            title="A matter",
            body="Words.",
            lane="ask",
        )
        self.model[thread.pk] = ModelThread(who, board)
        return thread.pk

    @rule(pk=threads, who=WHO)
    def reply(self, pk: int, who: int) -> None:
        model = self.model[pk]
        if model.is_hidden and who != model.author:
            return
        try:
            post = actions.post_reply(author=self.people[who], thread_id=pk, body="More words.")
        except Refused:
            assert model.is_locked or model.is_hidden
        else:
            assert not (model.is_locked or model.is_hidden)
            model.posts.append([who, "visible"])
            model.read[who] = post.number
            assert post.number == len(model.posts)

    @rule(pk=threads, who=WHO, number=st.integers(0, 9), kind=st.sampled_from([*KINDS, "none of these"]))
    def react(self, pk: int, who: int, number: int, kind: str) -> None:
        model = self.model[pk]
        number = 1 + number % len(model.posts)
        if model.is_hidden or model.posts[number - 1][1] != "visible":
            return
        try:
            self.set_reaction(pk, number, who, kind)
        except Refused:
            assert model.posts[number - 1][0] == who or kind == "none of these"
        else:
            model.reactions[number, who] = kind

    @precondition(lambda self: self.open_to_a_change())
    @rule(which=st.integers(0, 99), kind=st.sampled_from(["", "", *KINDS]))
    def think_again(self, which: int, kind: str) -> None:
        """Somebody who reacted takes it back, or reacts otherwise: chance alone meets the same two far too seldom."""
        found = self.open_to_a_change()
        pk, number, who = found[which % len(found)]
        self.set_reaction(pk, number, who, kind)
        del self.model[pk].reactions[number, who]
        if kind:
            self.model[pk].reactions[number, who] = kind

    def open_to_a_change(self) -> list[tuple[int, int, int]]:
        return [
            (pk, number, who)
            for pk, model in self.model.items()
            for number, who in model.reactions
            if not model.is_hidden and model.posts[number - 1][1] == "visible"
        ]

    def set_reaction(self, pk: int, number: int, who: int, kind: str) -> None:
        actor, post_id = self.people[who], self.post(pk, number).pk
        if kind:
            actions.react(actor=actor, post_id=post_id, kind=kind)
        else:
            actions.unreact(actor=actor, post_id=post_id)

    @rule(
        pk=threads,
        number=st.integers(0, 9),
        state=st.sampled_from(["hidden", "removed", "visible", "purged"]),
    )
    def moderate(self, pk: int, number: int, state: str) -> None:
        model = self.model[pk]
        number = 1 + number % len(model.posts)
        if number == 1 or model.posts[number - 1][1] == "purged":
            return
        before, post = model.posts[number - 1][1], self.post(pk, number)
        told: dict[str, Any] = {"actor": self.moderator, "post_id": post.pk}
        if state == "visible":
            actions.restore_post(**told)
        elif state == "purged":
            actions.purge_post(**told, reason="Personal")
        elif state == "hidden" and before == "removed":
            with pytest.raises(Refused):
                actions.hide_post(**told, reason="Rude")
            return
        elif state == "hidden":
            actions.hide_post(**told, reason="Rude")
        elif before in ("visible", "hidden"):
            actions.remove_post(**told, reason="Spam")
        else:
            return
        model.posts[number - 1][1] = state
        if state != "visible" and model.accepted == number:
            model.accepted = None
        if state == "purged":
            model.posts[number - 1][0] = None
            model.reactions = {key: kind for key, kind in model.reactions.items() if key[0] != number}

    @rule(pk=threads, number=st.integers(0, 9))
    def accept(self, pk: int, number: int) -> None:
        model = self.model[pk]
        number = 1 + number % len(model.posts)
        if number > 1 and model.posts[number - 1][1] == "visible" and not model.is_hidden:
            actions.accept_answer(actor=self.people[model.author], post_id=self.post(pk, number).pk)
            model.accepted = number

    @rule(pk=threads, board=st.integers(0, 1))
    def move(self, pk: int, board: int) -> None:
        actions.move_thread(actor=self.moderator, thread_id=pk, board_id=self.boards[board].pk)
        self.model[pk].board = board

    @rule(pk=threads)
    def lock(self, pk: int) -> None:
        actions.lock_thread(actor=self.moderator, thread_id=pk, reason="Settled")
        self.model[pk].is_locked = True

    @rule(pk=threads)
    def unlock(self, pk: int) -> None:
        actions.unlock_thread(actor=self.moderator, thread_id=pk)
        self.model[pk].is_locked = False

    @rule(pk=threads, hide=st.booleans())
    def hide(self, pk: int, hide: bool) -> None:
        if hide:
            actions.hide_thread(actor=self.moderator, thread_id=pk, reason="Rude")
        else:
            actions.restore_thread(actor=self.moderator, thread_id=pk)
        self.model[pk].is_hidden = hide

    @precondition(lambda self: bool(self.model))
    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        for pk, model in self.model.items():
            thread = Thread.objects.get(pk=pk)
            stored = [
                [self.index_of(author), str(state)]
                for author, state in thread.posts.order_by("number").values_list("author_id", "state")
            ]
            assert stored == model.posts
            seen = {number for number, post in enumerate(model.posts, 1) if post[1] == "visible"}
            counted = sum(number in seen for number, _who in model.reactions)
            assert (thread.reply_count, thread.last_number) == (model.replies(), len(model.posts))
            assert thread.reaction_count == counted
            assert self.reactions_of(thread) == model.counts()
            assert (thread.is_locked, thread.state == "hidden") == (model.is_locked, model.is_hidden)
            accepted = thread.accepted_post.number if thread.accepted_post else None
            assert accepted == model.accepted
            marks = ReadMark.objects.filter(thread=thread).values_list("member_id", "number")
            assert {self.index_of(member): number for member, number in marks} == model.read
        for index, board in enumerate(self.boards):
            here = [one for one in self.model.values() if one.board == index and not one.is_hidden]
            row = Board.objects.get(pk=board.pk)
            assert (row.thread_count, row.post_count) == (len(here), sum(one.replies() + 1 for one in here))
        assert_exact()

    def reactions_of(self, thread: Thread) -> dict[int, dict[str, int]]:
        return dict(thread.posts.exclude(reactions={}).values_list("number", "reactions"))

    def index_of(self, member_id: int | None) -> int | None:
        return next((n for n, person in enumerate(self.people) if person.pk == member_id), None)


@pytest.fixture(autouse=True)
def _in_a_transaction(db: None) -> Iterator[None]:
    yield


ForumMachine.TestCase.settings = settings(
    max_examples=200 if IS_LONG else 10, stateful_step_count=50 if IS_LONG else 30, deadline=None
)


@pytest.mark.django_db
class TestForumModel(ForumMachine.TestCase):  # type: ignore[misc,name-defined]
    """Shrinks to the shortest walk that tells the forum and the model apart."""
