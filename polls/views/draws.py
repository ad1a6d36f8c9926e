"""Draws: announced, entered, held and claimed on one page, with everything that anyone needs to recompute them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Invalid, Refused, absent, require
from community.core.middleware import says_unreadable
from community.core.whole import whole
from forum.views._shared import members_only
from polls import access, actions, draws
from polls.actions import DrawSpec
from polls.queries import draws as queries
from polls.views._shared import actor_of, moment_of

FIELDS = ("prize", "value_kind", "terms", "winners", "closes_at", "value_at")


@require_safe
@never_cache
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """What can be won, how it is decided, and how anyone recomputes it. At most five statements."""
    return _page(request, draw_id)


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new(request: HttpRequest) -> HttpResponse:
    """Announce a draw among those who took part in `?poll=` or `?survey=` (numbers)."""
    actor = actor_of(request)
    source = next((key for key in ("poll", "survey") if key in request.GET), "")
    number = whole(request.GET.get(source), otherwise=0)
    target = access.target_of(actor, source, number)
    if target is None:
        raise absent()
    require(access.may_draw(actor))
    problem = None
    if request.method == "POST":
        try:
            made = actions.announce_draw(actor=actor, source=source, source_id=number, spec=_spec(request))
        except Invalid as refusal:
            problem = refusal
        else:
            messages.success(request, _("The draw is announced."))
            return HttpResponseRedirect(made.get_absolute_url())
    context = {
        "target": target,
        "problem": problem,
        "typed": {name: request.POST.get(name, "") for name in FIELDS},
        "most": draws.MOST_WINNERS,
        "here": "polls",
    }
    return render(request, "polls/draw_new.html", context, status=422 if problem else 200)


@require_POST
@members_only
def enter(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Enter, as a choice of its own."""
    is_adult = bool(request.POST.get("adult"))
    return _act(
        request, draw_id, actions.enter_draw, _("You are in. Your code stands below."), is_adult=is_adult
    )


@require_POST
@members_only
def leave(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Take one's entry back."""
    return _act(request, draw_id, actions.leave_draw, _("Your entry is taken back."))


@says_unreadable
@require_POST
@members_only
def hold(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Enter the public value."""
    value, source = (request.POST.get(name, "")[:1000] for name in ("value", "value_source"))
    return _act(
        request, draw_id, actions.hold_draw, _("The winners are drawn."), value=value, value_source=source
    )


@require_POST
@members_only
def claim(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Claim a prize."""
    return _act(request, draw_id, actions.claim_prize, _("Claimed. The team writes to you."))


@require_safe
@never_cache
def entries(request: HttpRequest, draw_id: int) -> HttpResponse:
    """The frozen list as a file, one code a line. 404 before it is frozen. Three statements."""
    row = access.draw_for_reading(request.user, draw_id=draw_id)
    if row.frozen_at is None:
        raise absent()
    return _text("\n".join(queries.listed(row)))


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script that recomputes any draw."""
    return _text(draws.SCRIPT.read_text(encoding="utf-8"))


def _act(request: HttpRequest, draw_id: int, verb: Callable[..., Any], done: str, **how: Any) -> HttpResponse:
    try:
        verb(actor=actor_of(request), draw_id=draw_id, **how)
    except Refused as refusal:
        return _page(request, draw_id, refusal, status=422 if isinstance(refusal, Invalid) else 403)
    messages.success(request, done)
    shown = queries.one(request.user, draw_id)
    return HttpResponseRedirect(shown.draw.get_absolute_url())


def _page(
    request: HttpRequest, draw_id: int, problem: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "shown": queries.one(request.user, draw_id),
        "problem": problem,
        "script": draws.SCRIPT.read_text(encoding="utf-8"),
        "typed": {name: request.POST.get(name, "") for name in ("value", "value_source")},
        "here": "polls",
    }
    return render(request, "polls/draw.html", context, status=status)


def _spec(request: HttpRequest) -> DrawSpec:
    return DrawSpec(
        prize=request.POST.get("prize", "")[:1000],
        value_kind=request.POST.get("value_kind", "")[:1000],
        terms=request.POST.get("terms", "")[:2000],
        winners=whole(request.POST.get("winners"), otherwise=0),
        closes_at=moment_of(request.POST.get("closes_at", "")),
        value_at=moment_of(request.POST.get("value_at", "")),
    )


def _text(words: str) -> HttpResponse:
    answer = HttpResponse(words, content_type="text/plain; charset=utf-8")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
