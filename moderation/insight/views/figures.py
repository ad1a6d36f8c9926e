"""The team's page of figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.core.spreadsheet import Cell, csv_answer
from forum.views._shared import actor_of, members_only
from moderation.insight import pictures, ranges
from moderation.insight.queries import figures as queries
from moderation.insight.queries import steps as people
from moderation.insight.queries.figures import Figures
from moderation.insight.queries.work import BECAME
from moderation.insight.tone import BLAME, PRAISE
from moderation.insight.views._shared import Sheet, file_name, raised_sheet, window_of
from moderation.insight.views.operations import day_word
from moderation.insight.waits import FEW, Waits
from moderation.insight.window import LENGTHS
from moderation.promises import typed
from moderation.raises import policy

KEPT = ("kept", "missed")  # parts of a bar, from below


@require_safe
@members_only
def page(request: HttpRequest) -> HttpResponse:
    """The four steps, first replies, promises, raises, teams and cohorts of the viewer's boards. Nineteen statements."""
    found = queries.figures(actor_of(request), window_of(request))
    days = [
        pictures.Column([day.kept, day.missed], day_word(day.day, found.window)) for day in found.promises
    ]
    hours = [f"{hour:02}" if hour % 3 == 0 else "" for hour in range(24)]
    shares = [(_("Raised"), found.effect.raised), (_("Left out by lot"), found.effect.left_out)]
    sizes = {"wide": pictures.WIDE, "narrow": pictures.NARROW}
    context = {
        "found": found,
        "window": found.window,
        "lengths": LENGTHS,
        "few": FEW,
        "funnel": ranges.funnel(found.steps.counts),
        "steps": _steps(found),
        "between": people.BETWEEN,
        "hours": {
            size: ranges.whiskers(found.replies.by_hour, hours, width=width, said=typed.span_words)
            for size, width in sizes.items()
        },
        "days": {size: pictures.bars(days, KEPT, width=width) for size, width in sizes.items()},
        "shares": {size: ranges.reaches(shares, width=width) for size, width in sizes.items()},
        "praise": " ".join([*PRAISE["en"], *PRAISE["zh"]]),
        "blame": " ".join([*BLAME["en"], *BLAME["zh"]]),
        "least": policy.LEAST_EACH,
        "here": "staff",
    }
    return render(request, "insight/figures.html", context)


def _steps(found: Figures) -> list[tuple[str, int, int]]:
    """(name, people, per cent of the step before) of each step."""
    counts = found.steps.counts
    before = [counts[0], *counts]
    return [
        (name, n, policy.per_cent(n / known) if known else 0)
        for name, n, known in zip(people.STEPS, counts, before, strict=False)
    ]


@require_safe
@members_only
def export(request: HttpRequest) -> HttpResponse:
    """One table of the page as a file."""
    sheet = request.GET.get("sheet", "replies")
    if sheet not in SHEETS:
        raise absent()
    found = queries.figures(actor_of(request), window_of(request))
    head, rows = SHEETS[sheet](found)
    return csv_answer(file_name(f"figures-{sheet}", found.window), head, rows)


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else int(wait.total_seconds())


def _waits(kind: str, name: str, waits: Waits) -> list[Cell]:
    return [kind, name, waits.asked, waits.answered, _seconds(waits.median), _seconds(waits.long)]


def _replies(found: Figures) -> Sheet:
    told = found.replies
    rows = [
        _waits("all", "", told.all),
        _waits("askers", "new", told.new),
        _waits("askers", "regular", told.regular),
    ]
    rows += [_waits("board", board.slug, waits) for board, waits in told.by_board]
    rows += [_waits("hour", f"{hour:02}", waits) for hour, waits in enumerate(told.by_hour)]
    return ["by", "which", "asked", "answered", "median seconds", "nine of ten seconds"], rows


def _people(found: Figures) -> Sheet:
    names = [*people.STEPS, *people.BETWEEN]
    return ["step", "people"], [[name, found.steps.count(name)] for name in names]


def _promises(found: Figures) -> Sheet:
    return ["day", "kept", "missed"], [[one.day.isoformat(), one.kept, one.missed] for one in found.promises]


def _teams(found: Figures) -> Sheet:
    rows: list[list[Cell]] = [
        [one.role, one.people, one.posts, one.first_replies, one.desk_acts, one.raises] for one in found.teams
    ]
    return ["team", "people", "posts", "first replies", "acts at the desk", "raises"], rows


def _cohorts(found: Figures) -> Sheet:
    rows: list[list[Cell]] = [
        [one.monday.isoformat(), after, share.hits, share.total]
        for one in found.cohorts
        for after, share in enumerate(one.shares, start=1)
    ]
    return ["week of joining", "weeks later", "active", "joined"], rows


def _treatment(found: Figures) -> Sheet:
    told = [("tone", name, share) for name, share in found.treatment.rows]
    told += [("author", group.name, group.share) for group in found.groups]
    return ["by", "which", "raised", "threads"], [[by, name, one.hits, one.total] for by, name, one in told]


def _canned(found: Figures) -> Sheet:
    told = found.canned
    rows: list[list[Cell]] = [[name, getattr(told, name)] for name in BECAME]
    return ["replies begun from an answer kept ready", "posts"], rows


SHEETS: dict[str, Callable[[Figures], Sheet]] = {
    "replies": _replies,
    "steps": _people,
    "promises": _promises,
    "teams": _teams,
    "cohorts": _cohorts,
    "treatment": _treatment,
    "canned": _canned,
    "raises": lambda found: raised_sheet(found.effect),
}
