"""Acts at the desk: each done once, by whom it may be, written down with why, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from community.core import clock
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import ThreadLink
from moderation.desk import actions
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.desk.policy import Due
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def row_of(thread) -> DeskThread:
    return DeskThread.objects.get(pk=thread.pk)


def test_who_takes_it_has_it_and_who_comes_later_is_told_by_whom(thread, mei, li, frozen_clock):
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    frozen_clock.move(timedelta(minutes=3))
    with pytest.raises(Refused, match="Mei was quicker: took, 3 min ago") as refused:
        actions.take(actor=li, thread_id=thread.pk, version=0)
    assert refused.value.code == "taken"
    assert row_of(thread).assignee == mei
    actions.release(actor=mei, thread_id=thread.pk, version=1)
    assert actions.take(actor=li, thread_id=thread.pk, version=2).assignee_id == li.pk


def test_handing_on_tells_what_and_by_when(thread, mei, li):
    row = actions.assign(
        actor=mei,
        thread_id=thread.pk,
        version=0,
        to_id=li.pk,
        note="  Legal cleared\nthe letter ",
        due=Due.HOURS,
    )
    assert (row.assignee_id, row.assigned_by_id, row.note) == (li.pk, mei.pk, "Legal cleared the letter")
    assert row.due_at == clock.now() + timedelta(hours=4)
    line = DeskLog.objects.get()
    assert (line.verb, line.actor_id, line.reason, line.data["name"]) == (
        "assigned", mei.pk, "Legal cleared the letter", "Li",
    )  # fmt: skip


def test_only_who_moderates_the_board_is_handed_anything(thread, mei):
    for other in (a_member(), a_member(role="editor")):
        with pytest.raises(Invalid) as refused:
            actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=other.pk)
        assert refused.value.field == "to"
    with pytest.raises(Invalid, match="at most 300"):
        actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=mei.pk, note="x" * 301)
    assert row_of(thread).version == 0 and not DeskLog.objects.exists()


@pytest.mark.parametrize("hours", [2, None])
def test_what_is_set_aside_comes_back(thread, mei, hours, frozen_clock):
    until = clock.now() + timedelta(hours=hours) if hours else None
    actions.snooze(actor=mei, thread_id=thread.pk, version=0, until=until)
    assert (row_of(thread).place, row_of(thread).wakes_on_reply) == (Place.SNOOZED, hours is None)
    if hours:
        frozen_clock.move(timedelta(hours=hours))
        actions.wake_due()
    else:
        a_reply(author=a_member(), thread=thread)
        run_due()
    assert row_of(thread).place == Place.DUE


def test_nothing_is_set_aside_until_yesterday(thread, mei):
    with pytest.raises(Invalid):
        actions.snooze(actor=mei, thread_id=thread.pk, version=0, until=clock.now())


def test_what_needs_nothing_says_why_and_comes_back_with_a_member(thread, mei):
    with pytest.raises(Invalid, match="Say why"):
        actions.settle(actor=mei, thread_id=thread.pk, version=0, reason=" \n ")
    actions.settle(actor=mei, thread_id=thread.pk, version=0, reason="All was said")
    assert row_of(thread).place == Place.SETTLED
    assert DeskLog.objects.get().reason == "All was said"
    a_reply(author=thread.author, thread=thread, body="One more thing?")
    run_due()
    assert row_of(thread).place == Place.DUE


def test_the_known_answer_is_linked_once_and_seen_from_both_sides(thread, mei, facts):
    answer = a_thread(author=a_member(), board=thread.board)
    actions.link_answer(actor=mei, thread_id=thread.pk, version=0, target_id=answer.pk)
    assert facts.only("ThreadsTied").target_id == answer.pk
    with pytest.raises(Invalid, match="tied as the same question already"):
        actions.link_answer(actor=mei, thread_id=thread.pk, version=1, target_id=answer.pk)
    assert ThreadLink.objects.count() == DeskLog.objects.count() == 1
    with pytest.raises(Invalid):
        actions.link_answer(actor=mei, thread_id=thread.pk, version=1, target_id=thread.pk)
    with pytest.raises(Http404):
        actions.link_answer(actor=mei, thread_id=thread.pk, version=1, target_id=987_654)


@pytest.mark.parametrize("act", ["take", "assign", "snooze", "settle", "link"])
def test_the_last_act_is_taken_back(thread, mei, li, act, frozen_clock):
    actions.assign(actor=li, thread_id=thread.pk, version=0, to_id=li.pk, note="Mine for now", due=Due.DAY)
    before = row_of(thread)
    answer = a_thread(author=a_member())
    given = {"actor": mei, "thread_id": thread.pk, "version": 1}
    if act == "take":
        actions.take(**given)
    elif act == "assign":
        actions.assign(**given, to_id=mei.pk, note="Now mine")
    elif act == "snooze":
        actions.snooze(**given, until=clock.now() + timedelta(hours=1))
    elif act == "settle":
        actions.settle(**given, reason="Said")
    else:
        actions.link_answer(**given, target_id=answer.pk)
    actions.undo(actor=mei)
    after = row_of(thread)
    names = ("place", "assignee_id", "assigned_by_id", "note", "due_at", "snoozed_until", "wakes_on_reply")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
    assert not ThreadLink.objects.exists()
    assert DeskLog.objects.get(actor=mei, undone_at__isnull=False).undone_at == clock.now()
    with pytest.raises(Refused) as nothing:
        actions.undo(actor=mei)
    assert nothing.value.code == "nothing"


def test_what_somebody_went_on_from_is_not_taken_back(thread, mei, li):
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    actions.settle(actor=li, thread_id=thread.pk, version=1, reason="Said")
    with pytest.raises(Refused, match="Li was quicker"):
        actions.undo(actor=mei)
    assert row_of(thread).place == Place.SETTLED


def test_an_old_act_is_not_taken_back(thread, mei, frozen_clock):
    actions.take(actor=mei, thread_id=thread.pk, version=0)
    frozen_clock.move(timedelta(hours=13))
    with pytest.raises(Refused):
        actions.undo(actor=mei)


def test_two_who_answer_see_each_other(thread, mei, li, frozen_clock):
    actions.begin_answer(actor=mei, thread_id=thread.pk)
    actions.begin_answer(actor=mei, thread_id=thread.pk)
    with pytest.raises(Refused, match="Mei is answering") as refused:
        actions.begin_answer(actor=li, thread_id=thread.pk)
    assert refused.value.code == "writing"
    frozen_clock.move(timedelta(minutes=16))
    actions.begin_answer(actor=li, thread_id=thread.pk)
    assert row_of(thread).writer == li


def test_an_answer_sent_from_the_desk_is_noted_once(thread, mei):
    post = a_reply(author=mei, thread=thread)
    actions.note_answer(actor=mei, thread_id=thread.pk, post_id=post.pk)
    run_due()
    assert DeskLog.objects.filter(verb="answered").count() == 1
    assert row_of(thread).place == Place.SNOOZED


@pytest.mark.parametrize("who", ["member", "editor", "guest of the board"])
def test_a_forged_act_finds_nothing(thread, who):
    if who == "guest of the board":
        hidden = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
        thread = a_thread(author=a_member(role="admin"), board=hidden)
        run_due()
        actor = a_member(role="moderator")
    else:
        actor = a_member(role=who)
    for act in (
        lambda: actions.take(actor=actor, thread_id=thread.pk, version=0),
        lambda: actions.settle(actor=actor, thread_id=thread.pk, version=0, reason="Because"),
        lambda: actions.begin_answer(actor=actor, thread_id=thread.pk),
        lambda: actions.take(actor=actor, thread_id=2**63 - 1, version=0),
    ):
        with pytest.raises(Http404):
            act()
    assert row_of(thread).version == 0


@pytest.mark.parametrize("became", ["locked", "merged", "moved"])
def test_an_act_on_what_changed_meanwhile(thread, mei, became):
    if became == "locked":
        forum.lock_thread(actor=mei, thread_id=thread.pk, reason="Enough")
        run_due()
        with pytest.raises(Refused) as refused:
            actions.take(actor=mei, thread_id=thread.pk, version=0)
        assert refused.value.code == "closed"
    elif became == "merged":
        other = a_thread(author=a_member(), board=thread.board)
        forum.merge_threads(actor=mei, source_id=thread.pk, target_id=other.pk, reason="The same")
        with pytest.raises(Http404):
            actions.take(actor=mei, thread_id=thread.pk, version=0)
    else:
        secret = a_board(rights={"read": ["admin"], "moderate": ["admin"]})
        forum.move_thread(actor=a_member(role="admin"), thread_id=thread.pk, board_id=secret.pk)
        with pytest.raises(Http404):
            actions.take(actor=mei, thread_id=thread.pk, version=0)


def test_a_moderator_who_may_not_speak_does_nothing(thread, mei):
    mei.standing = "muted"
    mei.save(update_fields=["standing"])
    with pytest.raises(Refused):
        actions.take(actor=mei, thread_id=thread.pk, version=0)
