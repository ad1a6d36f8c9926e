"""You said, we did: what members decided, and what the brand answered by when."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core.access import Invalid, Refused, absent, require
from community.core.middleware import says_unreadable
from community.core.pagecache import CURSOR, kept_for_guests, leave_out
from forum import kept as forum_kept
from forum.views._shared import members_only
from polls import access, actions
from polls.kept import SAID
from polls.models import Outcome, Poll
from polls.queries import said as queries
from polls.views._shared import actor_of


@kept_for_guests(*forum_kept.LISTS, SAID, params={"show": frozenset(queries.TABS), "page": CURSOR}, fresh=60)
@require_safe
def said(request: HttpRequest) -> HttpResponse:
    """Decisions that wait for an answer, late ones first, and those that have one. Three statements beside session and
    account."""
    tab = request.GET.get("show", "")
    tab = tab if tab in queries.TABS else "waiting"
    page = queries.decisions(request.user, tab, request.GET.get("page"))
    if page.bad_cursor or not page.items:
        leave_out()
    context = {"page": page, "tab": tab, "late": queries.late_count(request.user), "here": "polls"}
    return render(request, "polls/said.html", context)


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def answer(request: HttpRequest, poll_id: int) -> HttpResponse:
    """The team's form: an answer, or another day for it with a reason."""
    actor = actor_of(request)
    poll = access.poll_for_reading(actor, poll_id=poll_id)
    if not poll.is_decision:
        raise absent()
    require(access.may_answer_for_brand(actor))
    if request.method != "POST":
        return _form(request, poll)
    try:
        if "move" in request.POST:
            actions.move_answer_date(
                actor=actor,
                poll_id=poll.pk,
                to=_day(request.POST.get("to", "")),
                reason=request.POST.get("reason", "")[:1000],
            )
            messages.success(request, _("The day is moved. The old one stays readable."))
        else:
            actions.answer_decision(
                actor=actor,
                poll_id=poll.pk,
                outcome=request.POST.get("outcome", "")[:6],
                text=request.POST.get("text", "")[:4000],
            )
            messages.success(request, _("Answered. Everybody can read it."))
    except Refused as refusal:
        return _form(request, poll, refusal, status=422 if isinstance(refusal, Invalid) else 403)
    return HttpResponseRedirect(poll.get_absolute_url())


def _form(
    request: HttpRequest, poll: Poll, problem: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "poll": poll,
        "problem": problem,
        "field": problem.field if isinstance(problem, Invalid) else "",
        "outcomes": Outcome.choices,
        "typed": request.POST.dict(),
        "answers": queries.answers_of(poll),
        "here": "polls",
    }
    return render(request, "polls/answer.html", context, status=status)


def _day(raw: str) -> date:
    """The day as typed; one long past, which the action refuses, for what is none."""
    try:
        return parse_date(raw.strip()) or date.min
    except ValueError:
        return date.min
