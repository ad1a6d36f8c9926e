"""A poll's end is told of in time, and once more when it is put off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.notices import occasions
from activity.notices.models import Notification
from community.core import clock
from forum.actions import set_watch
from polls import actions
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_spec

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
