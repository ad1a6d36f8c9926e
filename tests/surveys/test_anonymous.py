"""Anonymous surveys: who took part and what was said are never beside each other, whoever looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from community.core import clock
from community.core.access import Invalid, Refused
from polls.surveys import actions, handlers, keeping
from polls.surveys.models import Answer, Box, Counted, Handed, Response, Sheet, Words
from polls.surveys.queries import results
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.surveys import (
    a_question,
    a_scale,
    a_survey,
    an_anonymous_survey,
    answered,
    begun,
    wave_of,
    words,
)

pytestmark = pytest.mark.django_db

CANARY = "kanarwort"


def dump() -> str:
    """Every value of every table of this room, as a backup holds it."""
    found = []
    tables = [model._meta.db_table for model in (Answer, Box, Counted, Handed, Response, Sheet, Words)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            found += [
                bytes(cell).decode("latin-1") if isinstance(cell, (bytes, memoryview)) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            ]
    return "\n".join(found)


def settle(survey, frozen_clock) -> None:
    """Close it and let the worker look into the boxes."""
    actions.close_wave(actor=survey.author, slug=survey.slug)
    frozen_clock.move(timedelta(minutes=1))
    for wave_id in actions.anonymous_waves():
        handlers.count_box.call(wave_id=wave_id)


def test_answers_go_on_later_and_leave_nothing_that_can_be_read(frozen_clock, facts):
    survey, member = an_anonymous_survey(words(), a_question()), a_member()
    voter = begun(survey, {1: CANARY}, by=member)
    assert CANARY not in dump()
    assert actions.start_response(voter=voter, slug=survey.slug).next == 2
    actions.answer_page(voter=voter, slug=survey.slug, first=2, sent={2: (["1"], "")})
    actions.send_response(voter=voter, slug=survey.slug)
    actions.send_response(voter=voter, slug=survey.slug)
    assert CANARY not in dump()
    assert not Response.objects.exists() and not Sheet.objects.exists()
    assert Handed.objects.count() == 1
    assert facts.only("SurveyAnswered").member_id is None
    with pytest.raises(Refused) as refused:
        actions.start_response(voter=voter, slug=survey.slug)
    assert refused.value.code == "sent"


def test_rows_say_neither_who_nor_when(frozen_clock):
    assert {field.name for field in Handed._meta.get_fields()} == {"mark", "wave"}
    assert {field.name for field in Words._meta.get_fields()} == {"id", "question", "text"}
    assert {field.name for field in Counted._meta.get_fields()} == {"id", "question", "value", "count"}
    survey, member = an_anonymous_survey(), a_member()
    answered(survey, {1: 1}, by=member)
    mark = Handed.objects.get().mark
    assert str(member.pk) != mark and mark in keeping.marks_of(Voter.of(member), wave_of(survey))


def test_a_group_is_counted_while_it_is_open_and_the_rest_at_its_end(frozen_clock):
    survey = an_anonymous_survey(a_question(), words())
    wave = wave_of(survey)
    for n in range(9):
        answered(survey, {1: 1, 2: f"{CANARY}{n}"})
    assert actions.count_boxes(wave_id=wave.pk) == 0
    answered(survey, {1: 2, 2: "last"})
    assert actions.count_boxes(wave_id=wave.pk) == 5
    assert Words.objects.count() == 5
    settle(survey, frozen_clock)
    totals = dict(Counted.objects.filter(question__number=1).values_list("value", "count"))
    assert totals == {-1: 10, 1: 9, 2: 1}
    assert Words.objects.count() == 10


def test_what_was_begun_and_never_sent_is_forgotten_at_the_end(frozen_clock):
    survey = an_anonymous_survey(a_question(), words())
    begun(survey, {1: 1})
    wave = wave_of(survey)
    assert actions.forget_sheets(wave_id=wave.pk) == 0
    settle(survey, frozen_clock)
    assert not Sheet.objects.exists()


def test_few_answers_tell_nothing_not_even_to_the_team(frozen_clock):
    survey = an_anonymous_survey(a_question(), words())
    for n in range(4):
        answered(survey, {1: 1, 2: f"{CANARY}{n}"})
    settle(survey, frozen_clock)
    found = results.of_wave(survey.author, survey, wave_of(survey))
    assert [(one.n, one.rows, one.words) for one in found.questions] == [(None, [], []), (None, [], [])]


def test_words_of_one_person_do_not_stand_at_the_same_place_of_each_question(frozen_clock):
    """Each question's words are shuffled on their own: over many people the order tells nothing."""
    survey = an_anonymous_survey(words(), words())
    for n in range(24):
        answered(survey, {1: f"a{n}", 2: f"b{n}"})
    settle(survey, frozen_clock)
    first, second = (
        [
            text[1:]
            for text in Words.objects.filter(question__number=n).order_by("pk").values_list("text", flat=True)
        ]
        for n in (1, 2)
    )
    assert sorted(first) == sorted(second)
    assert first != second


@pytest.mark.parametrize("role", ["moderator", "editor", "admin"])
def test_the_house_does_not_answer(role):
    survey = an_anonymous_survey()
    with pytest.raises(Refused) as refused:
        actions.start_response(voter=Voter.of(a_member(role=role)), slug=survey.slug)
    assert refused.value.code == "house"


def test_guests_are_refused_when_it_is_made_and_when_they_come():
    with pytest.raises(Invalid) as refused:
        a_survey(secrecy="anonymous", audience="everyone")
    assert refused.value.field == "audience"
    with pytest.raises(Refused):
        actions.start_response(voter=Voter(None, "a-guest"), slug=an_anonymous_survey().slug)


def test_a_survey_stays_named_or_anonymous_over_its_waves(frozen_clock):
    from tests.builders.surveys import a_spec

    survey = an_anonymous_survey(a_scale())
    settle(survey, frozen_clock)
    actions.repeat_survey(actor=survey.author, slug=survey.slug)
    with pytest.raises(Refused) as refused:
        actions.edit_survey(actor=survey.author, slug=survey.slug, spec=a_spec(a_scale(), audience="members"))
    assert refused.value.code == "secrecy"


def test_no_answer_can_come_after_the_last_group(frozen_clock):
    survey = an_anonymous_survey(closes_at=clock.now() + timedelta(hours=1))
    voter = begun(survey, {1: 1})
    frozen_clock.move(timedelta(hours=1))
    with pytest.raises(Refused):
        actions.send_response(voter=voter, slug=survey.slug)
    assert actions.count_boxes(wave_id=wave_of(survey).pk) == 0
    frozen_clock.move(timedelta(minutes=1))
    assert not Handed.objects.exists()
