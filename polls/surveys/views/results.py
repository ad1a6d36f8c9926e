"""What a wave came to, for members once it is published and before for whoever asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Invalid, Refused, absent, require
from community.core.links import link
from community.core.middleware import says_unreadable
from community.core.whole import whole
from community.members.views._shared import me, mine
from polls.access import is_team
from polls.queries.ladder import rows
from polls.surveys import access, actions, exporting
from polls.surveys.models import Survey, Wave
from polls.surveys.paper import paper_of
from polls.surveys.queries import ladder, lists
from polls.surveys.queries import results as queries

FORMS = {
    "csv": (exporting.as_csv, "text/csv; charset=utf-8"),
    "json": (exporting.as_json, "application/json; charset=utf-8"),
}


@require_safe
@never_cache
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The results of the wave `?wave=`, else of the last one. Eleven statements beside session and account;
    six more for whoever looks after it."""
    survey, wave = _wave(request, slug)
    return _page(request, survey, wave, wave.note)


@require_safe
@never_cache
def export(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The same as a file."""
    if form not in FORMS:
        raise absent()
    survey, wave = _wave(request, slug)
    written, kind = FORMS[form]
    answer = HttpResponse(written(queries.of_wave(request.user, survey, wave)), content_type=kind)
    name = f"survey-{survey.slug}-{wave.number}.{form}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@mine
@require_safe
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Who answered what in a named survey, as it was announced. 404 for an anonymous one. Seven statements."""
    survey, wave = _wave(request, slug)
    require(access.may_manage(request.user, survey))
    if survey.is_anonymous:
        raise absent()
    page, sent = lists.responses(paper_of(wave), survey.lang, request.GET.get("page"))
    context = {"survey": survey, "wave": wave, "page": page, "sent": sent, "here": "surveys"}
    return render(request, "surveys/answers.html", context)


@says_unreadable
@mine
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show members the results, with a word of whoever asked."""
    number = whole(request.POST.get("wave"), 4, otherwise=0)
    try:
        wave = actions.publish_results(
            actor=me(request), slug=slug, wave_number=number, note=request.POST.get("note", "")[:1000]
        )
    except Refused as refusal:
        if isinstance(refusal, Invalid):
            survey, wave = _wave(request, slug, number)
            return _page(request, survey, wave, request.POST.get("note", "")[:1000], refusal)
        if refusal.code != "open":
            raise
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(f"{link('surveys:results', slug)}?wave={number}")
    messages.success(request, _("Everybody who may read the survey sees the results now."))
    return HttpResponseRedirect(f"{link('surveys:results', slug)}?wave={wave.number}")


def _page(
    request: HttpRequest, survey: Survey, wave: Wave, note: str, problem: Invalid | None = None
) -> HttpResponse:
    context = {
        "survey": survey,
        "found": queries.of_wave(request.user, survey, wave),
        "wave": wave,
        "note": note,
        "problem": problem,
        "may_manage": access.may_manage(request.user, survey),
        "here": "surveys",
    }
    if context["may_manage"] and not survey.is_anonymous:
        team = is_team(request.user)
        context |= {"rows": rows(ladder.funnel(wave, is_team=team)), "is_team": team}
    return render(request, "surveys/results.html", context, status=422 if problem else 200)


def _wave(request: HttpRequest, slug: str, number: int | None = None) -> tuple[Survey, Wave]:
    survey = access.survey_for_reading(request.user, slug=slug)
    asked = whole(request.GET.get("wave"), 4, otherwise=0) if number is None else number
    wave = access.wave_for_results(request.user, survey, asked)
    require(access.may_see_results(request.user, survey, wave))
    return survey, wave
