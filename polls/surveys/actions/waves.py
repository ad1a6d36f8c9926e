"""Waves: their end, the next one, and what members are shown of them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, absent, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from polls.lines import line
from polls.surveys import access
from polls.surveys.actions.making import copy_questions, put_boxes
from polls.surveys.facts import SurveyChanged, SurveyClosed, SurveyResultsPublished
from polls.surveys.models import Sheet, Survey, SurveyState, Wave


@action
def close_wave(*, actor: Member, slug: str) -> Wave:
    """Take no more answers. Those under way are waited for. Repeatable."""
    survey = access.survey_for_change(actor, slug=slug)
    require(access.may_manage(actor, survey))
    wave = access.last_wave(survey, for_change=True)
    if wave.is_prepared:
        raise Refused(no(_("This wave has not begun yet."), "draft"))
    if wave.closed_at is None:
        _close(survey, wave, "hand")
    return wave


@action
def repeat_survey(*, actor: Member, slug: str) -> Wave:
    """Prepare the next wave with the same questions, to be changed and published. The same again is that wave.

    Refused ("open") while the last one takes answers.
    """
    survey = access.survey_for_change(actor, slug=slug)
    require(access.may_manage(actor, survey))
    if survey.state != SurveyState.OPEN:
        raise Refused(no(_("This survey is not published."), "state"))
    last = access.last_wave(survey, for_change=True)
    if last.is_prepared:
        return last
    if last.is_open:
        raise Refused(no(_("The wave before still takes answers. Close it first."), "open"))
    if last.closed_at is None:
        _close(survey, last, "time")
    wave = Wave.objects.create(survey=survey, number=last.number + 1)
    copy_questions(last, wave)
    put_boxes(wave, survey)
    publish(SurveyChanged(survey.pk, survey.slug, actor.pk, survey.state))
    return wave


@action
def publish_results(*, actor: Member, slug: str, wave_number: int, note: str = "") -> Wave:
    """Show members the results of a wave, with a word of whoever asked. Again it changes the word.

    Refused ("open") while the wave takes answers: two results a minute apart would tell what one person said.
    """
    survey = access.survey_for_change(actor, slug=slug)
    require(access.may_manage(actor, survey))
    wave = _wave(survey, wave_number)
    if not wave.is_over:
        raise Refused(
            no(
                _("Close the survey first: results that grow while people answer would tell who said what."),
                "open",
            )
        )
    wave.note = line(note, 600, "note")
    wave.published_at = wave.published_at or clock.now()
    wave.save(update_fields=["note", "published_at"])
    publish(SurveyResultsPublished(survey.pk, survey.slug, wave.number, actor.pk))
    return wave


@action
def close_due_wave(*, wave_id: int) -> bool:
    """Note the end of a wave whose time is over. False if there was none to note."""
    rows = Wave.objects.select_for_update(of=("self",)).select_related("survey")
    wave = rows.filter(pk=wave_id, closed_at=None, closes_at__lte=clock.now()).exclude(opens_at=None).first()
    if wave is None:
        return False
    _close(wave.survey, wave, "time")
    return True


@action
def forget_sheets(*, wave_id: int) -> int:
    """Forget what was begun in an anonymous wave and never sent, once it has closed; how many."""
    is_closed = Wave.objects.filter(pk=wave_id).exclude(closed_at=None).exists()
    return Sheet.objects.filter(wave=wave_id).delete()[0] if is_closed else 0


def due_waves() -> list[int]:
    """Waves whose end has come and was not noted. One statement."""
    rows = Wave.objects.filter(closed_at=None, closes_at__lte=clock.now()).exclude(opens_at=None)
    return list(rows.order_by("closes_at").values_list("pk", flat=True)[:200])


def anonymous_waves() -> list[int]:
    """Anonymous waves that may have something to count or forget: open, or closed within a week. One statement."""
    lately = clock.now() - timedelta(days=7)
    rows = Wave.objects.filter(survey__secrecy="anonymous").exclude(opens_at=None)
    return list(rows.exclude(closed_at__lte=lately).order_by("pk").values_list("pk", flat=True))


def _wave(survey: Survey, number: int) -> Wave:
    rows = Wave.objects.select_for_update(no_key=True).filter(survey=survey, number=number)
    wave = rows.exclude(opens_at=None).first() if 0 < number < 10_000 else None
    if wave is None:
        raise absent()
    return wave


def _close(survey: Survey, wave: Wave, why: str) -> None:
    by_clock = why == "time" and wave.closes_at is not None
    wave.closed_at = wave.closes_at if by_clock else clock.now()
    wave.save(update_fields=["closed_at"])
    publish(SurveyClosed(survey.pk, survey.slug, wave.number, why))
