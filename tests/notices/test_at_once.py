"""Whoever a post speaks to finds it at once; whatever leaves the site waits until it can no longer be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from activity.notices import sending
from activity.notices.counters import rebuild
from activity.notices.kinds import Kind
from activity.notices.models import Notification
from community.core.tasks.testing import run_due
from community.core.text.quotes import quote_source
from community.members.models import Member
from forum import actions
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.notices import badge, kinds, settle, states, told

pytestmark = pytest.mark.django_db
MENTION, QUOTE, REPLY = Kind.MENTION, Kind.QUOTE, Kind.REPLY


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker", email="asker@example.org")


@pytest.fixture
def helper() -> Member:
    return a_member(name="Helper")


@pytest.mark.parametrize("kind", [MENTION, QUOTE, REPLY])
def test_one_person_is_told_at_once_and_watchers_when_it_has_settled(frozen_clock, asker, helper, kind):
    thread, watching = a_thread(author=asker), a_member()
    actions.set_watch(member=watching, thread_id=thread.pk, level="all")
    first = thread.posts.get()
    bodies = {MENTION: "@Asker 看这里", QUOTE: quote_source(first.pk, "Asker", "a charge") + "Hm."}
    answers = first.pk if kind == REPLY else None
    a_reply(author=helper, thread=thread, body=bodies.get(kind, "Yes."), reply_to_id=answers)
    run_due()
    assert kinds(asker) == [kind] and badge(asker) == 1
    assert kinds(watching) == [] and mail.outbox == []
    settle(frozen_clock)
    assert kinds(watching) == ["watched"]
    assert kinds(asker) == [kind] and badge(asker) == 1, "told once, by the strongest reason"
    settle(frozen_clock, seconds=60)
    assert len(mail.outbox) == 1


def test_whoever_was_told_hears_no_second_time_of_a_post_that_changed_meanwhile(frozen_clock, asker, helper):
    """Within the seconds of undo an edit takes the quote out, and puts somebody's name in who watches."""
    thread, named = a_thread(author=asker), a_member(name="Named")
    actions.set_watch(member=named, thread_id=thread.pk, level="all")
    quoted = quote_source(thread.posts.get().pk, "Asker", "a charge")
    post = a_reply(author=helper, thread=thread, body=f"{quoted}Hm.")
    run_due()
    actions.edit_post(actor=helper, post_id=post.pk, body="Hm, @Named?")
    run_due()
    assert kinds(named) == ["mention"] and badge(named) == 1
    settle(frozen_clock)
    assert kinds(asker) == ["quote"] and kinds(named) == ["mention"]


def test_a_reply_that_is_taken_back_takes_line_and_number(frozen_clock, asker, helper):
    thread = a_thread(author=helper)
    a_reply(author=helper, thread=thread, body="@Asker, one.")
    settle(frozen_clock)
    second = a_reply(author=helper, thread=thread, body="@Asker, two.")
    run_due()
    assert [row.count for row in told(asker)] == [2]
    actions.undo_post(actor=helper, post_id=second.pk)
    assert [row.count for row in told(asker)] == [1] and badge(asker) == 1
    third = a_reply(author=a_member(), thread=thread, body="@Asker, three.")
    run_due()
    actions.undo_post(actor=third.author, post_id=third.pk)
    assert [(row.count, row.actor_id) for row in told(asker)] == [(1, helper.pk)]
    assert rebuild() == 0


@pytest.mark.parametrize("is_read", [False, True])
def test_a_thread_that_is_taken_back_leaves_no_number_behind(frozen_clock, asker, helper, is_read):
    thread = a_thread(author=helper, body="What do you say, @Asker?")
    run_due()
    assert badge(asker) == 1
    if is_read:
        Notification.objects.update(read_at=frozen_clock.now())
        rebuild()
    actions.undo_post(actor=helper, post_id=thread.posts.get().pk)
    assert badge(asker) == 0 and not Notification.objects.exists() and rebuild() == 0
    settle(frozen_clock, seconds=90)
    assert mail.outbox == [] and set(states(asker)) == {"dropped"}


def test_a_letter_that_would_speak_of_fresh_words_waits_for_them(frozen_clock, asker, helper):
    thread = a_thread(author=helper)
    a_reply(author=helper, thread=thread, body="@Asker, one.")
    run_due()
    frozen_clock.move(timedelta(seconds=55))
    other = a_member(name="Hasty")
    hasty = a_reply(author=other, thread=thread, body="@Asker, two.")
    run_due()
    frozen_clock.move(timedelta(seconds=6))
    run_due()
    assert mail.outbox == [] and states(asker) == ["queued"]
    actions.undo_post(actor=other, post_id=hasty.pk)
    settle(frozen_clock)
    (letter,) = mail.outbox
    assert "Hasty" not in f"{letter.subject} {letter.body} {letter.from_email}" and "Helper" in letter.body


def test_what_a_letter_spoke_of_is_in_no_digest_and_what_came_after_is(frozen_clock, asker, helper):
    thread = a_thread(author=helper)
    for words in ("@Asker, one.", "@Asker, two."):
        a_reply(author=helper, thread=thread, body=words)
        run_due()
    settle(frozen_clock, seconds=90)
    assert len(mail.outbox) == 1
    assert not Notification.objects.get(recipient=asker).waits
    a_reply(author=helper, thread=thread, body="@Asker, three.")
    run_due()
    assert Notification.objects.get(recipient=asker).waits


def test_nobody_holds_up_a_letter_for_ever(frozen_clock, asker, helper, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_WAIT", timedelta(seconds=80))
    thread = a_thread(author=helper)
    for _time in range(12):
        a_reply(author=helper, thread=thread, body="@Asker?")
        run_due()
        frozen_clock.move(timedelta(seconds=10))
    assert len(mail.outbox) == 1


def test_a_post_that_speaks_to_nobody_queues_nothing_for_now(asker, helper):
    a_reply(author=helper, thread=a_thread(author=asker, board=a_board()))
    run_due()
    assert not Notification.objects.exists()
