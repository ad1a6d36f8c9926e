"""Suspected rings, for the team; and for everybody which votes were left out of a result, and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.core.access import Invalid, Refused, require
from community.core.middleware import says_unreadable
from community.core.whole import whole
from forum.views._shared import members_only
from polls import access, actions, labels
from polls.queries import recounts as queries
from polls.queries import shown
from polls.queries.dressing import Shown
from polls.views._shared import actor_of, voter_of


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def rings(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Rings with their signals. POST: `mark` leaves one out, `recount` takes one back; each with its `reason`."""
    actor = actor_of(request)
    poll = access.poll_for_reading(actor, poll_id=poll_id)
    require(access.may_recount(actor, poll))
    problem: Refused | None = None
    if request.method == "POST":
        try:
            _judge(request, poll_id)
        except Refused as refusal:
            problem = refusal
        else:
            return HttpResponseRedirect(request.path)
    context = {
        "poll": poll,
        "suspects": [(one, labels.of_ring(one.ring)) for one in queries.suspects(poll)],
        "recounts": queries.recounts_of(poll),
        "problem": problem,
        "at": request.POST.get("mark") or request.POST.get("recount", ""),
        "typed": request.POST.get("reason", "")[:400],
        "here": "polls",
    }
    status = 200 if problem is None else 422 if isinstance(problem, Invalid) else 409
    return render(request, "polls/rings.html", context, status=status)


def _judge(request: HttpRequest, poll_id: int) -> None:
    actor, reason = actor_of(request), request.POST.get("reason", "")[:1000]
    recount_id = whole(request.POST.get("recount"), otherwise=0)
    if recount_id:
        actions.take_back(actor=actor, poll_id=poll_id, recount_id=recount_id, reason=reason)
        messages.success(request, _("The votes count again, and everybody can read why."))
        return
    mark = request.POST.get("mark", "")[:45]
    actions.leave_out(actor=actor, poll_id=poll_id, mark=mark, reason=reason)
    messages.success(request, _("The votes are left out, and everybody can read why."))


@require_safe
@never_cache
def recounts(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Every recount with its reason and, for whoever sees the result, what it was before and after."""
    one = shown.one(voter_of(request), poll_id)
    rows = queries.recounts_of(one.poll)
    told = [
        (
            row,
            labels.of_evidence(row.evidence, row.ballots),
            _table(one, row.before, row.after) if one.see else [],
        )
        for row in rows
    ]
    context = {"poll": one.poll, "rows": told, "is_left_out": one.is_left_out, "here": "polls"}
    return render(request, "polls/recounts.html", context)


def _table(one: Shown, before: dict[str, int], after: dict[str, int]) -> list[tuple[str, int, int]]:
    rows = [
        (choice.text, before.get(str(choice.number), 0), after.get(str(choice.number), 0))
        for choice in one.choices
    ]
    return [*rows, (_("Ballots"), before.get("", 0), after.get("", 0))]
