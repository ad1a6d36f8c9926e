"""The rows behind the team's numbers."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.core.among import among
from community.core.pagination import keyset
from community.members.models import Member, all_but_face
from forum.views._shared import actor_of, members_only
from moderation.desk.queries import boards_for
from moderation.insight.queries import cohorts as weekly
from moderation.insight.queries import replies, steps
from moderation.insight.views._shared import window_of

ROWS = 50


@require_safe
@members_only
def people(request: HttpRequest) -> HttpResponse:
    """Members behind a step, or behind a cohort's week, the latest first. Six statements at most."""
    ids = [board.pk for board in boards_for(actor_of(request))]
    window = window_of(request)
    name, monday, later = (request.GET.get(key, "") for key in ("step", "week", "after"))
    guests = 0
    if name in (*steps.STEPS, *steps.BETWEEN):
        told = steps.steps(ids, window)
        found, guests = told.ids(name), told.guests if name == "known" else 0
    else:
        found = _of_cohort(weekly.cohorts(ids, window), monday, later)
    rows = Member.objects.filter(pk__in=among(found)).defer(
        *(name.removeprefix("x__") for name in all_but_face("x", also=("joined_at", "post_count")))
    )
    page = keyset(rows, order=("-joined_at", "-id"), cursor=request.GET.get("page"), size=ROWS)
    context = {
        "page": page,
        "count": len(found),
        "guests": guests,
        "step": name,
        "after": later,
        "week": date.fromisoformat(monday) if not name else None,
        "window": window,
        "here": "staff",
    }
    return render(request, "insight/people.html", context)


def _of_cohort(told: list[weekly.Cohort], monday: str, later: str) -> list[int]:
    """Who of the people of a week did something so many weeks later; all of them for 0. 404 for another week."""
    cohort = next((one for one in told if one.monday.isoformat() == monday), None)
    weeks = [str(n) for n in range(weekly.WEEKS)]
    if cohort is None or later not in weeks:
        raise absent()
    return sorted(cohort.active.get(int(later), frozenset()) if int(later) else cohort.people)


@require_safe
@members_only
def questions(request: HttpRequest) -> HttpResponse:
    """Questions behind a wait, those without a reply first, then the longest waits. Three statements."""
    boards = boards_for(actor_of(request))
    window = window_of(request)
    narrowed = replies.Narrowed.of(request.GET, boards)
    told = [one for one in replies.asked([board.pk for board in boards], window) if narrowed.keeps(one)]
    told.sort(key=lambda one: (one.wait is not None, -(one.wait.total_seconds() if one.wait else 0), one.at))
    shown = told[:ROWS]
    threads = replies.threads(shown)
    context = {
        "rows": [(threads[one.thread_id], one) for one in shown if one.thread_id in threads],
        "count": len(told),
        "narrowed": narrowed,
        "window": window,
        "here": "staff",
    }
    return render(request, "insight/questions.html", context)
