"""Who ignores or blocks somebody, or mutes a thread, hears nothing of what waited either; nor of words taken out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from activity.messages import actions as letters
from activity.notices import actions, tasks
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from forum import actions as forum
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.notices import badge, kinds, settle, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker")


@pytest.fixture
def rude() -> Member:
    return a_member(name="Rude")


def next_morning(frozen_clock) -> None:
    frozen_clock.move(timedelta(days=1))
    for _ in range(2):
        tasks.send_digests.call()
        run_due()
        frozen_clock.move(timedelta(minutes=15))


@pytest.mark.parametrize("verb", [members.ignore_member, members.block])
def test_what_somebody_kept_away_said_is_withdrawn_and_its_letter_does_not_go(
    frozen_clock, asker, rude, verb
):
    kind_one = a_member(name="Kind")
    thread = a_thread(author=asker)
    a_reply(author=rude, thread=thread, body="@Asker, you fool")
    letters.start_conversation(actor=rude, recipients=[asker], body="Fool")
    a_reply(author=kind_one, thread=a_thread(author=kind_one), body="@Asker, never mind")
    settle(frozen_clock)
    assert badge(asker) == 3
    verb(member=asker, target=rude)
    settle(frozen_clock, seconds=80)
    assert kinds(asker) == [Kind.MENTION] and badge(asker) == 1
    assert [letter.subject for letter in mail.outbox if "Rude" in letter.body] == []
    assert states(asker).count("sent") == 1


def test_of_several_who_wrote_the_others_are_still_told(frozen_clock, asker, rude):
    thread, other = a_thread(author=asker), a_member(name="Kind")
    for author in (other, rude):
        a_reply(author=author, thread=thread)
    settle(frozen_clock)
    members.ignore_member(member=asker, target=rude)
    run_due()
    (row,) = Notification.objects.shown_to(asker)
    assert row.actor_id == other.pk and (row.count, row.actor_count) == (1, 1)


def test_whoever_was_blocked_hears_nothing_of_it_but_what_they_knew(frozen_clock, asker, rude):
    a_reply(author=asker, thread=a_thread(author=asker), body="@Rude, what do you say?")
    settle(frozen_clock)
    assert badge(rude) == 1
    members.ignore_member(member=asker, target=rude)
    run_due()
    assert badge(rude) == 1, "who is only folded away is addressed all the same"
    members.block(member=asker, target=rude)
    run_due()
    assert badge(rude) == 0 and mail.outbox == []


def test_the_team_and_what_it_did_stay(frozen_clock, asker):
    staff = a_member(name="Staff", role="moderator")
    letters.start_conversation(actor=staff, recipients=[asker], body="A word about your post")
    members.set_standing(actor=staff, member=asker, standing="warned", reason="Rude words")
    settle(frozen_clock)
    members.ignore_member(member=asker, target=staff)
    run_due()
    assert set(kinds(asker)) == {Kind.MESSAGE, Kind.HOUSE}


@pytest.mark.parametrize("place", ["thread", "board"])
def test_a_muted_place_is_in_no_digest_and_no_letter(frozen_clock, asker, rude, place):
    board = a_board()
    thread = a_thread(author=rude, board=board)
    forum.set_watch(member=asker, thread_id=thread.pk, level="all")
    actions.set_ways(member=asker, kind=Kind.WATCHED, ways=Ways(in_app=False, digest=True))
    actions.set_ways(member=asker, kind=Kind.MENTION, ways=Ways(in_app=False, mail=True))
    a_reply(author=rude, thread=thread)
    a_reply(author=rude, thread=a_thread(author=rude, board=board), body="@Asker, well?")
    settle(frozen_clock)
    if place == "board":
        forum.set_watch(member=asker, thread_id=thread.pk, level="")
        forum.set_watch(member=asker, board_id=board.pk, level="muted")
    else:
        forum.set_watch(member=asker, thread_id=thread.pk, level="muted")
    settle(frozen_clock, seconds=80)
    next_morning(frozen_clock)
    assert len(mail.outbox) == (place == "thread"), "the mention stands in another thread of the board"
    assert not [letter for letter in mail.outbox if thread.title in letter.body]
    assert badge(asker) == (1 if place == "thread" else 2), "nothing is lost: it stands in the list"


def test_a_thread_that_is_watched_on_a_muted_board_is_heard(frozen_clock, asker, rude):
    board = a_board()
    thread = a_thread(author=rude, board=board)
    forum.set_watch(member=asker, thread_id=thread.pk, level="all")
    actions.set_ways(member=asker, kind=Kind.WATCHED, ways=Ways(digest=True))
    a_reply(author=rude, thread=thread)
    settle(frozen_clock)
    forum.set_watch(member=asker, board_id=board.pk, level="muted")
    next_morning(frozen_clock)
    assert thread.title in mail.outbox[0].body


def test_a_message_that_was_taken_out_unread_was_never_written(frozen_clock, asker, rude):
    first = letters.start_conversation(actor=rude, recipients=[asker], body="Too much")
    settle(frozen_clock)
    assert kinds(asker) == [Kind.MESSAGE]
    letters.remove_message(actor=rude, message_id=first.pk)
    settle(frozen_clock, seconds=80)
    assert badge(asker) == 0 and mail.outbox == []

    for words in ("Once more", "And again"):
        last = letters.send_message(actor=rude, conversation_id=first.conversation_id, body=words)
    settle(frozen_clock)
    letters.remove_message(actor=rude, message_id=last.pk)
    run_due()
    assert badge(asker) == 1, "the other one still waits"
