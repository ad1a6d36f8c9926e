"""The public page of operations: what the team does here, counted."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core import display
from community.core.access import absent
from community.core.pagecache import CURSOR, kept_for_guests, leave_out
from community.core.spreadsheet import Cell, csv_answer
from forum import kept as forum_kept
from moderation.insight import pictures
from moderation.insight.kept import OPERATIONS
from moderation.insight.queries import operations as queries
from moderation.insight.queries.operations import Operations
from moderation.insight.views._shared import Sheet, file_name, window_of
from moderation.insight.window import LENGTHS, Window
from moderation.raises import policy

DAYS = frozenset(str(length) for length in LENGTHS)
STANDS_ON = (OPERATIONS, forum_kept.BOARDS, "people")
PARTS = ("members", "partners", "staff")  # of a bar, from below


@kept_for_guests(*STANDS_ON, params={"days": DAYS})
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Raises, promises, staff's share and what went out of sight. One statement, five more once in ten minutes."""
    found = queries.operations(window_of(request))
    columns = [
        pictures.Column(
            [getattr(said, part) for part in PARTS],
            day_word(day, found.window),
        )
        for day, said in found.by_day
    ]
    context = {
        "found": found,
        "window": found.window,
        "lengths": LENGTHS,
        "wide": pictures.bars(columns, PARTS, width=pictures.WIDE),
        "narrow": pictures.bars(columns, PARTS, width=pictures.NARROW),
        "least": policy.LEAST_EACH,
        "least_told": queries.LEAST_TOLD,
        "here": "operations",
    }
    return render(request, "insight/operations.html", context)


def day_word(day: date, window: Window) -> str:
    """What stands under a day's bar: Mondays, every other one where the days are many."""
    weeks = (day - window.first).days // 7
    if day.weekday() or (window.days > LENGTHS[0] and weeks % 4):
        return ""
    return display.day(day, window.last)


@kept_for_guests(*STANDS_ON, forum_kept.UPKEEP, params={"days": DAYS, "page": CURSOR})
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The rows behind staff's share. Two statements."""
    window = window_of(request)
    rows = queries.staff_posts(window, request.GET.get("page"))
    if rows.bad_cursor:
        leave_out()
    return render(request, "insight/staff_posts.html", {"page": rows, "window": window, "here": "operations"})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """One table of the page as a file."""
    found = queries.operations(window_of(request))
    sheet = request.GET.get("sheet", "boards")
    if sheet not in SHEETS:
        raise absent()
    head, rows = SHEETS[sheet](found)
    return csv_answer(file_name(f"operations-{sheet}", found.window), head, rows)


def _boards(found: Operations) -> Sheet:
    rows: list[list[Cell]] = []
    for line in found.boards:
        record = line.promise.record if line.promise else None
        said = line.said
        promised: list[Cell] = [None, None, None, None]
        if line.promise and record:
            promised = [line.promise.minutes, record.asked, record.kept, record.median]
        rows.append(
            [
                line.board.slug,
                line.board.title,
                said.members,
                said.staff,
                said.partners,
                line.raised,
                line.left_out,
                *promised,
            ]
        )
    head = ["board", "title", "posts by members", "posts by staff", "posts by partners", "raised"]
    return [*head, "left out by lot", "promised minutes", "asked", "kept", "median seconds"], rows


def _days(found: Operations) -> Sheet:
    rows: list[list[Cell]] = [
        [day.isoformat(), said.members, said.staff, said.partners] for day, said in found.by_day
    ]
    return ["day", "posts by members", "posts by staff", "posts by partners"], rows


def _gone(found: Operations) -> Sheet:
    return ["way", "posts", "threads"], [[one.way, one.posts, one.threads] for one in found.gone]


def _why(found: Operations) -> Sheet:
    return ["kind of reason", "posts and threads"], [[kind, n] for kind, n in found.why]


SHEETS = {"boards": _boards, "days": _days, "gone": _gone, "why": _why}
