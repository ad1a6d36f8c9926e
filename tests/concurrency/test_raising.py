"""Raises at the same moment: budgets are never overspent."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction

from forum import totals
from forum.models import Board, Raised
from moderation.raises import actions
from moderation.raises.actions import raising
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.concurrency.together import at_once, done

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 64


def a_full_board() -> tuple[Board, list[int]]:
    board = a_board()
    authors = [a_member() for _ in range(16)]
    threads = [a_thread(author=author, board=board).pk for author in authors for _ in range(2)]
    return board, threads


def lift(moderator, thread_id):
    return actions.raise_thread(
        actor=moderator, thread_id=thread_id, reason="Needs somebody who drives one", hours=6, by_lot=False
    )


def test_64_raises_at_once_spend_what_there_is_and_no_more():
    board, threads = a_full_board()
    moderators = [a_member(role="moderator") for _ in range(4)]
    acts = [partial(lift, moderators[n % 4], threads[n % len(threads)]) for n in range(AT_ONCE)]
    results = at_once(*acts)
    assert len(done(results)) == 2 == Raised.objects.count() == Raise.objects.filter(state="raised").count()
    assert Board.objects.get(pk=board.pk).raised_count == 2
    assert {refused.code for refused in results if refused not in done(results)} <= {"budget", "cooldown"}


def test_without_the_boards_row_held_the_budget_is_overspent(monkeypatch):
    """The control: whoever looks before anybody has written finds room."""
    import threading

    _board, threads = a_full_board()
    moderator = a_member(role="moderator")
    together = threading.Barrier(8)
    looked = raising.room_for

    def look_together(thread, *, by_lot):
        found = looked(thread, by_lot=by_lot)
        together.wait(20)
        return found

    monkeypatch.setattr(totals, "hold_board", lambda board_id: None)
    monkeypatch.setattr(raising.counts, "hold", lambda ids: [])
    monkeypatch.setattr(raising, "room_for", look_together)
    at_once(*(partial(lift, moderator, thread_id) for thread_id in threads[:16:2]))
    assert Raised.objects.count() == 8


def test_one_authors_threads_on_many_boards_at_once_are_raised_twice_at_most():
    author = a_member()
    moderator = a_member(role="moderator")
    threads = []
    for _ in range(8):
        board = a_board()
        threads.append(a_thread(author=author, board=board).pk)
        Board.objects.filter(pk=board.pk).update(thread_count=20)
    results = at_once(*(partial(lift, moderator, thread_id) for thread_id in threads))
    assert len(done(results)) == 2 == Raise.objects.filter(author=author).count()


def test_taking_back_and_ending_at_once_end_it_once():
    _board, threads = a_full_board()
    moderator = a_member(role="moderator")
    with transaction.atomic():
        row = lift(moderator, threads[0])
    at_once(*[partial(actions.withdraw_raise, actor=moderator, raise_id=row.pk)] * 8)
    assert not Raised.objects.exists()
    assert Board.objects.get(pk=row.board_id).raised_count == 0
