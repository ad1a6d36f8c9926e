"""The host's pages: a run begins, is led, and its results are looked up. All of it without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Refused, require
from community.core.links import link
from community.core.middleware import wants_json
from community.core.whole import whole
from community.members.views._shared import me, mine
from polls.quizzes import access, actions
from polls.quizzes.models import Run
from polls.quizzes.queries import runs
from polls.views._shared import wants_piece


@mine
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a run, or go back to the one under way."""
    try:
        run = actions.start_run(actor=me(request), slug=slug)
    except Refused as refusal:
        if refusal.code not in ("draft", "kind", "closed"):
            raise
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(link("quizzes:quiz", slug))
    return HttpResponseRedirect(link("quizzes:host", run.code))


@mine
def host(request: HttpRequest, code: str) -> HttpResponse:
    """The screen in the hall; what its buttons send comes here, too. At most nine statements beside session and account.

    A script takes the screen alone, and says with `do=here` that the host is there.
    """
    run = access.run_for_reading(request.user, code=code)
    require(access.may_lead(request.user, run))
    if request.method == "POST":
        try:
            _act(request, run)
        except Refused as refusal:
            if refusal.code != "state":
                raise
            messages.error(request, refusal.reason)
        if wants_json(request):
            return JsonResponse({})
        if not wants_piece(request):
            return HttpResponseRedirect(link("quizzes:host", run.code))
        run = access.run_for_reading(request.user, code=code)
    elif not run.is_over:
        actions.keep_time(run_id=run.pk)
        run = actions.greet_host(actor=me(request), code=code)
    return _screen(request, run)


@mine
@require_safe
def list_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Every run of a quiz, the newest first. Two statements beside session and account."""
    quiz = access.quiz_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, quiz))
    context = {"quiz": quiz, "runs": runs.of_quiz(quiz.pk), "here": "quizzes"}
    context["start"] = access.may_host(request.user, quiz)
    return render(request, "quizzes/hosted/runs.html", context)


def _act(request: HttpRequest, run: Run) -> None:
    wanted, actor = request.POST.get("do", "")[:9], me(request)
    if wanted == "here":
        actions.keep_time(run_id=run.pk)
        actions.greet_host(actor=actor, code=run.code)
    elif wanted == "name":
        actions.take_name_off(
            actor=actor, code=run.code, player_id=whole(request.POST.get("player"), otherwise=0)
        )
    else:
        actions.move_run(
            actor=actor, code=run.code, to=wanted, step=whole(request.POST.get("step"), otherwise=0)
        )


def _screen(request: HttpRequest, run: Run) -> HttpResponse:
    told = runs.stage(run)
    context = {
        "stage": told,
        "run": run,
        "quiz": run.quiz,
        "version": runs.version_of(told),
        "left": runs.seconds_left(run),
        "named": [] if run.is_over else runs.named(run),
        "questions": runs.questions(run) if run.is_over else [],
        "join_at": request.build_absolute_uri(link("quizzes:join")).split("://", 1)[-1].rstrip("/"),
        "here": "quizzes",
    }
    name = "quizzes/hosted/_host.html" if wants_piece(request) else "quizzes/hosted/host.html"
    return render(request, name, context)
