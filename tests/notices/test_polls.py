"""A poll's end is told of in time, and once more when it is put off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from activity.notices import occasions
from activity.notices.models import Delivery, Notification
from community.core import clock
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.actions import set_watch
from forum.rights import CIRCLE
from polls import actions
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec, a_vote

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_end_that_is_put_off_is_told_of_again(frozen_clock):
    thread, watcher = a_thread(author=a_member()), a_member()
    set_watch(member=watcher, thread_id=thread.pk, level="all")
    poll = a_poll("Left", "Right", thread=thread, closes_at=clock.now() + DAY)
    occasions.about_poll(poll_id=poll.pk)
    assert Notification.objects.get(recipient=watcher).kind == "poll"
    Notification.objects.update(read_at=clock.now())
    occasions.about_poll(poll_id=poll.pk)
    assert Notification.objects.filter(recipient=watcher).count() == 1
    spec = a_spec("Left", "Right", closes_at=poll.closes_at + DAY)
    actions.edit_poll(actor=thread.author, poll_id=poll.pk, spec=spec)
    occasions.about_poll(poll_id=poll.pk)
    assert Notification.objects.filter(recipient=watcher).count() == 2


def test_who_watches_a_board_is_told_of_its_poll_and_led_to_it(django_capture_on_commit_callbacks):
    board, watcher, other, voted = a_board(), a_member(), a_member(), a_member()
    for member in (watcher, voted):
        set_watch(member=member, board_id=board.pk, level="all")
    now, moderator = clock.now(), a_member(role="moderator")
    poll = a_poll("Left", "Right", board_id=board.pk, author=moderator, closes_at=now + 3 * DAY)
    a_vote(poll, 1, by=voted)
    with clock.frozen(now + 2.5 * DAY):
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.remind_of_ends() == 1
        run_due()
    row = Notification.objects.get(kind="poll")
    assert row.recipient == watcher != other
    client = signed_in(Client(), watcher)
    page = client.get("/notices/").content.decode()
    assert "A poll on a board you watch closes within a day" in page and "You watch its board" in page
    assert client.get(f"/notices/{row.pk}/").url == f"/polls/{poll.pk}/"


def test_whoever_may_not_read_the_board_any_more_is_told_nothing(frozen_clock):
    board, insider, outsider = a_board(rights=CIRCLE), a_member(), a_member()
    forum.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    forum.enrol(actor=None, board_id=board.pk, member=outsider, kind="club_member")
    for member in (insider, outsider):
        set_watch(member=member, board_id=board.pk, level="all")
    forum.unenrol(actor=None, board_id=board.pk, member=outsider, kind="club_member")
    poll = a_poll(
        "Left", "Right", board_id=board.pk, author=a_member(role="moderator"), closes_at=clock.now() + DAY
    )
    occasions.about_poll(poll_id=poll.pk)
    assert [row.recipient for row in Notification.objects.all()] == [insider]


def test_a_vote_reads_the_reminder_and_drops_its_letter(frozen_clock):
    thread, watcher = a_thread(author=a_member()), a_member(email="watcher@example.test")
    set_watch(member=watcher, thread_id=thread.pk, level="all")
    poll = a_poll("Left", "Right", thread=thread, closes_at=clock.now() + DAY)
    occasions.about_poll(poll_id=poll.pk)
    watcher.refresh_from_db()
    assert watcher.notice_count == 1
    reminder = Notification.objects.get(recipient=watcher)
    Delivery.objects.create(recipient=watcher, channel="mail", kind="poll", key="n", notification=reminder)
    a_vote(poll, 1, by=watcher)
    watcher.refresh_from_db()
    assert watcher.notice_count == 0 and Notification.objects.get(pk=reminder.pk).is_read
    assert not Delivery.objects.filter(notification=reminder, state="queued").exists()
