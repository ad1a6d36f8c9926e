"""The players' pages: a code, a name if one likes, and the question that is open. All of it without a script."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Invalid, Refused
from community.core.links import link
from community.core.middleware import says_unreadable, wants_json
from community.core.whole import whole
from polls import guests
from polls.quizzes import access, actions, hosted, limits
from polls.quizzes.models import Run
from polls.quizzes.queries import runs
from polls.quizzes.queries.runs import Mine
from polls.views._shared import from_guests, voter_of
from polls.voters import Voter

STATUS = {"closed": 409, "full": 409, "rate": 429}


@says_unreadable
@require_safe
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """The short address that is called out in the hall: where the code is typed."""
    raw = request.GET.get("code", "")[:40]
    problem = ""
    if raw:
        try:
            return HttpResponseRedirect(_run(request, raw).get_absolute_url())
        except Http404:
            pass
        problem = _("No quiz has this code just now. Look again: six letters and digits.")
    context = {"typed": raw, "problem": problem, "here": "quizzes"}
    return render(request, "quizzes/hosted/join.html", context, status=404 if problem else 200)


@require_safe
@never_cache
def room(request: HttpRequest, code: str) -> HttpResponse:
    """A run as a player sees it, or the way in. At most ten statements beside session and account."""
    run = _kept(request, code)
    return _page(request, run, voter_of(request))


@from_guests
@require_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Come in, with a name or without. A guest gets the cookie that keeps their place."""
    voter, token = voter_of(request), ""
    if voter.member is None and not voter.guest_key:
        if request.POST.get("website"):
            return HttpResponseRedirect(link("quizzes:join"))  # a machine filled in everything
        # The page is nobody else's copy: its seed makes two presses one guest, and a hall of like phones many.
        token = guests.token_from(request.POST.get("seed", ""))
        voter = Voter(None, guests.key_from(token))
    try:
        limits.require_few_in_run(request, is_new=bool(token))
        actions.join_run(voter=voter, code=code, name=request.POST.get("name", "")[:200])
    except Refused as refusal:
        run = _run(request, code)
        status = 422 if isinstance(refusal, Invalid) else STATUS.get(refusal.code, 403)
        shown = voter if not token else Voter()
        return _page(request, run, shown, problem=refusal.reason, status=status)
    response = HttpResponseRedirect(link("quizzes:room", hosted.code_of(code)))
    if token:
        guests.give(response, token)
    return response


@from_guests
@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the open question. For a script: what stands now as JSON; else the page again."""
    voter = voter_of(request)
    place = whole(request.POST.get("place"), 3, otherwise=-1)
    try:
        limits.require_few_in_run(request, is_new=False)
        tapped = actions.answer_run(voter=voter, code=code, place=place, picked=request.POST.getlist("pick"))
    except Refused as refusal:
        status = 422 if isinstance(refusal, Invalid) else STATUS.get(refusal.code, 403)
        if wants_json(request):
            return JsonResponse({"problem": refusal.reason}, status=status)
        run = _kept(request, code)
        return _page(request, run, voter, problem=refusal.reason, status=status)
    if not wants_json(request):
        return HttpResponseRedirect(link("quizzes:room", hosted.code_of(code)))
    given = tapped.answer
    return JsonResponse({"at": given.place, "picked": given.places, "took": given.elapsed})


@require_safe
@never_cache
def state(request: HttpRequest, code: str) -> HttpResponse:
    """What a socket would have said after version `after`, and where the asker stands: for pages without one.

    At most ten statements beside the session's.
    """
    run = _kept(request, code)
    heard = runs.frame(run, whole(request.GET.get("after"), otherwise=0))
    found = runs.mine(run, voter_of(request), heard.get("scores"))
    return JsonResponse({"frame": heard, "mine": _told(run, found)})


def _run(request: HttpRequest, code: str) -> Run:
    """The run of a code. Codes that are none are counted, so that nobody finds one by trying."""
    try:
        return access.run_for_reading(request.user, code=code)
    except Http404:
        limits.require_few_codes(request)
        raise


def _kept(request: HttpRequest, code: str) -> Run:
    """The run, after what the clock asks of it."""
    run = _run(request, code)
    if not run.is_over and actions.due_runs([run.pk]):
        actions.keep_time(run_id=run.pk)
        run = access.run_for_reading(request.user, code=code)
    return run


def _told(run: Run, found: Mine | None) -> dict[str, Any] | None:
    if found is None:
        return None
    given = found.answer
    answer: dict[str, Any] | None = None
    if given is not None:
        answer = {"at": given.place, "picked": given.places, "took": given.elapsed}
        if given.place < run.scored:
            answer["won"] = given.points
    return {
        "points": found.player.points,
        "scored": run.scored,
        "place": found.place,
        "answer": answer,
    }


def _page(
    request: HttpRequest, run: Run, voter: Voter, *, problem: str = "", status: int = 200
) -> HttpResponse:
    told = runs.stage(run)
    found = runs.mine(run, voter, told.scores or None)
    context = {
        "stage": told,
        "run": run,
        "quiz": run.quiz,
        "mine": found,
        "told": _told(run, found),
        "seed": guests.new_token(),
        "may_play": access.may_play(voter, run),
        "version": runs.version_of(told),
        "left": runs.seconds_left(run),
        "problem": problem,
        "typed": request.POST.get("name", "")[:200] if problem else "",
        "here": "quizzes",
    }
    return render(request, "quizzes/hosted/room.html", context, status=status)
