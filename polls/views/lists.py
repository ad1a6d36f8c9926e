"""The list of polls."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.pagecache import CURSOR, SLUG, kept_for_guests, leave_out
from forum import kept as forum_kept
from forum.access import board_for_reading
from polls import labels
from polls.access import is_team, may_make
from polls.kept import POLLS
from polls.queries import lists


@kept_for_guests(
    *forum_kept.LISTS, POLLS, params={"show": frozenset(lists.TABS), "board": SLUG, "page": CURSOR}
)
@require_safe
def polls(request: HttpRequest) -> HttpResponse:
    """Polls that take votes, those that are over, and one's own drafts; of one board if asked. One statement beside
    session and account, one more for the board."""
    tab = request.GET.get("show", "")
    is_known = tab in lists.TABS or (tab == lists.DRAFTS and request.user.is_authenticated)
    tab = tab if is_known else "open"
    slug = request.GET.get("board", "")
    board = board_for_reading(request.user, slug=slug) if slug else None
    page = lists.polls(request.user, tab, request.GET.get("page"), board_id=board.pk if board else None)
    if page.bad_cursor or not page.items:
        leave_out()
    context = {
        "page": page,
        "tab": tab,
        "board": board,
        "may_make": may_make(request.user),
        "may_try": is_team(request.user),
        "here": "polls",
    }
    return render(request, "polls/list.html", context)


@kept_for_guests(forum_kept.BOARDS)
@require_safe
def truth(request: HttpRequest) -> HttpResponse:
    """By which rules results are judged. No statement beside session and account."""
    return render(request, "polls/truth.html", {"rules": labels.rules(), "here": "polls"})
