"""The best of the last months, by members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.pagecache import kept_for_guests
from forum import kept as forum_kept
from moderation.insight.kept import OPERATIONS
from moderation.insight.queries import best as queries


@kept_for_guests(OPERATIONS, forum_kept.BOARDS, forum_kept.UPKEEP, "people")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Posts by members that members found most useful, without a vote of staff. One statement."""
    context = {"rows": queries.best(), "days": queries.DAYS, "least": queries.LEAST, "here": "latest"}
    return render(request, "insight/best.html", context)
