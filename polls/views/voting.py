"""Looking at a poll and voting in it."""

from __future__ import annotations

from dataclasses import replace

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core import idempotency
from community.core.access import Invalid, Refused
from community.core.middleware import says_unreadable
from community.core.pagecache import kept_for_guests
from community.core.ratelimit import client_network
from community.members.kept import PEOPLE
from community.members.views._shared import address_here
from forum import kept as forum_kept
from forum import waiting
from polls import actions, guests, limits, turns
from polls.kept import POLLS
from polls.policy import Unfit
from polls.queries import shown as queries
from polls.queries.dressing import Shown
from polls.views._shared import (
    from_guests,
    picks_of,
    piece,
    says_gone,
    token_of_newcomer,
    voter_of,
    wants_piece,
)
from polls.voters import Voter

STATUS = {
    "closed": 409,
    "voted": 409,
    "left_out": 409,
    "key_reused": 409,
    "conflict": 409,
    "rate": 429,
    "wait": 429,
}


@kept_for_guests(forum_kept.BOARDS, POLLS, PEOPLE, "poll:{poll_id}")
@require_safe
def poll(request: HttpRequest, poll_id: int, slug: str) -> HttpResponse:
    """A poll's own page. Two statements beside session and account; a wrong slug redirects."""
    voter = Voter.of(request.user)  # a guest's copy is everybody's: their own vote is on `result`
    shown = queries.one(voter, poll_id)
    if slug != shown.poll.slug:
        return HttpResponsePermanentRedirect(shown.poll.get_absolute_url())
    shown.asks_again = "change" in request.GET
    return _page(request, shown)


@require_safe
def short_address(request: HttpRequest, poll_id: int) -> HttpResponse:
    """The address without its readable part."""
    return HttpResponseRedirect(queries.one(voter_of(request), poll_id).poll.get_absolute_url())


@require_safe
@never_cache
def result(request: HttpRequest, poll_id: int) -> HttpResponse:
    """The same page for whoever asks: where a guest's own vote is seen, with or without a script."""
    shown = queries.one(voter_of(request), poll_id)
    shown.asks_again = "change" in request.GET
    return _page(request, shown)


@require_safe
@never_cache
def box(request: HttpRequest, poll_id: int) -> HttpResponse:
    """The poll alone, as whoever asks sees it now: for scripts that bring a page up to date."""
    shown = queries.one(voter_of(request), poll_id)
    shown.asks_again = "change" in request.GET
    return piece(request, shown)


@says_unreadable
@from_guests
@require_POST
@says_gone
def vote(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Hand in a ballot. Then the poll alone for a script, else the page where it stands, at the poll."""
    voter, token = voter_of(request), ""
    if voter.member is None:
        if request.POST.get("website"):
            return HttpResponseRedirect(
                reverse("polls:poll_short", args=[poll_id])
            )  # a machine filled in everything
        if not voter.guest_key:
            token = token_of_newcomer(request, f"poll:{poll_id}")
            voter = Voter(None, guests.key_from(token))
    network, device = guests.trace_of(request, poll_id)
    voter = replace(voter, network=network, device=device)
    try:
        limits.require_few(request, poll_id, is_new=bool(token))
        picks = picks_of(request)
        cast = actions.cast_ballot(
            voter=voter,
            poll_id=poll_id,
            picks=picks,
            idempotency_key=idempotency.usable(request.POST.get("key")),
        )
    except (Unfit, Refused) as problem:
        return _refused(request, voter if not token else Voter(), poll_id, problem)
    if wants_piece(request):
        response = piece(request, queries.after_vote(voter, cast))
    else:
        response = HttpResponseRedirect(_onwards(request, voter, cast.poll.pk))
    if token:
        guests.give(response, token)
    return response


@from_guests
@require_POST
@says_gone
def withdraw(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Take a ballot back."""
    voter = voter_of(request)
    try:
        actions.withdraw_ballot(voter=voter, poll_id=poll_id)
    except Refused as problem:
        return _refused(request, voter, poll_id, problem)
    if wants_piece(request):
        return piece(request, queries.one(voter, poll_id))
    return HttpResponseRedirect(_onwards(request, voter, poll_id))


@says_unreadable
@from_guests
@require_POST
@says_gone
def why(request: HttpRequest, poll_id: int) -> HttpResponse:
    """One line of reason becomes the beginning of a reply that carries the vote. Published only when confirmed."""
    voter = voter_of(request)
    try:
        poll, words = actions.give_reason(
            voter=voter, poll_id=poll_id, text=request.POST.get("why", "")[:2000]
        )
    except Refused as problem:
        return _refused(request, voter, poll_id, problem)
    reply = reverse("forum:reply", args=[poll.thread_id])
    if voter.member is not None:
        return HttpResponseRedirect(reply)
    if not waiting.keep_words(request, reply, words, is_guest=True):
        return _refused(
            request,
            voter,
            poll_id,
            Refused(_("Your words cannot wait here just now. Sign in and write again."), "rate"),
        )
    return HttpResponseRedirect(f"{reverse('account_signup')}?{urlencode({'next': reply})}")


def _onwards(request: HttpRequest, voter: Voter, poll_id: int) -> str:
    """Where somebody without the script goes on: a member to where they were, a guest to the page with their vote."""
    here = address_here(request, request.POST.get("next", "")) if voter.member else ""
    return f"{(here or reverse('polls:result', args=[poll_id])).partition('#')[0]}#poll-{poll_id}"


def _refused(request: HttpRequest, voter: Voter, poll_id: int, problem: Unfit | Refused) -> HttpResponse:
    """The poll again with what was wrong; what was counted before stays in sight."""
    shown = queries.one(voter, poll_id)
    if isinstance(problem, Unfit):
        shown.problem, status = actions.why_unfit(problem.code, shown.poll), 422
    else:
        shown.problem = problem.reason
        status = 422 if isinstance(problem, Invalid) else STATUS.get(problem.code, 403)
    if shown.is_elsewhere and isinstance(problem, Refused) and problem.code == "voted":
        shown.problem = ""  # said in place of the form
    shown.typed = {
        "choice": request.POST.getlist("choice")[:200],
        "other": request.POST.get("other", "")[:400],
        "why": request.POST.get("why", "")[:400],
        "ranks": {name[5:]: value for name, value in request.POST.items() if name.startswith("rank-")},
    }
    if status == 422 and shown.has_voted and "why" not in request.POST:
        shown.asks_again = True
    if isinstance(problem, Refused) and problem.code == "wait":
        shown.turn = turns.ticket(poll_id, client_network(request))
    response = (piece if wants_piece(request) else _page)(request, shown, status=status)
    if shown.turn:
        response.headers["Retry-After"] = str(turns.WAIT)
    return response


def _page(request: HttpRequest, shown: Shown, *, status: int = 200) -> HttpResponse:
    row = shown.poll
    context = {
        "shown": shown,
        "poll": row,
        "style": "page",
        "here": "polls",
        "at": row.get_absolute_url(),
        "title": row.question,
    }
    return render(request, "polls/poll.html", context, status=status)
