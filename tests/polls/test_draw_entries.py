"""Entries of a draw while what they stand for changes: a vote that is taken back, a poll that would go out of sight."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core.access import Refused
from polls import actions, draws
from polls.models import Ballot
from polls.surveys import actions as surveys
from polls.voters import Voter
from tests.builders.draws import HOUR, a_draw
from tests.builders.members import a_member
from tests.builders.polls import a_poll
from tests.builders.surveys import a_survey, answered
from tests.polls.test_draws import entered

pytestmark = pytest.mark.django_db


def test_whose_vote_does_not_count_any_more_is_taken_out_before_the_freeze(frozen_clock):
    """Taken back, or left out as part of a ring: either way they have not answered."""
    draw = a_draw(a_poll("Left", "Right", changes="withdraw"))
    entries = [entered(draw) for _ in range(3)]
    actions.withdraw_ballot(voter=Voter.of(entries[0].member), poll_id=draw.source_id)
    Ballot.objects.filter(member=entries[1].member).update(state="left_out")
    frozen_clock.move(HOUR)
    actions.freeze_draw(draw_id=draw.pk)
    draw.refresh_from_db()
    assert (draw.entry_count, draw.left_out) == (1, 2)
    assert draw.list_hash == draws.list_hash([entries[2].code])


def test_what_people_entered_does_not_go_out_of_sight(frozen_clock):
    admin = a_member(role="admin")
    draw, empty = a_draw(), a_draw()
    entered(draw)
    survey = a_survey(author=admin)
    with_survey = a_draw(source="survey", source_id=survey.pk)
    member = a_member()
    answered(survey, {1: 1}, by=member)
    actions.enter_draw(actor=member, draw_id=with_survey.pk, is_adult=True)
    for remove in (
        lambda: actions.remove_poll(actor=admin, poll_id=draw.source_id),
        lambda: surveys.move_survey(actor=admin, slug=survey.slug, to="removed"),
    ):
        with pytest.raises(Refused) as refused:
            remove()
        assert refused.value.code == "drawn"
    actions.remove_poll(actor=admin, poll_id=empty.source_id)
    actions.archive_poll(actor=admin, poll_id=draw.source_id)
    assert Client().get(draw.get_absolute_url()).status_code == 200
    frozen_clock.move(2 * HOUR)
    actions.freeze_draw(draw_id=draw.pk)
    actions.remove_poll(actor=admin, poll_id=draw.source_id)  # the draw is void
