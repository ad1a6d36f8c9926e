"""The public ledger of a board, and the audit for moderators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.pagecache import CURSOR, kept_for_guests, stands_on
from forum import access
from forum import kept as forum_kept
from forum.views._shared import actor_of, members_only, viewer_of
from moderation.raises import policy, queries
from moderation.raises.kept import ledger_topic


@kept_for_guests(forum_kept.BOARDS, forum_kept.UPKEEP, "people", params={"page": CURSOR})
@require_safe
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Every raise on a board with who, why and what followed, and what can be said of the effect. Four statements."""
    viewer = viewer_of(request)
    board = access.board_for_reading(viewer, slug=slug)
    stands_on(ledger_topic(board.pk), forum_kept.board_topic(board.pk))
    page = queries.ledger(viewer, board, request.GET.get("page"))
    effect = queries.effect_on([board.pk])
    context = {"board": board, "page": page, "effect": effect, "least": policy.LEAST_EACH, "here": "boards"}
    return render(request, "raises/ledger.html", context)


@require_safe
@members_only
def audit(request: HttpRequest) -> HttpResponse:
    """Whose threads are raised, on the viewer's boards. Two statements."""
    groups = queries.audit(actor_of(request))
    context = {"groups": groups, "effect": queries.effect_on(), "least": policy.LEAST_EACH, "here": "staff"}
    return render(request, "raises/audit.html", context)
