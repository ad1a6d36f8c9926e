"""What pages show of surveys."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from community.core import pieces
from community.core.access import Invalid
from community.core.pagecache import stands_on
from polls.surveys import policy, typed, wording
from polls.surveys.actions import QuestionSpec, Spec
from polls.surveys.kept import survey_topic
from polls.surveys.models import Kind, Survey
from polls.surveys.queries import filling
from polls.surveys.queries.results import Result
from polls.voters import Voter

register = template.Library()
register.filter("moment", pieces.time_when)
register.filter("survey_end", wording.end)
register.filter("secrecy_words", wording.secrecy)
register.filter("figure", wording.figure)
register.filter("how_made", wording.how_made)
register.filter("rows_of", typed.rows_of)


@register.inclusion_tag("surveys/_box.html", takes_context=True)
def survey(context: Context, survey_id: int) -> dict[str, Any]:
    """The way into the survey of this id, wherever a template wants it. Three statements; nothing for one that is not
    for this viewer."""
    request = context["request"]
    found = Survey.objects.visible_to(request.user).filter(pk=survey_id, state="open").first()
    told: dict[str, Any] = {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "survey": found,
        "level": "h2",
    }
    if found is not None:
        stands_on(survey_topic(found.slug))
        told["standing"] = filling.standing(Voter.of(request.user), found)
    return told


@register.simple_tag
def survey_rules(row: Survey, standing: filling.Standing, count: int) -> list[tuple[str, str]]:
    return wording.rules(row, standing.wave, count)


@register.filter
def field_id(problem: Invalid | None) -> str:
    """The field a refusal belongs to, as the form calls it."""
    return problem.field if problem else ""


@register.filter
def earlier_figure(value: float | None, result: Result) -> str:
    return _("too few to tell") if value is None else wording.said(result.question.kind, value)


@register.filter
def fields_drawn(question: QuestionSpec) -> str:
    """Which fields the form draws below a question: "options", those of this kind of scale, or none ("")."""
    if question.kind in (Kind.LINE, Kind.WORDS):
        return ""
    return question.kind if question.kind in policy.SCALES else "options"


@register.filter
def leads(question: QuestionSpec, band: str) -> str:
    """Where this stretch of a scale leads."""
    return question.tos.get(band, "")


@register.filter
def later_than(spec: Spec, place: int) -> list[tuple[str, str]]:
    """(value, words) of the questions after this one, for choosing what comes next."""
    return [(str(at), _("question %(n)d") % {"n": at + 1}) for at in range(place + 1, len(spec.questions))]


@register.filter
def band_words(band: str, question: QuestionSpec) -> str:
    """What a stretch of a scale is called."""
    if question.kind == "nps":
        return {"low": "0-6", "mid": "7-8", "high": "9-10"}[band]
    if question.kind == "csat":
        return {"low": "1-2", "mid": "3", "high": "4-5"}[band]
    return {"low": _("lower half"), "mid": _("middle"), "high": _("upper half")}[band]


@register.filter
def ways(field: filling.Field) -> list[tuple[str, str]]:
    """(answer, where it leads) of a question whose answers lead elsewhere than on; for its preview."""
    names = {str(option.number): option.text for option in field.options}
    return [
        (names.get(value, value), _("question %(n)d") % {"n": to} if to else _("the end"))
        for value, to in field.question.jumps.items()
    ]


@register.filter
def is_chosen(value: object, field: filling.Field) -> bool:
    return str(value) in field.chosen


@register.filter
def bands(names: str) -> list[str]:
    return names.split()
