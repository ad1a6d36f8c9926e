"""Trials: what a guest is drawn to see on the first page, and for the team what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.core import ratelimit
from community.core.access import Invalid, Refused, absent, require
from community.core.middleware import says_unreadable
from community.core.whole import whole
from forum.views._shared import members_only
from polls import access, actions, guests, labels, limits
from polls import trials as rules
from polls.actions import TrialSpec
from polls.models import Trial
from polls.queries import shown
from polls.queries import trials as queries
from polls.views._shared import actor_of, from_guests, moment_of, piece, voter_of


@from_guests
@require_POST
@never_cache
def today(request: HttpRequest) -> HttpResponse:
    """The poll of the first page for whoever asks: of a guest in a trial, the one drawn for them. 204: none."""
    voter, trial_id, token = voter_of(request), queries.running(), ""
    one = None
    if voter.member is not None or not trial_id:
        one = shown.of_today(voter)
    else:
        token = guests.variant_of(request)
        poll_id: int | None = None
        if token or _is_one_of_few(request):
            token = token or guests.new_token()
            poll_id = actions.draw_arm(trial_id=trial_id, token=token).poll_id
        else:  # a crowd behind one address: they see the first poll and are not counted
            poll_id = queries.arms_of(trial_id)[1].poll_id
        one = shown.of_ids(voter, [poll_id]).get(poll_id) if poll_id else None
    response = piece(request, one, default="home") if one is not None else HttpResponse(status=204)
    if token:
        guests.give_variant(response, token)
    return response


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def all_trials(request: HttpRequest) -> HttpResponse:
    """Every trial, and a form for the next one."""
    actor = actor_of(request)
    require(access.may_try(actor))
    problem: Refused | None = None
    if request.method == "POST":
        try:
            trial = actions.start_trial(actor=actor, spec=_spec(request))
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("The trial runs."))
            return HttpResponseRedirect(trial.get_absolute_url())
    context = {
        "trials": queries.latest(),
        "polls": queries.open_polls(),
        "problem": problem,
        "field": getattr(problem, "field", ""),
        "typed": request.POST,
        "chosen": request.POST.getlist("polls"),
        "least": rules.LEAST_HOLDOUT,
        "most": rules.MOST_HOLDOUT,
        "here": "polls",
    }
    status = 200 if problem is None else 422 if isinstance(problem, Invalid) else 409
    return render(request, "polls/trials.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def trial(request: HttpRequest, trial_id: int) -> HttpResponse:
    """One trial. POST ends it before its time."""
    actor = actor_of(request)
    require(access.may_try(actor))
    row = Trial.objects.filter(pk=trial_id).first() if 0 < trial_id < 2**63 else None
    if row is None:
        raise absent()
    if request.method == "POST":
        actions.end_trial(actor=actor, trial_id=trial_id)
        messages.success(request, _("The trial is over."))
        return HttpResponseRedirect(row.get_absolute_url())
    context = {
        "trial": row,
        "arms": [(one, labels.of_arm(one)) for one in queries.told(row)],
        "is_settled": queries.is_settled(row),
        "settles_at": (row.ended_at or row.ends_at) + rules.SETTLES,
        "here": "polls",
    }
    return render(request, "polls/trial.html", context)


def _is_one_of_few(request: HttpRequest) -> bool:
    network = ratelimit.client_network(request)
    return bool(ratelimit.hit("polls.trial", network, limit=limits.NEWCOMERS_A_POLL, per=limits.HOUR))


def _spec(request: HttpRequest) -> TrialSpec:
    return TrialSpec(
        name=request.POST.get("name", "")[:1000],
        poll_ids=[whole(raw, otherwise=0) for raw in request.POST.getlist("polls")[:20]],
        holdout=whole(request.POST.get("holdout"), otherwise=0),
        ends_at=moment_of(request.POST.get("ends_at", "")),
    )
