"""The rows behind the team's numbers."""

from __future__ import annotations

import re
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.core.among import among
from community.core.pagination import keyset, numbered
from community.core.spreadsheet import Cell, csv_answer
from community.members.models import Member, Role, all_but_face
from forum.views._shared import actor_of, members_only
from moderation.desk.queries import boards_for
from moderation.insight.queries import behind, replies, steps
from moderation.insight.queries import cohorts as weekly
from moderation.insight.views import listed
from moderation.insight.views._shared import file_name, window_of
from moderation.insight.window import Window

ROWS = 50
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
KINDS = {
    "posts": (behind.posts, listed.POSTS),
    "promises": (behind.promises, listed.PROMISES),
    "raises": (behind.raises, listed.RAISES),
    "acts": (behind.acts, listed.ACTS),
    "threads": (behind.threads, listed.THREADS),
}


@require_safe
@members_only
def rows(request: HttpRequest, of: str) -> HttpResponse:
    """What a number of the page counts, the latest first. Three statements; four for a tone."""
    viewer, window = actor_of(request), window_of(request)
    find, kind = KINDS[of]
    params = request.GET.dict()
    found = find(behind.Asked(viewer, [board.pk for board in boards_for(viewer)], window, params))
    if listed.wants_file(request):
        return listed.file_of(kind, found, viewer, f"figures-{of}", window)
    page, told = listed.page_of(kind, found, viewer, request.GET.get("page"))
    context = {
        "page": page,
        "rows": told,
        "count": found.count(),
        "of": of,
        "asked": params,
        "window": window,
        "here": "staff",
    }
    return render(request, "insight/rows.html", context)


@require_safe
@members_only
def people(request: HttpRequest) -> HttpResponse:
    """Members behind a step, a cohort's week or a team, the latest first. Six statements at most."""
    viewer, window = actor_of(request), window_of(request)
    ids = [board.pk for board in boards_for(viewer)]
    name, monday, later, team = (request.GET.get(key, "") for key in ("step", "week", "after", "role"))
    guests = 0
    if team:
        found = behind.writers(behind.Asked(viewer, ids, window, request.GET.dict()))
    elif name in (*steps.STEPS, *steps.BETWEEN):
        told = steps.steps(ids, window)
        found, guests = told.ids(name), told.guests if name == "known" else 0
    else:
        found = _of_cohort(weekly.cohorts(ids, window), monday, later)
    rows = Member.objects.filter(pk__in=among(found)).defer(
        *(name.removeprefix("x__") for name in all_but_face("x", also=("joined_at", "post_count")))
    )
    if listed.wants_file(request):
        lines = rows.order_by("-joined_at", "-id").values_list("name", "role", "joined_at", "post_count")
        table: list[list[Cell]] = [
            [name, role, at.isoformat(timespec="minutes"), n] for name, role, at, n in lines
        ]
        return csv_answer(file_name("figures-people", window), ["name", "role", "joined", "posts"], table)
    page = keyset(rows, order=("-joined_at", "-id"), cursor=request.GET.get("page"), size=ROWS)
    context = {
        "page": page,
        "count": len(found),
        "guests": guests,
        "step": "" if team else name,
        "team": str(Role(team).label) if team else "",
        "after": later,
        "week": date.fromisoformat(monday) if not (name or team) else None,
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
    if listed.wants_file(request):
        return _questions_file(told, window)
    asked = request.GET.get("page", "")
    pages = numbered(len(told), int(asked) if NUMBER.fullmatch(asked) else 1, ROWS)
    shown = told[pages.first - 1 : pages.last]
    threads = replies.threads(shown)
    context = {
        "pages": pages,
        "rows": [(threads[one.thread_id], one) for one in shown if one.thread_id in threads],
        "count": len(told),
        "narrowed": narrowed,
        "window": window,
        "here": "staff",
    }
    return render(request, "insight/questions.html", context)


def _questions_file(told: list[replies.Asked], window: Window) -> HttpResponse:
    threads = replies.threads(told)
    rows: list[list[Cell]] = [
        [
            thread.title,
            thread.get_absolute_url(),
            thread.board.slug,
            thread.author.name if thread.author else None,
            one.at.isoformat(timespec="minutes"),
            None if one.wait is None else int(one.wait.total_seconds()),
            one.by,
        ]
        for one in told
        if (thread := threads.get(one.thread_id)) is not None
    ]
    head = [
        "question",
        "address",
        "board",
        "asked by",
        "asked",
        "first reply after seconds",
        "first reply by",
    ]
    return csv_answer(file_name("figures-questions", window), head, rows)
