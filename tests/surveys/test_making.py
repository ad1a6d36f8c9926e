"""Making surveys: what they may be, the form, waves, and what becomes of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from community.core import clock
from community.core.access import Invalid, Refused
from polls.surveys import actions, handlers, typed
from polls.surveys.actions import OptionSpec
from polls.surveys.models import Question, Survey, Wave
from polls.surveys.paper import paper_of
from tests.builders.members import a_member, signed_in
from tests.builders.surveys import a_question, a_scale, a_spec, a_survey, answered, begun, wave_of, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([a_question("One")], "q-0-options"),
        ([a_question("Same", "SAME")], "q-0-options"),
        ([a_question(*[f"{n}" for n in range(13)])], "q-0-options"),
        ([a_question("x" * 161, "y")], "q-0-options"),
        ([a_question(), a_question(kind="else")], "q-1-kind"),
        ([a_question(text="x" * 301)], "q-0-text"),
        ([a_question("A", "B", kind="multiple", most=3)], "q-0-most"),
        ([a_scale("scale", low=1, high=20)], "q-0-high"),
        ([a_scale("scale", low=5, high=5)], "q-0-high"),
        ([a_question() for _ in range(41)], "questions"),
        ([a_question(), a_question("A", "B", to=["0"])], "q-1"),
        ([a_question("A", "B", to=["0"])], "q-0"),
        ([a_question("A", "B", to=["7"])], "q-0"),
        ([a_question("A", "B", to=["gone"])], "q-0"),
        ([a_question("A", "B", to=["end", "end"]), a_question()], "q-1"),
        ([a_scale(tos={"low": "2"}), a_question(), a_question(starts_page=False)], "q-0"),
    ],
)
def test_what_no_survey_can_be(questions, field):
    with pytest.raises(Invalid) as refused:
        a_survey(*questions)
    assert refused.value.field == field
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"audience": "x"}, "audience"),
        ({"secrecy": "x"}, "secrecy"),
        ({"closes_at": clock.now() - timedelta(days=1)}, "closes_at"),
        ({"about": "x" * 301}, "about"),
    ],
)
def test_rules_that_no_survey_has(fields, field):
    with pytest.raises(Invalid) as refused:
        a_survey(**fields)
    assert refused.value.field == field


@pytest.mark.parametrize("role", ["member", "partner"])
def test_the_team_makes_them(role):
    with pytest.raises(Refused):
        a_survey(author=a_member(role=role))


def test_stretches_of_a_scale_lead_each_of_its_steps():
    survey = a_survey(a_scale("nps", tos={"low": "1", "high": "end"}), words(), words())
    jumps = paper_of(wave_of(survey)).pages[0][0].jumps
    assert jumps == dict.fromkeys(range(7), 2) | {9: 0, 10: 0}


def test_everything_can_be_changed_until_somebody_begins():
    survey = a_survey(a_question(), a_question())
    actions.edit_survey(actor=survey.author, slug=survey.slug, spec=a_spec(a_scale(), title="Another name"))
    survey.refresh_from_db()
    assert (survey.title, Question.objects.get().kind) == ("Another name", "nps")
    begun(survey, {})
    with pytest.raises(Refused) as refused:
        actions.edit_survey(actor=survey.author, slug=survey.slug, spec=a_spec(a_question()))
    assert refused.value.code == "begun"


def test_a_wave_follows_the_one_before_and_only_one_is_asked_at_a_time(facts):
    survey = a_survey(a_question("A", "B", to=["", "end"]), words())
    with pytest.raises(Refused) as refused:
        actions.repeat_survey(actor=survey.author, slug=survey.slug)
    assert refused.value.code == "open"
    answered(survey, {1: 2})
    actions.close_wave(actor=survey.author, slug=survey.slug)
    second = actions.repeat_survey(actor=survey.author, slug=survey.slug)
    assert actions.repeat_survey(actor=survey.author, slug=survey.slug) == second
    before, after = (paper_of(wave) for wave in survey.waves.all())
    assert before.pages == after.pages
    assert [one.wording for one in before.questions] == [one.wording for one in after.questions]
    with pytest.raises(Refused):  # prepared, not asked
        begun(survey, {})
    actions.move_survey(actor=survey.author, slug=survey.slug, to="open")
    answered(survey, {1: 2})
    assert [fact.wave for fact in facts.of("SurveyOpened")] == [1, 2]


def test_an_end_by_the_clock_is_noted_once(frozen_clock, facts):
    survey = a_survey(closes_at=clock.now() + timedelta(hours=1))
    frozen_clock.move(timedelta(hours=2))
    handlers.note_ends.call()
    handlers.note_ends.call()
    assert facts.only("SurveyClosed").why == "time"
    assert wave_of(survey).closed_at == clock.now() - timedelta(hours=1)


def test_a_copy_is_a_draft_that_asks_the_same():
    survey = a_survey(a_question("A", "B", to=["1"]), a_scale())
    copy = actions.duplicate_survey(actor=survey.author, slug=survey.slug)
    assert (copy.state, copy.slug != survey.slug) == ("draft", True)
    assert paper_of(wave_of(copy)).pages == paper_of(wave_of(survey)).pages
    assert Wave.objects.filter(survey=copy).get().is_prepared


@pytest.mark.parametrize(("to", "status"), [("archived", 200), ("removed", 404)])
def test_where_a_survey_may_go(to, status):
    survey = a_survey()
    actions.move_survey(actor=survey.author, slug=survey.slug, to=to)
    assert Client().get(survey.get_absolute_url()).status_code == status
    with pytest.raises(Refused):
        begun(survey, {}) if to == "archived" else actions.move_survey(
            actor=a_member(role="editor"), slug=a_survey().slug, to="archived"
        )


# The form -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["satisfaction", "visit"])
def test_each_template_makes_a_survey_in_both_languages(language, name):
    with translation.override(language):
        spec = typed.template(name)
        survey = actions.make_survey(actor=a_member(role="editor"), spec=spec)
    assert survey.lang == language[:2]
    paper = paper_of(wave_of(survey))
    assert len(paper.questions) == len(spec.questions)
    fixed = next(question for question in paper.questions if question.kind == "csat")
    assert ("满意" in fixed.said(survey.lang)) == (language != "en")


def form_of(spec) -> dict[str, str]:
    """What a browser sends of the form that shows this."""
    sent = {
        "title": spec.title,
        "secrecy": spec.secrecy,
        "audience": spec.audience,
        "questions": str(len(spec.questions)),
    }
    for at, question in enumerate(spec.questions):
        sent |= {
            f"q-{at}-{name}": str(getattr(question, name))
            for name in ("text", "kind", "about", "low", "high")
        }
        sent |= {
            f"q-{at}-{name}": "1"
            for name, is_on in (("page", question.starts_page), ("required", question.is_required))
            if is_on
        }
        for row, option in enumerate(question.options):
            sent |= {f"q-{at}-{row}-text": option.text, f"q-{at}-{row}-to": option.to}
        sent |= {f"q-{at}-{band}-to": to for band, to in question.tos.items()}
    return sent


def test_the_form_gives_back_what_it_was_given_and_makes_it():
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    spec = a_spec(
        a_question("A", "B", to=["2", ""]),
        words(),
        a_scale(tos={"low": "end"}),
        a_question("C", "D", kind="multiple"),
    )
    answer = client.post("/surveys/new/", form_of(spec) | {"do": "publish"})
    survey = Survey.objects.get()
    assert answer["Location"] == survey.get_absolute_url()
    again = typed.from_wave(survey, wave_of(survey))
    assert [one.tos for one in again.questions] == [one.tos for one in spec.questions]
    assert [list(one.options) for one in again.questions] == [list(one.options) for one in spec.questions]
    page = client.get(f"/surveys/{survey.slug}/edit/").content.decode()
    assert 'value="2" selected' in page and 'value="end" selected' in page
    assert "leads to" in client.get(f"/surveys/{survey.slug}/preview/").content.decode()


def test_a_question_taken_out_leaves_no_way_to_it():
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    spec = a_spec(a_question("A", "B", to=["2"]), words(), words())
    sent = form_of(spec) | {"q-2-text": "", "do": "publish"}
    answer = client.post("/surveys/new/", sent)
    assert answer.status_code == 422
    assert "leads to a question that is not there" in answer.content.decode()
    assert client.post("/surveys/new/", sent | {"q-0-0-to": ""}).status_code == 302


def test_rows_are_added_without_saving():
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    page = client.post("/surveys/new/", form_of(a_spec(a_question())) | {"do": "question"}).content.decode()
    assert 'id="q-1"' in page
    assert not Survey.objects.exists()
    assert OptionSpec("") in typed.rows_of(a_question("A", "B"))


def test_words_that_stay_are_not_offered_for_editing():
    survey = a_survey()
    client = signed_in(Client(), survey.author)
    offer = "Edit while nobody has begun"
    assert offer in client.get(survey.get_absolute_url()).content.decode()
    answered(survey, {1: 1})
    assert offer not in client.get(survey.get_absolute_url()).content.decode()


def test_asking_for_the_fields_of_a_kind_loses_no_question_without_words():
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    sent = {"questions": "2", "q-0-kind": "nps", "q-0-text": "", "q-1-kind": "words", "q-1-text": "Why?"}
    page = client.post("/surveys/new/", sent | {"do": "options"}).content.decode()
    assert 'data-drawn="nps"' in page and 'name="q-0-high-to"' in page
    assert 'id="q-1" tabindex="-1" data-drawn=""' in page
    assert 'id="q-1-options"' not in page
