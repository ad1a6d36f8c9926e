"""Filling a survey in: its page, one page of questions at a time, a last look, thanks. All of it without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Refused
from community.core.links import link
from community.core.middleware import says_unreadable
from community.core.pagecache import kept_for_guests
from community.core.whole import whole, wholes
from forum import kept as forum_kept
from polls import guests, limits
from polls.surveys import access, actions, policy
from polls.surveys.actions import Unanswered
from polls.surveys.models import Question, Survey
from polls.surveys.policy import Given
from polls.surveys.queries import filling as queries
from polls.surveys.queries.filling import Page
from polls.views._shared import from_guests, voter_of
from polls.voters import Voter


@kept_for_guests(forum_kept.BOARDS, "survey:{slug}")
@require_safe
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """What a survey is about and its rules. Five statements beside session and account; three more
    for whoever looks after it."""
    voter = Voter.of(request.user)  # a guest's copy is everybody's: where they are, `start` finds out
    row = access.survey_for_reading(request.user, slug=slug)
    standing = queries.standing(voter, row)
    may_manage = access.may_manage(request.user, row)
    last = access.last_wave(row) if may_manage else standing.wave
    wave = standing.wave or last
    context = {
        "survey": row,
        "standing": standing,
        "wave": standing.wave,
        "last": last,
        "count": Question.objects.filter(wave=wave).count() if wave else 0,
        "published": row.waves.exclude(published_at=None).exists(),
        "may_manage": may_manage,
        "has_begun": bool(may_manage and last and last.is_open and actions.has_begun(last)),
        "here": "surveys",
    }
    return render(request, "surveys/survey.html", context)


@from_guests
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, or go on. A guest gets the cookie that keeps it."""
    voter, token = voter_of(request), ""
    if voter.member is None and not voter.guest_key:
        if request.POST.get("website"):
            return HttpResponseRedirect(link("surveys:survey", slug))  # a machine filled in everything
        token = guests.new_token()
        voter = Voter(None, guests.key_from(token))
    try:
        limits.require_few_steps(request, "surveys", is_new=bool(token))
        step = actions.start_response(voter=voter, slug=slug)
    except Refused as refusal:
        if refusal.code == "sent":
            return HttpResponseRedirect(link("surveys:thanks", slug))
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(link("surveys:survey", slug))
    response = HttpResponseRedirect(link("surveys:fill" if step.next else "surveys:check", slug))
    if token:
        guests.give(response, token)
    return response


@require_safe
@never_cache
def fill(request: HttpRequest, slug: str) -> HttpResponse:
    """The page that waits; with `at`, an earlier one by the number of its first question. At most six statements."""
    row = access.survey_for_reading(request.user, slug=slug)
    found = queries.underway(voter_of(request), row)
    if found is None:
        return _elsewhere(request, row)
    page = queries.page_of(found, whole(request.GET.get("at"), 4, otherwise=0))
    if page is None:
        return HttpResponseRedirect(link("surveys:check", slug))
    return _page(request, page)


@says_unreadable
@from_guests
@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer a page; then the next one, or the last look."""
    first = whole(request.POST.get("first"), 4, otherwise=0)
    sent = {number: (chosen, words) for number, chosen, words in _sent(request)}
    try:
        limits.require_few_steps(request, "surveys", is_new=False)
        step = actions.answer_page(voter=voter_of(request), slug=slug, first=first, sent=sent)
    except Unanswered as refusal:
        return _again(request, slug, first, refusal)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        to = "surveys:thanks" if refusal.code == "sent" else "surveys:fill"
        return HttpResponseRedirect(link(to, slug))
    if "check" in request.POST or not step.next:
        return HttpResponseRedirect(link("surveys:check", slug))
    return HttpResponseRedirect(link("surveys:fill", slug))


@require_safe
@never_cache
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything once more before it is sent. At most six statements beside session and account."""
    row = access.survey_for_reading(request.user, slug=slug)
    found = queries.underway(voter_of(request), row)
    if found is None:
        return _elsewhere(request, row)
    if not found.is_complete:
        return HttpResponseRedirect(link("surveys:fill", slug))
    trail = found.kept.progress.trail
    context = {
        "survey": row,
        "lines": queries.check(found),
        "back": trail[-1] if trail else 0,
        "here": "surveys",
    }
    return render(request, "surveys/check.html", context)


@from_guests
@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand it in."""
    try:
        limits.require_few_steps(request, "surveys", is_new=False)
        actions.send_response(voter=voter_of(request), slug=slug)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        to = "surveys:fill" if refusal.code == "unfinished" else "surveys:survey"
        return HttpResponseRedirect(link(to, slug))
    return HttpResponseRedirect(link("surveys:thanks", slug))


@require_safe
@never_cache
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """After it was sent: thanks, and where to go from here. Four statements."""
    row = access.survey_for_reading(request.user, slug=slug)
    standing = queries.standing(voter_of(request), row)
    if not standing.is_sent:
        return HttpResponseRedirect(link("surveys:survey", slug))
    context = {
        "survey": row,
        "published": row.waves.exclude(published_at=None).exists(),
        "here": "surveys",
    }
    return render(request, "surveys/thanks.html", context)


def _elsewhere(request: HttpRequest, row: Survey) -> HttpResponse:
    """Nothing is under way here: to the thanks of those who sent theirs, else to the survey's own page."""
    standing = queries.standing(voter_of(request), row)
    return HttpResponseRedirect(link("surveys:thanks" if standing.is_sent else "surveys:survey", row.slug))


def _again(request: HttpRequest, slug: str, first: int, refusal: Unanswered) -> HttpResponse:
    """The page again, with what was typed and what was wrong."""
    row = access.survey_for_reading(request.user, slug=slug)
    found = queries.underway(voter_of(request), row)
    if found is None:
        raise Http404
    typed = {number: Given(tuple(wholes(chosen, 4)), words) for number, chosen, words in _sent(request)}
    on_page = found.paper.page_of(first)
    numbers = {question.number for question in found.paper.rows_at(on_page)} if on_page >= 0 else set[int]()
    blank = dict.fromkeys(numbers, Given())
    page = queries.page_of(found, first, typed={**blank, **typed}, problems=refusal.problems)
    if page is None:
        return HttpResponseRedirect(link("surveys:check", slug))
    return _page(request, page, status=422)


def _page(request: HttpRequest, page: Page, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "survey": page.survey, "here": "surveys"}
    if "check" in request.GET or "check" in request.POST:
        context["checks"] = True
    return render(request, "surveys/fill.html", context, status=status)


def _sent(request: HttpRequest) -> list[tuple[int, list[str], str]]:
    """(number, what was chosen, words) of each field that is a question's: `q3` for choices, `q3-words` for words."""
    found = []
    for name in list(request.POST)[: 3 * policy.MOST_QUESTIONS]:
        number = whole(name[1:].removesuffix("-words"), 4, otherwise=0) if name.startswith("q") else 0
        if 0 < number <= policy.MOST_QUESTIONS:
            chosen = [raw[:8] for raw in request.POST.getlist(f"q{number}")[: policy.MOST_OPTIONS + 1]]
            words = request.POST.get(f"q{number}-words", "")[: 2 * policy.LONGEST_WORDS]
            found.append((number, chosen, words))
    return found
