"""The list of surveys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.pagecache import CURSOR, kept_for_guests, leave_out
from forum import kept as forum_kept
from polls.surveys.access import may_make
from polls.surveys.kept import SURVEYS
from polls.surveys.queries import lists


@kept_for_guests(*forum_kept.LISTS, SURVEYS, params={"show": frozenset(lists.TABS), "page": CURSOR})
@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """Surveys to answer and their results; for those who make them also drafts. One statement beside session and
    account."""
    tab = request.GET.get("show", "")
    tab = tab if tab in lists.TABS else "open"
    page = lists.surveys(request.user, tab, request.GET.get("page"))
    if page.bad_cursor or not page.items:
        leave_out()
    context = {"page": page, "tab": tab, "may_make": may_make(request.user), "here": "surveys"}
    return render(request, "surveys/list.html", context)
