"""Making a survey and looking after it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import idempotency
from community.core.access import Invalid, Refused, require
from community.core.links import link
from community.core.middleware import says_unreadable
from community.members.views._shared import act_and_return, me, mine
from forum.models import Board
from polls import eligibility
from polls.surveys import access, actions, policy, typed
from polls.surveys.actions import Spec
from polls.surveys.models import Kind, Secrecy, Survey, Wave
from polls.surveys.paper import paper_of
from polls.surveys.policy import Given
from polls.surveys.queries.filling import field_of


@says_unreadable
@mine
def new(request: HttpRequest) -> HttpResponse:
    """One form for the whole survey. `template` begins with an example, `do` adds rows without saving."""
    require(access.may_make(request.user))
    if request.method != "POST":
        return _form(request, typed.template(request.GET.get("template", "")))
    return _put(request, None, None)


@says_unreadable
@mine
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The same form, filled in; once somebody has begun, a page that says what can be done instead."""
    survey = access.survey_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, survey))
    wave = access.last_wave(survey)
    if wave.is_over or actions.has_begun(wave):
        messages.info(
            request,
            _("People are answering these words, so they stay. Ask again in another wave to change them."),
        )
        return HttpResponseRedirect(survey.get_absolute_url())
    if request.method != "POST":
        return _form(request, typed.from_wave(survey, wave), survey, wave)
    return _put(request, survey, wave)


@mine
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question as its page will show it, with the ways between them. Nothing is counted."""
    survey = access.survey_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, survey))
    paper = paper_of(access.last_wave(survey))
    pages = [
        [field_of(paper, question, survey.lang, Given()) for question in paper.rows_at(place)]
        for place in range(len(paper.pages))
    ]
    context = {"survey": survey, "wave": paper.wave, "pages": pages, "here": "surveys"}
    return render(request, "surveys/preview.html", context)


@mine
@require_POST
def duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft that says the same, straight into its form."""
    copy = actions.duplicate_survey(
        actor=me(request), slug=slug, idempotency_key=idempotency.usable(request.POST.get("key"))
    )
    return HttpResponseRedirect(link("surveys:edit", copy.slug))


@mine
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, archive, open again, remove."""
    try:
        survey = actions.move_survey(actor=me(request), slug=slug, to=request.POST.get("to", "")[:8])
    except Refused as refusal:
        if refusal.code not in ("state", "draft", "drawn"):
            raise
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(link("surveys:survey", slug))
    messages.success(request, _("Done: %(state)s.") % {"state": survey.get_state_display()})
    if survey.state == "removed":
        return HttpResponseRedirect(link("surveys:list"))
    return HttpResponseRedirect(survey.get_absolute_url())


@mine
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Take no more answers."""
    return _act(request, slug, actions.close_wave, _("The survey takes no more answers."))


@mine
@require_POST
def repeat(request: HttpRequest, slug: str) -> HttpResponse:
    """The next wave, straight into its form."""
    survey = access.survey_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, survey))
    try:
        actions.repeat_survey(actor=me(request), slug=slug)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(survey.get_absolute_url())
    return HttpResponseRedirect(link("surveys:edit", survey.slug))


def _act(request: HttpRequest, slug: str, verb: Callable[..., Wave], done: str) -> HttpResponse:
    survey = access.survey_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, survey))
    return act_and_return(
        request, lambda: verb(actor=me(request), slug=slug), done=done, to=survey.get_absolute_url()
    )


def _put(request: HttpRequest, survey: Survey | None, wave: Wave | None) -> HttpResponse:
    spec, moment = typed.from_post(request.POST), request.POST.get("closes_at", "")
    if request.POST.get("do") == "question":
        return _form(request, typed.with_room(spec, questions=1), survey, wave)
    if request.POST.get("do") == "options":
        return _form(request, spec, survey, wave)
    try:
        if moment.strip() and spec.closes_at is None:
            raise Invalid(_("This is no day and time."), field="closes_at")
        if survey is None:
            survey = actions.make_survey(
                actor=me(request), spec=spec, idempotency_key=idempotency.usable(request.POST.get("key"))
            )
        else:
            survey = actions.edit_survey(actor=me(request), slug=survey.slug, spec=spec)
            if not spec.is_draft:
                survey = actions.move_survey(actor=me(request), slug=survey.slug, to="open")
    except Invalid as refusal:
        return _form(request, spec, survey, wave, problem=refusal, status=422)
    except Refused as refusal:
        if refusal.code != "key_reused":
            raise
        return _form(request, spec, survey, wave, problem=Invalid(idempotency.OTHER_WORDS), status=422)
    messages.success(request, _("Saved: %(title)s") % {"title": survey.title})
    to = "surveys:preview" if spec.is_draft else "surveys:survey"
    return HttpResponseRedirect(link(to, survey.slug))


def _form(
    request: HttpRequest,
    spec: Spec,
    survey: Survey | None = None,
    wave: Wave | None = None,
    *,
    problem: Invalid | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "survey": survey,
        "wave": wave,
        "spec": typed.with_room(spec),
        "problem": problem,
        "closes_at": typed.local(spec.closes_at) or request.POST.get("closes_at", "")[:40],
        "boards": Board.objects.readable_by(request.user).order_by("position", "pk"),
        "kinds": Kind.choices,
        "secrecies": Secrecy.choices,
        "audiences": list(eligibility.known()),
        "policy": policy,
        "here": "surveys",
    }
    return render(request, "surveys/form.html", context, status=status)
