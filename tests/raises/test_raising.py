"""A raise changes an order and nothing else; it is labelled, it costs a budget, it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import actions as forum
from forum.counters import rebuild_raised, rebuild_threads
from forum.models import Board, Raised, Thread
from moderation.raises import actions
from moderation.raises.models import Raise
from moderation.raises.queries import audit, effect_on
from moderation.raises.tasks import count, end_due
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
UNTOUCHED = [field.attname for field in Thread._meta.concrete_fields if field.attname != "sequence"]


def columns(thread: Thread) -> dict[str, object]:
    return Thread.objects.filter(pk=thread.pk).values(*UNTOUCHED).get()


def test_a_raise_touches_no_count_no_date_and_no_author(hall):
    thread = hall.threads[3]
    before = columns(thread)
    row = hall.lifts(thread)
    assert columns(thread) == before
    up = Raised.objects.get()
    assert (up.thread, up.by, up.reason, up.until) == (thread, hall.moderator, row.reason, row.until)
    actions.withdraw_raise(actor=hall.moderator, raise_id=row.pk)
    assert columns(thread) == before and not Raised.objects.exists()
    assert rebuild_threads() == rebuild_raised() == 0


@pytest.mark.parametrize(
    ("reason", "is_taken"),
    [
        ("", False),
        ("   \n\t ", False),
        ("too short", False),
        ("ten chars!", True),
        ("x" * 300, True),
        ("x" * 301, False),
        ("字" * 10, True),
        ("y" * 10_000, False),
        ("\u202e" * 40, False),
        ("\u200b" * 30, False),
        ("\u2800\u3164" * 10, False),
        ("ok" + "\u200b" * 30, False),
    ],
    ids=lambda value: f"{len(value)} characters" if isinstance(value, str) else None,
)
def test_a_reason_has_ten_to_three_hundred_characters(hall, reason, is_taken):
    if is_taken:
        assert hall.lifts(hall.threads[0], reason=reason).state == "raised"
        return
    with pytest.raises(Invalid) as refused:
        hall.lifts(hall.threads[0], reason=reason)
    assert refused.value.field == "reason" and not Raise.objects.exists()


def test_a_reason_is_one_line_whatever_is_sent(hall):
    row = hall.lifts(hall.threads[0], reason="Needs\r\nan owner’s\u202e words\x00 today")
    assert row.reason == "Needs an owner’s words today"


def test_a_tenth_of_the_first_page_and_no_more(hall):
    first, second, third, *_rest = hall.threads
    row = hall.lifts(first)
    hall.lifts(second)
    with pytest.raises(Refused) as refused:
        hall.lifts(third)
    assert refused.value.code == "budget"
    actions.withdraw_raise(actor=hall.moderator, raise_id=row.pk)
    hall.lifts(third)
    assert Board.objects.get(pk=hall.board.pk).raised_count == 2


def test_one_thread_once_in_seven_days_unless_it_was_taken_back_at_once(hall):
    thread = hall.threads[0]
    row = hall.lifts(thread)
    hall.held.move(timedelta(minutes=4))
    actions.withdraw_raise(actor=hall.moderator, raise_id=row.pk)
    row = hall.lifts(thread)
    hall.held.move(timedelta(minutes=6))
    actions.withdraw_raise(actor=hall.moderator, raise_id=row.pk)
    with pytest.raises(Refused) as refused:
        hall.lifts(thread)
    assert refused.value.code == "cooldown"
    hall.held.move(timedelta(days=7))
    hall.lifts(thread)


def test_an_author_is_raised_twice_a_week_at_most(hall):
    author = a_member()
    own = [a_thread(author=author, board=hall.board) for _ in range(3)]
    for thread in own[:2]:
        hall.lifts(thread, hours=6)
        hall.held.move(timedelta(hours=7))
        end_due.func()
    with pytest.raises(Refused) as refused:
        hall.lifts(own[2])
    assert refused.value.code == "author"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda h, t: forum.lock_thread(actor=h.moderator, thread_id=t.pk, reason="Calm"), "locked"),
        (lambda h, t: forum.hide_thread(actor=h.moderator, thread_id=t.pk, reason="Look"), "not_visible"),
        (
            lambda h, t: forum.pin_thread(
                actor=h.moderator, thread_id=t.pk, until=h.held.now() + timedelta(days=1), reason="Read"
            ),
            "pinned",
        ),
        (
            lambda h, t: forum.hide_post(
                actor=h.moderator, post_id=a_reply(author=a_member(), thread=t).pk, reason="Rude"
            ),
            "dispute",
        ),
        (lambda h, t: forum.edit_board(actor=None, board_id=h.board.pk, is_closed=True), "locked"),
    ],
    ids=["locked", "hidden", "pinned", "in dispute", "closed board"],
)
def test_what_may_not_be_raised_is_refused_and_what_becomes_so_is_lowered(hall, make, code):
    thread, other = hall.threads[0], hall.threads[1]
    make(hall, thread)
    with pytest.raises(Refused) as refused:
        hall.lifts(thread)
    assert refused.value.code == code
    if ("board" not in make.__code__.co_names and code != "locked") or thread.is_locked:
        row = hall.lifts(other)
        make(hall, other)
        row.refresh_from_db()
        assert row.ended_why == "closed" and not Raised.objects.exists()


def test_a_thread_that_moves_or_is_merged_is_lowered(hall):
    from tests.builders.forum import a_board

    moved, merged = hall.threads[:2]
    rows = [hall.lifts(moved), hall.lifts(merged)]
    forum.move_thread(actor=hall.moderator, thread_id=moved.pk, board_id=a_board().pk)
    forum.merge_threads(
        actor=hall.moderator, source_id=merged.pk, target_id=hall.threads[2].pk, reason="The same"
    )
    assert [Raise.objects.get(pk=row.pk).ended_why for row in rows] == ["closed", "closed"]
    assert rebuild_raised() == 0 and not Raised.objects.exists()


def test_nobody_raises_their_own_thread_nor_without_the_right(hall):
    own = a_thread(author=hall.moderator, board=hall.board)
    with pytest.raises(Refused) as refused:
        hall.lifts(own)
    assert refused.value.code == "own"
    with pytest.raises(Refused):
        hall.lifts(hall.threads[0], actor=a_member())
    with pytest.raises(Http404):
        hall.lifts(hall.threads[0], thread_id=10**6)


def test_a_raise_ends_by_itself(hall):
    row = hall.lifts(hall.threads[0], hours=6)
    hall.held.move(timedelta(hours=5, minutes=59))
    end_due.func()
    assert Raised.objects.exists()
    hall.held.move(timedelta(minutes=1))
    end_due.func()
    row.refresh_from_db()
    assert (row.ended_why, row.ended_at) == ("time", row.until) and not Raised.objects.exists()


def test_a_thread_taken_back_by_its_author_leaves_no_count_behind(hall):
    author = a_member()
    thread = a_thread(author=author, board=hall.board)
    hall.lifts(thread)
    forum.undo_post(actor=author, post_id=thread.posts.get().pk)
    assert rebuild_raised() == 0 and not Raised.objects.exists()


def test_one_in_five_is_left_out_by_lot_and_only_put_down(hall, lot):
    lot["next"] = 0
    thread = hall.threads[0]
    row = hall.lifts(thread, by_lot=True)
    assert row.state == "left_out" and not Raised.objects.exists()
    with pytest.raises(Refused) as refused:
        hall.lifts(thread, by_lot=True)
    assert refused.value.code == "cooldown"
    assert hall.lifts(thread, by_lot=False).state == "raised", "in any case it can be"


def test_what_followed_is_counted_once_its_time_is_over(hall, lot):
    raised = hall.lifts(hall.threads[0], by_lot=True)
    lot["next"] = 0
    left_out = hall.lifts(hall.threads[1], by_lot=True)
    for thread in hall.threads[:2]:
        a_reply(author=hall.moderator, thread=thread)  # staff
        a_reply(author=thread.author, thread=thread)
    hidden = a_reply(author=a_member(), thread=hall.threads[1])
    forum.hide_post(actor=hall.moderator, post_id=hidden.pk, reason="Advertising")
    hall.held.move(timedelta(hours=47))
    a_reply(author=a_member(), thread=hall.threads[0])
    count.func()
    assert Raise.objects.filter(followed=None).count() == 2, "not yet"
    hall.held.move(timedelta(hours=2))
    a_reply(author=a_member(), thread=hall.threads[0])
    count.func()
    raised.refresh_from_db()
    left_out.refresh_from_db()
    assert (raised.followed, left_out.followed) == (1, 0)
    effect = effect_on([hall.board.pk])
    assert (effect.raised.hits, effect.raised.total, effect.left_out.hits, effect.left_out.total) == (
        1,
        1,
        0,
        1,
    )


def test_what_was_raised_in_any_case_is_not_compared(hall, lot):
    hall.lifts(hall.threads[0], by_lot=False)
    lot["next"] = 0
    hall.lifts(hall.threads[1], by_lot=True)
    hall.lifts(hall.threads[1], by_lot=False)  # it spoils what the lot said
    hall.held.move(timedelta(days=3))
    count.func()
    effect = effect_on([hall.board.pk])
    assert effect.raised.total == effect.left_out.total == 0


def test_the_audit_counts_whose_threads_are_raised(hall):
    critic = a_member(is_verified_owner=True)
    hall.lifts(a_thread(author=critic, board=hall.board))
    found = {group.name: (group.share.hits, group.share.total) for group in audit(hall.moderator)}
    assert found == {"staff": (0, 0), "key": (0, 0), "owner": (1, 1), "new": (0, 6), "member": (0, 0)}
