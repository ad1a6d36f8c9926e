"""Quizzes and surveys have the same ladder as polls: from the first question to a second visit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from community.members import actions as people
from community.members.models import Member
from polls.queries.ladder import ANSWERED
from polls.quizzes import actions as quizzes
from polls.quizzes.queries import ladder as of_quizzes
from polls.surveys import actions as surveys
from polls.surveys.queries import ladder as of_surveys
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.quizzes import a_quiz, an_attempt
from tests.builders.surveys import a_question, a_survey, an_anonymous_survey, answered, begun, wave_of

pytestmark = pytest.mark.django_db
GUEST = "g" * 43


def walks_on(frozen_clock) -> Member:
    """Somebody joins three minutes later, says something, hears from somebody and comes back."""
    frozen_clock.move(timedelta(minutes=3))
    member = a_member(joined_at=clock.now(), last_seen_at=clock.now())
    quizzes.take_over_attempts(member=member, guest_key=GUEST)
    surveys.take_over_responses(member=member, guest_key=GUEST)
    frozen_clock.move(timedelta(minutes=1))
    thread = a_thread(author=member)
    frozen_clock.move(timedelta(minutes=20))
    a_reply(author=a_member(), thread=thread)
    frozen_clock.move(timedelta(days=2))
    people.mark_seen(member=Member.objects.get(pk=member.pk))
    people.mark_seen(member=Member.objects.get(pk=member.pk))
    return member


def counts(steps) -> dict[str, int | None]:
    return {step.name: step.count for step in steps}


def test_a_guest_of_a_quiz_takes_every_step_once(frozen_clock):
    quiz = a_quiz()
    an_attempt(quiz, guest=GUEST)
    an_attempt(quiz, guest=GUEST)  # once more: the same person
    an_attempt(quiz, by=a_member())  # a member before: no step of the ladder
    assert counts(of_quizzes.funnel(quiz, is_team=True)) == dict.fromkeys(ANSWERED, 0) | {
        "begun": 1,
        "finished": 1,
    }
    member = walks_on(frozen_clock)
    steps = of_quizzes.funnel(quiz, is_team=True)
    assert counts(steps) == dict.fromkeys(ANSWERED, 1)
    usual = {step.name: step.usual for step in steps}
    assert usual["joined"] == timedelta(minutes=3)
    assert usual["answered"] == timedelta(minutes=20)
    assert {step.count for step in of_quizzes.funnel(quiz, is_team=False)} == {None}
    page = signed_in(Client(), a_member(role="moderator")).get(f"/quizzes/{quiz.slug}/statistics/")
    assert f'<a class="link" href="{member.get_absolute_url()}">{member.name}</a>' in page.content.decode()


def test_a_guest_of_a_named_survey_takes_every_step_once(frozen_clock):
    survey = a_survey(a_question())
    answered(survey, {1: 1}, guest=GUEST)
    begun(survey, {}, guest="h" * 43)
    answered(survey, {1: 1}, by=a_member())
    member = walks_on(frozen_clock)
    steps = of_surveys.funnel(wave_of(survey), is_team=True)
    assert counts(steps) == dict.fromkeys(ANSWERED, 1) | {"begun": 2}
    client = signed_in(Client(), a_member(role="moderator"))
    assert member.name in client.get(f"/surveys/{survey.slug}/results/").content.decode()


def test_an_anonymous_survey_has_no_ladder():
    survey = an_anonymous_survey(a_question())
    page = signed_in(Client(), a_member(role="moderator")).get(f"/surveys/{survey.slug}/results/")
    assert page.status_code == 200
    assert "ladder-h" not in page.content.decode()
