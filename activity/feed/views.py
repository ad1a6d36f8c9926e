"""What the people, boards and tags that I follow did."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.feed import queries
from community.members.views._shared import me


@require_safe
@login_required
@never_cache
def feed(request: HttpRequest) -> HttpResponse:
    """My feed: everything, or (`?show=unread`) what I have not read. At most five statements."""
    only_unread = request.GET.get("show") == "unread"
    page = queries.feed(me(request), request.GET.get("page"), unread=only_unread)
    is_empty = not page.items and not request.GET.get("page")
    suggested = queries.suggestions(me(request)) if is_empty and only_unread is False else []
    context = {"page": page, "only_unread": only_unread, "suggested": suggested, "here": "feed"}
    return render(request, "feed/list.html", context)
