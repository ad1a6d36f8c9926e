"""What a wave came to: small cells hidden on the page and in files, groups apart, waves compared by their words alone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from polls.surveys import actions, exporting, typed
from polls.surveys.actions import OptionSpec
from polls.surveys.models import Wave
from polls.surveys.queries import results
from tests.builders.members import a_member, signed_in
from tests.builders.surveys import (
    a_question,
    a_scale,
    a_survey,
    an_anonymous_survey,
    answered,
    wave_of,
    words,
)

pytestmark = pytest.mark.django_db


def of(survey, viewer=None, number: int = 0):
    wave = survey.waves.get(number=number) if number else wave_of(survey)
    return results.of_wave(viewer or survey.author, survey, wave)


def close(survey) -> None:
    actions.close_wave(actor=survey.author, slug=survey.slug)


def publish(survey, number: int = 1, note: str = "") -> Wave:
    return actions.publish_results(actor=survey.author, slug=survey.slug, wave_number=number, note=note)


def many(survey, counts: dict[int, int], **who) -> None:
    """So many people for each answer of the first question."""
    for value, n in counts.items():
        for _ in range(n):
            answered(survey, {1: value}, by=a_member(**who))


def test_totals_agree_with_what_was_answered_and_the_house_stands_in_none():
    survey = a_survey(a_question("A", "B", "C"))
    many(survey, {1: 5, 2: 6})
    many(survey, {3: 1}, role="moderator")
    found = of(survey).questions[0]
    assert [(row.label, row.n, row.percent) for row in found.rows] == [
        ("A", 5, 45),
        ("B", 6, 55),
        ("C", 0, 0),
    ]
    assert of(survey).handed == 11


def test_cells_under_five_are_hidden_and_cannot_be_worked_out():
    survey = a_survey(a_question("A", "B", "C"))
    many(survey, {1: 9, 2: 6, 3: 2})
    assert [row.n for row in of(survey).questions[0].rows] == [9, None, None]
    told = list(csv.reader(io.StringIO(exporting.as_csv(of(survey)))))
    assert [row[5] for row in told[2:]] == ["9", "<5", "<5"]
    answers = json.loads(exporting.as_json(of(survey)))["questions"][0]["answers"]
    assert [one["people"] for one in answers] == [9, None, None]
    assert answers[1]["percent"] is None


def test_groups_are_told_apart_where_each_is_large_enough():
    survey = a_survey(a_question("A", "B"))
    many(survey, {1: 5}, is_verified_owner=True)
    for n in range(6):
        answered(survey, {1: 2}, guest=f"guest-{n}")
    assert [list(row.groups) for row in of(survey).questions[0].rows] == [[5, 0, 0], [0, 0, 6]]
    many(survey, {1: 1})
    assert not of(survey).questions[0].groups


def test_scores_and_means():
    survey = a_survey(a_scale("nps"), a_scale("csat"), a_scale("scale", low=0, high=4))
    for _ in range(5):
        answered(survey, {1: 10, 2: 5, 3: 4})
        answered(survey, {1: 8, 2: 3, 3: 0})
    assert [one.figure for one in of(survey).questions] == [50, 50, 2.0]


def test_words_are_for_those_who_asked():
    survey = a_survey(words())
    for n in range(5):
        answered(survey, {1: f"Word {n}"})
    assert sorted(of(survey).questions[0].words) == [f"Word {n}" for n in range(5)]
    close(survey)
    publish(survey)
    shown = of(survey, a_member()).questions[0]
    assert (shown.n, shown.words) == (5, [])
    assert "Word 0" not in Client().get(f"/surveys/{survey.slug}/results/").content.decode()


# Waves ----------------------------------------------------------------------------------------------------------


def next_wave(survey, **change) -> None:
    """Close this wave, ask again, with the first question's words changed where wished."""
    from dataclasses import replace

    close(survey)
    actions.repeat_survey(actor=survey.author, slug=survey.slug)
    if change:
        spec = typed.from_wave(survey, wave_of(survey))
        first, *others = spec.questions
        actions.edit_survey(
            actor=survey.author,
            slug=survey.slug,
            spec=replace(spec, questions=[replace(first, **change), *others]),
        )
    actions.move_survey(actor=survey.author, slug=survey.slug, to="open")


def test_waves_are_compared_where_the_words_are_the_same():
    survey = a_survey(a_scale("nps"), a_question("A", "B"))
    for _ in range(5):
        answered(survey, {1: 10, 2: 1})
    next_wave(survey)
    for _ in range(5):
        answered(survey, {1: 0, 2: 2})
    first, second = of(survey).questions
    assert [(one.number, one.figure) for one in first.earlier] == [(1, 100)]
    assert first.figure == -100
    assert [list(row.before) for row in second.rows] == [[100], [0]]


