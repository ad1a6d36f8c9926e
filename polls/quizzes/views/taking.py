"""Taking a quiz: its page, one question at a time, the result. All of it without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Invalid, Refused
from community.core.links import link
from community.core.pagecache import kept_for_guests
from community.core.whole import whole
from forum import kept as forum_kept
from polls import guests, limits
from polls.quizzes import access, actions
from polls.quizzes.queries import asked as questions
from polls.quizzes.queries import results
from polls.quizzes.queries.asked import Asked
from polls.views._shared import from_guests, voter_of
from polls.voters import Voter


@kept_for_guests(forum_kept.BOARDS, "quiz:{slug}")
@require_safe
def quiz(request: HttpRequest, slug: str) -> HttpResponse:
    """What a quiz is about and its rules. Three statements beside session and account."""
    voter = Voter.of(request.user)  # a guest's copy is everybody's: their own standing is on `result`
    row = access.quiz_for_reading(request.user, slug=slug)
    context = {
        "quiz": row,
        "count": row.items.count(),
        "standing": results.standing(voter, row),
        "may_manage": access.may_manage(request.user, row),
        "here": "quizzes",
    }
    return render(request, "quizzes/quiz.html", context)


@from_guests
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, or go on. A guest gets the cookie that keeps it."""
    voter, token = voter_of(request), ""
    if voter.member is None and not voter.guest_key:
        if request.POST.get("website"):
            return HttpResponseRedirect(link("quizzes:quiz", slug))  # a machine filled in everything
        token = guests.new_token()
        voter = Voter(None, guests.key_from(token))
    try:
        limits.require_few_steps(request, "quizzes", is_new=bool(token))
        actions.start_attempt(voter=voter, slug=slug, is_unhurried=bool(request.POST.get("unhurried")))
    except Refused as refusal:
        messages.error(request, refusal.reason)
        to = "quizzes:result" if refusal.code == "used_up" else "quizzes:quiz"
        return HttpResponseRedirect(link(to, slug))
    response = HttpResponseRedirect(link("quizzes:play", slug))
    if token:
        guests.give(response, token)
    return response


@require_safe
@never_cache
def play(request: HttpRequest, slug: str) -> HttpResponse:
    """The question that waits; with `answered`, the one at that place with its answer. At most eight statements."""
    voter = voter_of(request)
    place = whole(request.GET.get("answered"), 3)
    if place is not None:
        row = access.quiz_for_reading(request.user, slug=slug)
        shown = questions.answered(voter, row, place)
        if shown is not None:
            return _page(request, shown)
    try:
        attempt = actions.show_question(voter=voter, slug=slug)
    except Http404:
        row = access.quiz_for_reading(
            request.user, slug=slug
        )  # a quiz they may not know of is absent here too
        has_result = results.standing(voter, row).counts is not None
        return HttpResponseRedirect(link("quizzes:result" if has_result else "quizzes:quiz", slug))
    except Refused:
        return HttpResponseRedirect(link("quizzes:quiz", slug))  # its own page says why
    return _page(request, questions.waiting(attempt))


@from_guests
@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the question at a place; then what was right and why, or the next one where there is nothing to say."""
    voter = voter_of(request)
    place = whole(request.POST.get("place"), 3, otherwise=-1)
    try:
        limits.require_few_steps(request, "quizzes", is_new=False)
        given = actions.answer_question(
            voter=voter,
            slug=slug,
            place=place,
            picked=request.POST.getlist("pick"),
            skips="skip" in request.POST,
        )
    except Invalid as refusal:
        return _again(request, voter, slug, refusal)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(link("quizzes:play", slug))
    attempt = given.attempt
    if attempt.quiz.is_knowledge or given.answer.question.why:
        return HttpResponseRedirect(f"{link('quizzes:play', slug)}?answered={place}")
    return HttpResponseRedirect(link("quizzes:result" if attempt.is_finished else "quizzes:play", slug))


@require_safe
@never_cache
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of it, for whoever asks. At most ten statements beside session and account."""
    row = access.quiz_for_reading(request.user, slug=slug)
    found = results.result(voter_of(request), row)
    if found is None:
        return HttpResponseRedirect(link("quizzes:quiz", slug))
    context = {"quiz": row, "result": found, "here": "quizzes"}
    if found.card is not None:
        context["card_url"] = request.build_absolute_uri(reverse("quizzes:card", args=[found.card.token]))
    return render(request, "quizzes/result.html", context)


def _again(request: HttpRequest, voter: Voter, slug: str, refusal: Invalid) -> HttpResponse:
    """The question again with what was wrong."""
    try:
        shown = questions.waiting(actions.show_question(voter=voter, slug=slug))
    except Http404:
        return HttpResponseRedirect(link("quizzes:play", slug))
    shown.problem, shown.typed = refusal.reason, request.POST.getlist("pick")[:20]
    return _page(request, shown, status=422)


def _page(request: HttpRequest, shown: Asked, *, status: int = 200) -> HttpResponse:
    context = {"asked": shown, "quiz": shown.quiz, "here": "quizzes"}
    return render(request, "quizzes/play.html", context, status=status)
