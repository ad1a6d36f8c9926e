"""Making a survey and what becomes of it: free until somebody began, then the next wave may ask in other words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock, idempotency
from community.core.access import Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from polls import sealing
from polls.actions.closing import ENTERED
from polls.surveys import access
from polls.surveys.actions._spec import Spec, free_slug, put_rules, put_words, questions_of
from polls.surveys.facts import SurveyChanged, SurveyOpened
from polls.surveys.keeping import place_of
from polls.surveys.models import (
    Box,
    Handed,
    Option,
    Question,
    Response,
    Sheet,
    Survey,
    SurveyState,
    Wave,
)

SLOTS = 4  # boxes of an anonymous wave: as many may send at the same moment
# Where a survey may go from where it is.
MOVES = {
    SurveyState.DRAFT: {SurveyState.OPEN, SurveyState.REMOVED},
    SurveyState.OPEN: {SurveyState.ARCHIVED, SurveyState.REMOVED},
    SurveyState.ARCHIVED: {SurveyState.OPEN, SurveyState.REMOVED},
    SurveyState.REMOVED: set[SurveyState](),
}


@action
def make_survey(*, actor: Member, spec: Spec, idempotency_key: str | None = None) -> Survey:
    """Make a survey with its first wave. Raises Refused for who may not, Http404 for a board they may not read, Invalid
    for the words and for ways that lead back or nowhere."""
    body = {"title": spec.title, "questions": [one.text for one in spec.questions], "draft": spec.is_draft}
    claim = idempotency.claim(key=idempotency_key, owner=f"member:{actor.pk}", verb="make_survey", body=body)
    if claim.result is not None:
        return Survey.objects.get(pk=claim.result["survey_id"])
    require(access.may_make(actor))
    survey = Survey(author=actor, state=SurveyState.DRAFT if spec.is_draft else SurveyState.OPEN)
    wave = Wave(survey=survey)
    _put(survey, wave, spec, actor)
    if survey.state == SurveyState.OPEN:
        _open(survey, wave)
    claim.finish({"survey_id": survey.pk})
    return survey


@action
def edit_survey(*, actor: Member, slug: str, spec: Spec) -> Survey:
    """Other words, questions and rules, while nobody has begun the wave. Refused ("begun") after that."""
    survey = access.survey_for_change(actor, slug=slug)
    require(access.may_manage(actor, survey))
    wave = access.last_wave(survey, for_change=True)
    if wave.is_over or has_begun(wave):
        raise Refused(
            no(
                _(
                    "People are answering these words, so they stay. Ask again in another wave to change them."
                ),
                "begun",
            )
        )
    if survey.secrecy != spec.secrecy and survey.waves.exclude(pk=wave.pk).exists():
        raise Refused(
            no(
                _("Earlier waves were announced otherwise. A survey stays named or anonymous as it began."),
                "secrecy",
            )
        )
    _put(survey, wave, spec, actor)
    publish(SurveyChanged(survey.pk, survey.slug, actor.pk, survey.state))
    return survey


@action
def move_survey(*, actor: Member, slug: str, to: str) -> Survey:
    """Publish, archive, open again or remove. Publishing opens the wave that was prepared. The same again changes
    nothing. Refused where it cannot go there."""
    survey = access.survey_for_change(actor, slug=slug)
    require(access.may_manage(actor, survey))
    wave = access.last_wave(survey, for_change=True)
    opens = to == SurveyState.OPEN and wave.is_prepared
    if survey.state == to and not opens:
        return survey
    if survey.state != to and to not in MOVES[SurveyState(survey.state)]:
        raise Refused(no(_("This survey cannot become that."), "state"))
    if to == SurveyState.REMOVED and survey.draw is not None and survey.draw.is_entered:
        raise Refused(ENTERED)
    if opens and not wave.questions.exists():
        raise Refused(no(_("This survey has no question yet."), "draft"))
    if survey.state == SurveyState.DRAFT and to == SurveyState.OPEN:
        survey.opens_at = clock.now()
    survey.state = to
    survey.save(update_fields=["state", "opens_at"])
    if opens:
        _open(survey, wave)
    publish(SurveyChanged(survey.pk, survey.slug, actor.pk, survey.state))
    return survey


@action
def duplicate_survey(*, actor: Member, slug: str, idempotency_key: str | None = None) -> Survey:
    """The same survey as a draft of the actor's, without an answer."""
    claim = idempotency.claim(
        key=idempotency_key, owner=f"member:{actor.pk}", verb="duplicate_survey", body={"survey": slug}
    )
    if claim.result is not None:
        made = Survey.objects.filter(pk=claim.result["survey_id"]).exclude(state=SurveyState.REMOVED).first()
        if made is not None:
            return made  # else it is gone meanwhile, and whoever asks again wants one
    source = access.survey_for_reading(actor, slug=slug)
    require(access.may_manage(actor, source))
    copy = Survey.objects.get(pk=source.pk)
    copy.pk, copy._state.adding = None, True
    copy.author, copy.state, copy.slug = actor, SurveyState.DRAFT, free_slug(source.title)
    copy.made_at = copy.opens_at = clock.now()
    copy.draw = None
    copy.save(force_insert=True)
    wave = Wave.objects.create(survey=copy)
    copy_questions(access.last_wave(source), wave)
    put_boxes(wave, copy)
    claim.finish({"survey_id": copy.pk})
    return copy


def has_begun(wave: Wave) -> bool:
    """Whether somebody began to answer, or did. Three statements at most."""
    return any(rows.objects.filter(wave=wave).exists() for rows in (Response, Sheet, Handed))


def copy_questions(source: Wave, target: Wave) -> None:
    """The same questions in another wave. Four statements."""
    questions = list(source.questions.all())
    options = list(Option.objects.filter(question__wave=source).order_by("question_id", "number"))
    before = {question.pk: question for question in questions}
    for question in questions:
        question.pk, question._state.adding, question.wave = None, True, target
    Question.objects.bulk_create(questions)
    for option in options:
        option.question = before[option.question_id]
        option.pk, option._state.adding = None, True
    Option.objects.bulk_create(options)


def put_boxes(wave: Wave, survey: Survey) -> None:
    """Empty boxes for the answers of an anonymous wave; none for a named one."""
    Box.objects.filter(wave=wave).delete()
    if survey.is_anonymous:
        Box.objects.bulk_create(
            Box(wave=wave, slot=slot, content=sealing.sealed([], poll_id=place_of(wave.pk), slot=slot))
            for slot in range(SLOTS)
        )


def _put(survey: Survey, wave: Wave, spec: Spec, actor: Member) -> None:
    put_words(survey, spec, actor)
    put_rules(survey, wave, spec)
    made = questions_of(survey, wave, spec)
    survey.save()
    wave.survey = survey
    wave.save()
    wave.questions.all().delete()
    Question.objects.bulk_create([question for question, _options in made])
    Option.objects.bulk_create([option for _question, options in made for option in options])
    put_boxes(wave, survey)


def _open(survey: Survey, wave: Wave) -> None:
    wave.opens_at = clock.now()
    wave.save(update_fields=["opens_at"])
    publish(SurveyOpened(survey.pk, survey.slug, survey.author_id, wave.number))