@pytest.mark.parametrize(
    "change", [{"text": "the workshop"}, {"about": "Of the last year"}, {"kind": "csat"}]
)
def test_other_words_are_another_question(change):
    survey = a_survey(a_scale("nps"))
    many(survey, {10: 5})
    next_wave(survey, **change)
    many(survey, {5: 5})
    (found,) = of(survey).questions
    assert (found.earlier, found.is_new) == ([], True)


def test_other_answers_are_another_question():
    survey = a_survey(a_question("A", "B"))
    many(survey, {1: 5})
    next_wave(survey, options=[OptionSpec("B"), OptionSpec("A")])
    many(survey, {1: 5})
    assert of(survey).questions[0].is_new


def test_what_few_said_before_is_not_compared():
    survey = a_survey(a_scale("nps"))
    many(survey, {10: 4})
    next_wave(survey)
    many(survey, {10: 5})
    (found,) = of(survey).questions
    assert [(one.n, one.figure) for one in found.earlier] == [(None, None)]


def test_members_compare_with_published_waves_alone():
    survey = a_survey(a_scale("nps"))
    many(survey, {10: 5})
    next_wave(survey)
    many(survey, {10: 5})
    close(survey)
    publish(survey, 2)
    assert of(survey, a_member()).questions[0].earlier == []
    publish(survey, 1)
    assert len(of(survey, a_member()).questions[0].earlier) == 1


# The page -------------------------------------------------------------------------------------------------------


def test_results_are_members_once_they_are_published():
    survey = a_survey(a_question("A", "B"))
    many(survey, {1: 6})
    address = f"/surveys/{survey.slug}/results/"
    assert Client().get(address).status_code == 404
    assert Client().get(f"{address}?wave=1").status_code == 403
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    assert "Members do not" in team.get(address).content.decode()
    team.post(f"/surveys/{survey.slug}/publish/", {"wave": 1})
    assert wave_of(survey).published_at is None  # people are still answering
    team.post(f"/surveys/{survey.slug}/close/")
    team.post(f"/surveys/{survey.slug}/publish/", {"wave": 1, "note": "We mend it."})
    page = Client().get(address).content.decode()
    assert "We mend it." in page and "100 %" in page
    assert 'data-rule="few"' in page
    assert Client().get(f"/surveys/{survey.slug}/results/csv/").status_code == 200
    assert Client().get(f"/surveys/{survey.slug}/results/xml/").status_code == 404


def test_hostile_words_are_harmless_in_files_and_pages():
    survey = a_survey(a_question("=1+1", "@x", text="<script>alert(1)</script>"))
    many(survey, {1: 5})
    close(survey)
    publish(survey, note="<b>note</b>")
    told = exporting.as_csv(of(survey))
    assert "'=1+1" in told and "'@x" in told
    page = Client().get(f"/surveys/{survey.slug}/results/").content.decode()
    assert "<script>alert" not in page and "<b>note" not in page


def test_names_stand_beside_answers_only_for_the_team_and_only_where_it_was_said():
    from tests.builders.surveys import an_anonymous_survey

    survey, member = a_survey(a_question("A", "B")), a_member()
    answered(survey, {1: 1}, by=member)
    answered(survey, {1: 2}, guest="a-guest")
    team = signed_in(Client(), a_member(role="admin"), strongly=True)
    page = team.get(f"/surveys/{survey.slug}/answers/?wave=1").content.decode()
    assert member.name in page and "A guest" in page
    assert signed_in(Client(), a_member()).get(f"/surveys/{survey.slug}/answers/?wave=1").status_code in (
        403,
        404,
    )
    hidden = an_anonymous_survey()
    assert team.get(f"/surveys/{hidden.slug}/answers/?wave=1").status_code == 404


def test_an_open_anonymous_wave_says_that_its_last_answers_are_not_counted_yet():
    survey = an_anonymous_survey(a_question("A", "B"))
    many(survey, {1: 7})
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    address, told = f"/surveys/{survey.slug}/results/", "What was sent last is among the people above"
    assert told in team.get(address).content.decode()
    close(survey)
    assert told not in team.get(address).content.decode()


def test_what_is_hidden_is_not_called_few():
    """Of two cells one is small; the other is hidden with it, though many people stand in it."""
    survey = a_survey(a_question("A", "B"))
    many(survey, {1: 12, 2: 2})
    close(survey)
    publish(survey)
    page = Client().get(f"/surveys/{survey.slug}/results/").content.decode()
    assert page.count("<small>hidden</small>") == 2
    assert "few</" not in page
