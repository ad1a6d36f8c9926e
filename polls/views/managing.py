"""Looking after a poll: its end, its place, its record, and the results as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.core import idempotency
from community.core.access import absent, require
from forum.views._shared import act_and_return, members_only
from polls import access, actions, exporting, wording
from polls.models import BallotChoice, BallotState, Correction, Poll, Secrecy
from polls.queries import ladder, written
from polls.queries import shown as queries
from polls.views._shared import actor_of, voter_of

Verb = Callable[..., Poll]
VERBS: dict[str, Verb] = {
    "close": actions.close_poll,
    "reopen": actions.reopen_poll,
    "archive": actions.archive_poll,
    "remove": actions.remove_poll,
    "duplicate": actions.duplicate_poll,
}
MOST_VOTERS = 500


@require_safe
@members_only
def manage(request: HttpRequest, poll_id: int) -> HttpResponse:
    """What its author and the team can do with a poll."""
    actor = actor_of(request)
    shown = queries.one(voter_of(request), poll_id)
    require(access.may_manage(actor, shown.poll))
    words, has_more = written.newest_in(shown)
    has_ballots = actions.has_ballots(shown.poll)
    context = {
        "shown": shown,
        "poll": shown.poll,
        "written": words,
        "newest": written.NEWEST if has_more else 0,
        "has_ballots": has_ballots,
        "may_remove": access.may_remove(actor, shown.poll, is_voted_on=has_ballots),
        "may_recount": bool(access.may_recount(actor, shown.poll)),
        "here": "polls",
    }
    return render(request, "polls/manage.html", context)


@require_POST
@members_only
def act(request: HttpRequest, poll_id: int, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise absent()
    actor = actor_of(request)
    poll = access.poll_for_reading(actor, poll_id=poll_id)
    done = {
        "close": _("The poll is closed."),
        "reopen": _("The poll takes votes again."),
        "archive": _("The poll is in the archive."),
        "remove": _("The poll is removed."),
        "duplicate": _("Here is the same poll as a draft."),
    }[verb]
    made: list[Poll] = []
    to = poll.get_absolute_url()
    if verb == "remove":
        to = poll.thread.get_absolute_url() if poll.thread else "/polls/"

    def run() -> None:
        key = idempotency.usable(request.POST.get("key"))
        more = {"idempotency_key": key} if verb == "duplicate" else {}
        made.append(VERBS[verb](actor=actor, poll_id=poll.pk, **more))

    answer = act_and_return(request, run, done=done, to=to)
    if verb == "duplicate" and made:
        return HttpResponseRedirect(f"/polls/{made[0].pk}/edit/")
    return answer


@require_safe
def corrections(request: HttpRequest, poll_id: int) -> HttpResponse:
    """What words and end were before, who changed them when and why. Three statements."""
    poll = access.poll_for_reading(request.user, poll_id=poll_id)
    rows = Correction.objects.filter(poll=poll).select_related("by")
    told = wording.changes_of(poll, rows)
    context = {"poll": poll, "rows": told, "late": poll.choices.exclude(added_at=None), "here": "polls"}
    return render(request, "polls/corrections.html", context)


@require_safe
@never_cache
def voters(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Who chose what, in a poll that said so before the vote. 404 in every other."""
    shown = queries.one(voter_of(request), poll_id)
    if shown.poll.secrecy != Secrecy.NAMED:
        raise absent()
    require(shown.see)
    rows = BallotChoice.objects.filter(
        ballot__poll=shown.poll, ballot__state=BallotState.COUNTED, ballot__member__isnull=False
    ).select_related("ballot__member", "choice")
    by_choice: dict[int, list[Any]] = {}
    for row in rows.order_by("choice__place", "rank", "ballot__cast_at")[:MOST_VOTERS]:
        by_choice.setdefault(row.choice.number, []).append(row)
    groups = [(choice, by_choice.get(choice.number, [])) for choice in shown.choices]
    return render(request, "polls/voters.html", {"poll": shown.poll, "groups": groups, "here": "polls"})


@require_safe
@members_only
def funnel(request: HttpRequest, poll_id: int) -> HttpResponse:
    """How guests went on from their tap, for whoever looks after the poll. Few people are told to the team alone."""
    actor = actor_of(request)
    poll = access.poll_for_reading(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    is_team = access.is_team(actor)
    context = {"poll": poll, "rows": ladder.rows(ladder.funnel(poll, is_team=is_team)), "is_team": is_team}
    return render(request, "polls/funnel.html", context | {"here": "polls"})


@require_safe
@never_cache
def export(request: HttpRequest, poll_id: int, form: str) -> HttpResponse:
    """The result as `csv` or `json`, for whoever sees it on the page."""
    shown = queries.one(voter_of(request), poll_id)
    if form not in ("csv", "json"):
        raise absent()
    require(shown.see)
    words = written.written_in(shown)
    if form == "csv":
        # With a mark at its beginning: spreadsheets read Chinese by it.
        answer = HttpResponse(
            "\ufeff" + exporting.as_csv(shown, words), content_type="text/csv; charset=utf-8"
        )
    else:
        answer = HttpResponse(exporting.as_json(shown, words), content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="poll-{shown.poll.pk}.{form}"'
    return answer
