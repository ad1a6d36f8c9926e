"""What is behind the public numbers of promises, and of what went out of sight as far as privacy lets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.core.pagecache import CURSOR, SLUG, kept_for_guests
from forum import kept as forum_kept
from moderation.insight.queries import operations as queries
from moderation.insight.queries.gone import LEAST_TOLD, POSTS, THREADS, WAYS, gone_by_day
from moderation.insight.views import listed
from moderation.insight.views._shared import window_of
from moderation.insight.views.operations import DAYS, STANDS_ON, places_of

KEPT = frozenset({"kept", "missed"})
KINDS = frozenset({POSTS, THREADS})


@kept_for_guests(
    *STANDS_ON,
    forum_kept.UPKEEP,
    params={"page": CURSOR, "board": SLUG, "only": KEPT, "days": DAYS, "as": frozenset({"csv"})},
)
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """The questions behind a record of promises. Two statements, three for all boards."""
    only = request.GET.get("only", "")
    if only and only not in KEPT:
        raise absent()
    _boards, board = places_of(request)
    found, window = queries.promises(board, only), window_of(request)
    return listed.to_everybody(
        request, listed.PROMISES, found, what="promises", window=window, only=only, board=board
    )


@kept_for_guests(*STANDS_ON, forum_kept.UPKEEP, params={"days": DAYS, "way": frozenset(WAYS), "what": KINDS})
@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """On which days what went out of sight was written; never whose it was, or where. Two statements."""
    way, what, window = request.GET.get("way", ""), request.GET.get("what", POSTS), window_of(request)
    if way not in WAYS or what not in KINDS:
        raise absent()
    boards, _board = places_of(request)
    context = {
        "days": gone_by_day(window, [one.pk for one in boards], way, what),
        "way": way,
        "what": what,
        "window": window,
        "least_told": LEAST_TOLD,
        "here": "operations",
    }
    return render(request, "insight/operations_gone.html", context)
