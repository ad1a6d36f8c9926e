"""Every public verb of surveys, each on a survey of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from community.core import clock
from polls.surveys import actions, typed
from polls.surveys.models import Response, Survey, Wave
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.surveys import (
    a_question,
    a_spec,
    a_survey,
    an_anonymous_survey,
    answered,
    begun,
    wave_of,
    words,
)
from tests.faults.forum_verbs import Act, World

SURVEYS: dict[str, Callable[[World], Act]] = {}
CHANGED: dict[str, tuple[str, Any]] = {
    "edit_survey": ("about", "Other words"),
    "move_survey": ("state", "archived"),
    "answer_page": ("progress", bool),
    "close_wave": ("closed_at", lambda at: at is not None),
    "close_due_wave": ("closed_at", lambda at: at is not None),
    "publish_results": ("note", "We mend it"),
}
_serial = count(1)


def surveys(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    SURVEYS[prepare.__name__] = prepare
    return prepare


def _closed(survey: Survey) -> Survey:
    actions.close_wave(actor=survey.author, slug=survey.slug)
    return survey


@surveys
def start_response(w: World) -> Act:
    return partial(actions.start_response, voter=Voter.of(a_member()), slug=a_survey().slug)


@surveys
def answer_page(w: World) -> Act:
    survey = a_survey(a_question())
    voter = begun(survey, {})

    def act() -> object:
        actions.answer_page(voter=voter, slug=survey.slug, first=1, sent={1: (["1"], "")})
        return Response.objects.get(member=voter.member)

    return act


@surveys
def send_response(w: World) -> Act:
    survey = an_anonymous_survey(a_question(), words())
    voter = begun(survey, {1: 1, 2: "Fine"})
    return partial(actions.send_response, voter=voter, slug=survey.slug)


@surveys
def take_over_responses(w: World) -> Act:
    survey, member, key = a_survey(), a_member(), f"a-guest-of-the-fault-tests-{next(_serial)}"
    answered(survey, {1: 1}, by=member)
    answered(survey, {1: 2}, guest=key)
    return partial(actions.take_over_responses, member=member, guest_key=key)


@surveys
def count_boxes(w: World) -> Act:
    survey = an_anonymous_survey(a_question(), words())
    for _ in range(2):
        answered(survey, {1: 1, 2: "Fine"})
    Wave.objects.filter(survey=survey).update(closed_at=clock.now() - timedelta(hours=1))
    return partial(actions.count_boxes, wave_id=wave_of(survey).pk)


@surveys
def forget_sheets(w: World) -> Act:
    survey = an_anonymous_survey()
    begun(survey, {})
    _closed(survey)
    return partial(actions.forget_sheets, wave_id=wave_of(survey).pk)


@surveys
def make_survey(w: World) -> Act:
    return partial(actions.make_survey, actor=w.admin, spec=a_spec(a_question(), words()))


@surveys
def edit_survey(w: World) -> Act:
    survey = a_survey()
    spec = replace(typed.from_wave(survey, wave_of(survey)), about="Other words")
    return partial(actions.edit_survey, actor=survey.author, slug=survey.slug, spec=spec)


@surveys
def move_survey(w: World) -> Act:
    survey = a_survey()
    return partial(actions.move_survey, actor=survey.author, slug=survey.slug, to="archived")


@surveys
def duplicate_survey(w: World) -> Act:
    survey = a_survey()
    return partial(actions.duplicate_survey, actor=survey.author, slug=survey.slug)


@surveys
def close_wave(w: World) -> Act:
    survey = a_survey()
    return partial(actions.close_wave, actor=survey.author, slug=survey.slug)


@surveys
def close_due_wave(w: World) -> Act:
    survey = a_survey()
    Wave.objects.filter(survey=survey).update(closes_at=clock.now() - timedelta(hours=1))

    def act() -> object:
        actions.close_due_wave(wave_id=wave_of(survey).pk)
        return wave_of(survey)

    return act


@surveys
def repeat_survey(w: World) -> Act:
    survey = _closed(a_survey())
    return partial(actions.repeat_survey, actor=survey.author, slug=survey.slug)


@surveys
def publish_results(w: World) -> Act:
    survey = _closed(a_survey())
    return partial(
        actions.publish_results, actor=survey.author, slug=survey.slug, wave_number=1, note="We mend it"
    )
