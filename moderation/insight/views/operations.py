"""The public page of operations: what the team does here, counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core import display
from community.core.access import absent
from community.core.pagecache import CURSOR, SLUG, Accepts, kept_for_guests, leave_out
from community.core.pagination import keyset
from community.core.spreadsheet import Cell, csv_answer
from forum import kept as forum_kept
from forum.models import Board
from moderation.insight import pictures
from moderation.insight.kept import OPERATIONS
from moderation.insight.queries import operations as queries
from moderation.insight.queries.behind import day_of
from moderation.insight.queries.gone import LEAST_TOLD
from moderation.insight.queries.operations import Operations
from moderation.insight.views import listed
from moderation.insight.views._shared import Sheet, file_name, raised_sheet, window_of
from moderation.insight.window import LENGTHS, Window
from moderation.raises import policy
from moderation.raises.models import Raise

DAYS = frozenset(str(length) for length in LENGTHS)
STANDS_ON = (OPERATIONS, forum_kept.BOARDS, "people")
ROWS = 30
WHO = (*queries.VOICES, "all")
LOTS = frozenset(Raise.State.values)
DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
ROW_PARAMS: dict[str, Accepts] = {
    "days": DAYS,
    "page": CURSOR,
    "board": SLUG,
    "day": DAY,
    "as": frozenset({"csv"}),
}
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
        "least_told": LEAST_TOLD,
        "here": "operations",
    }
    return render(request, "insight/operations.html", context)


def day_word(day: date, window: Window) -> str:
    """What stands under a day's bar: Mondays, every other one where the days are many."""
    weeks = (day - window.first).days // 7
    if day.weekday() or (window.days > LENGTHS[0] and weeks % 4):
        return ""
    return display.day(day, window.last)


@kept_for_guests(*STANDS_ON, forum_kept.UPKEEP, params=ROW_PARAMS | {"who": frozenset(WHO)})
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The posts behind a number, what staff wrote unless asked for others. Two statements."""
    window, who = window_of(request), request.GET.get("who") or "staff"
    if who not in WHO:
        raise absent()
    day = day_of(request.GET.get("day", ""), window)
    boards, board = places_of(request)
    found = queries.posts(window.only(day) if day else window, [one.pk for one in boards], who)
    if listed.wants_file(request):
        leave_out()
        return listed.file_of(listed.POSTS, found, AnonymousUser(), f"operations-posts-{who}", window)
    rows = keyset(found, order=("-posted_at", "-id"), cursor=request.GET.get("page"), size=ROWS)
    if rows.bad_cursor:
        leave_out()
    context = {"page": rows, "window": window, "who": who, "board": board, "day": day, "here": "operations"}
    return render(request, "insight/staff_posts.html", context)


@kept_for_guests(*STANDS_ON, forum_kept.UPKEEP, params=ROW_PARAMS | {"lot": LOTS})
@require_safe
def raises(request: HttpRequest) -> HttpResponse:
    """The raises behind a number. Two statements."""
    window, lot = window_of(request), request.GET.get("lot", "")
    if lot and lot not in LOTS:
        raise absent()
    boards, board = places_of(request)
    found = queries.raises(window, [one.pk for one in boards], lot)
    asked = {"lot": lot}
    return listed.to_everybody(
        request, listed.RAISES, found, what="raises", window=window, asked=asked, board=board
    )


def places_of(request: HttpRequest) -> tuple[list[Board], Board | None]:
    """The boards whose rows are asked for, and the one that was named. 404 for one that not everybody may read."""
    boards = list(queries.public_boards())
    slug = request.GET.get("board")
    if not slug:
        return boards, None
    board = next((one for one in boards if one.slug == slug), None)
    if board is None:
        raise absent()
    return [board], board


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


SHEETS: dict[str, Callable[[Operations], Sheet]] = {
    "raises": lambda found: raised_sheet(found.effect),
    "boards": _boards,
    "days": _days,
    "gone": _gone,
    "why": _why,
}
