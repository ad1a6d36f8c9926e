"""A result of no votes: what could be chosen is shown, each with nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from polls import actions
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fields", [{}, {"kind": "multiple", "most": 2}, {"kind": "ranked"}])
@pytest.mark.parametrize("is_staff", [False, True])
def test_the_choices_stand_there_before_anybody_voted(fields, is_staff):
    poll = a_poll("North", "South", audience="owners", results="closed", **fields)
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    client = signed_in(Client(), a_member(role="admin")) if is_staff else Client()
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "Nobody voted." in page
    assert page.count("<span>North</span>") == page.count("<span>South</span>") == 1
    assert page.count("<b>0 %</b>") == 2


def test_beside_votes_of_guests_it_says_that_no_member_voted():
    poll = a_poll(
        "Yes", "No", audience="everyone", is_decision=True, author=a_member(role="admin"), results="always"
    )
    a_vote(poll, 1, guest="one")
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "No member has voted yet." in page and "Nobody has voted yet." not in page
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "No member voted." in page and "Nobody voted." not in page
    assert "<span>Yes</span>" in page
