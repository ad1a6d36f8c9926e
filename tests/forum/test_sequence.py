"""A thread's sequence: one step for each change of what its pages show, said in the one fact of that change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from community.core import clock
from forum import actions
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self) -> None:
        self.staff, self.author, self.other = a_member(role="admin"), a_member(), a_member()
        self.thread = a_thread(author=self.author)
        self.first = a_reply(author=self.other, thread=self.thread)
        self.second = a_reply(author=self.author, thread=self.thread)

    def sequence(self) -> int:
        return Thread.objects.values_list("sequence", flat=True).get(pk=self.thread.pk)


def _unpinned(scene: Scene) -> None:
    actions.pin_thread(
        actor=scene.staff, thread_id=scene.thread.pk, until=clock.now() + timedelta(days=1), reason="r"
    )
    actions.unpin_thread(actor=scene.staff, thread_id=scene.thread.pk)


VERBS: dict[str, tuple[int, Callable[[Scene], Any]]] = {
    "reply": (1, lambda s: a_reply(author=s.other, thread=s.thread)),
    "reply and undo": (
        2,
        lambda s: actions.undo_post(actor=s.other, post_id=a_reply(author=s.other, thread=s.thread).pk),
    ),
    "edit": (1, lambda s: actions.edit_post(actor=s.other, post_id=s.first.pk, body="Other words")),
    "same words": (0, lambda s: actions.edit_post(actor=s.other, post_id=s.first.pk, body=s.first.source)),
    "hide": (1, lambda s: actions.hide_post(actor=s.staff, post_id=s.first.pk, reason="r")),
    "purge": (1, lambda s: actions.purge_post(actor=s.staff, post_id=s.first.pk, reason="r")),
    "react": (1, lambda s: actions.react(actor=s.author, post_id=s.first.pk, kind="useful")),
    "react otherwise": (
        2,
        lambda s: [
            actions.react(actor=s.author, post_id=s.first.pk, kind=kind) for kind in ("useful", "wow", "wow")
        ],
    ),
    "accept": (1, lambda s: actions.accept_answer(actor=s.author, post_id=s.first.pk)),
    "accept and withdraw": (
        2,
        lambda s: [
            actions.accept_answer(actor=s.author, post_id=s.first.pk),
            actions.unaccept_answer(actor=s.author, thread_id=s.thread.pk),
        ],
    ),
    "lock": (1, lambda s: actions.lock_thread(actor=s.staff, thread_id=s.thread.pk, reason="r")),
    "pin and unpin": (2, _unpinned),
    "rename": (1, lambda s: actions.rename_thread(actor=s.author, thread_id=s.thread.pk, title="Another")),
    "lane": (1, lambda s: actions.change_lane(actor=s.author, thread_id=s.thread.pk, lane="chat")),
    "tags": (1, lambda s: actions.retag_thread(actor=s.author, thread_id=s.thread.pk, tags=["cold"])),
    "hide the thread": (1, lambda s: actions.hide_thread(actor=s.staff, thread_id=s.thread.pk, reason="r")),
    "move": (
        1,
        lambda s: actions.move_thread(actor=s.staff, thread_id=s.thread.pk, board_id=a_board().pk),
    ),
    "split": (
        1,
        lambda s: actions.split_thread(
            actor=s.staff, thread_id=s.thread.pk, post_ids=[s.first.pk], title="New", reason="r"
        ),
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_change_takes_its_steps_and_each_is_said_once(verb, facts):
    scene = Scene()
    assert scene.sequence() == 2
    steps, act = VERBS[verb]
    facts.all.clear()
    act(scene)
    assert scene.sequence() == 2 + steps
    told = [fact.sequence for fact in facts.all if getattr(fact, "sequence", 0)]
    assert told == list(range(3, 3 + steps))


def test_a_merge_moves_both_threads_on(facts):
    scene = Scene()
    other = a_thread(author=scene.other)
    actions.merge_threads(actor=scene.staff, source_id=scene.thread.pk, target_id=other.pk, reason="r")
    fact = facts.only("ThreadsMerged")
    assert (fact.source_sequence, fact.sequence) == (3, 1)
    assert scene.sequence() == 3
    other.refresh_from_db()
    assert other.sequence == 1
