"""Every total has a recount, and both agree."""

from __future__ import annotations

import pytest

from forum.models import Thread
from polls import actions, counters
from polls.models import Tally
from polls.voters import Voter
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_vote, counted

pytestmark = pytest.mark.django_db


def test_after_any_life_of_a_poll_recounts_find_nothing_wrong():
    thread = a_thread(author=a_member())
    for fields in ({}, {"kind": "multiple", "most": 2}, {"kind": "ranked"}, {"other": "Else"}):
        poll = a_poll(thread=thread, audience="everyone", **fields)
        people = [a_member() for _ in range(3)]
        for n, person in enumerate(people):
            a_vote(poll, 1 + n, by=person)
            a_vote(poll, 3 - n, by=person)
        actions.withdraw_ballot(voter=Voter.of(people[0]), poll_id=poll.pk)
        a_vote(poll, 2, guest="phone")
        actions.take_over_ballots(member=people[0], guest_key="phone")
    removed = a_poll(thread=thread)
    actions.remove_poll(actor=thread.author, poll_id=removed.pk)
    assert counters.rebuild() == 0
    assert counters.rebuild_threads() == 0
    assert Thread.objects.get(pk=thread.pk).poll_count == 4


def test_what_is_wrong_is_set_right():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    a_vote(poll, 1)
    Tally.objects.filter(poll=poll, key="1").update(count=7)
    Thread.objects.filter(pk=thread.pk).update(poll_count=3)
    assert counters.rebuild() == 1
    assert counters.rebuild_threads() == 1
    assert counted(poll) == {"": 1, "1": 1}
    assert Thread.objects.get(pk=thread.pk).poll_count == 1
