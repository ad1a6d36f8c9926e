"""The search page and what the palette asks for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.access import Refused
from community.core.pagination import NumberedPage
from community.core.ratelimit import client_network, hit
from community.core.whole import whole
from community.members.access import may_see_field
from community.search import asking, queries, snippets
from community.search.analysis import fold
from community.search.besides import near_title
from community.search.meant import meant
from community.search.sight import Sight
from forum.models import Lane

if TYPE_CHECKING:
    from forum.models import Thread
    from forum.roles import Viewer

logger = logging.getLogger(__name__)


def _viewer(request: HttpRequest) -> Viewer:
    return request.user


def _limit(request: HttpRequest, *, scope: str, limit: int) -> None:
    who = f"member:{request.user.pk}" if request.user.is_authenticated else client_network(request)
    verdict = hit(scope, who, limit=limit, per=60)
    if not verdict:
        raise Refused(verdict)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with filters as links. An engine that fails is a calm notice, not an error."""
    asked = asking.parse(request.GET.dict())
    viewer = _viewer(request)
    resting = False
    results = queries.Results(asked=asked)
    sight = Sight(viewer)
    if asked.wanted or asked.narrowed:
        _limit(request, scope="search", limit=60)
        try:
            results = queries.search(viewer, asked, _page(request), sight)
            results.meant = meant(asked, sight, total=results.total + len(results.faces), loose=results.loose)
        except DatabaseError:
            logger.exception("search failed")
            resting = True
    pages = NumberedPage(
        page=results.page,
        pages=results.pages,
        first=(results.page - 1) * queries.PAGE + 1,
        last=min(results.page * queries.PAGE, results.total),
        window=[],
    )
    context = {
        "asked": asked,
        "results": results,
        "pages": pages,
        "resting": resting,
        "types": [
            ("", _("All")),
            ("thread", _("Threads")),
            ("reply", _("Replies")),
            ("member", _("People")),
            ("article", _("Magazine")),
        ],
        "lanes": Lane.choices,
        "boards": queries.shown_boards(sight),
        "here": "search",
    }
    return render(request, "search/search.html", context)


def _page(request: HttpRequest) -> int:
    return whole(request.GET.get("page"), 3) or 1


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Boards, people and threads for the palette, as groups of titles and addresses."""
    _limit(request, scope="suggest", limit=240)
    try:
        found = queries.suggest(_viewer(request), request.GET.get("q", ""))
    except DatabaseError:
        logger.exception("suggest failed")
        found = {"boards": [], "people": [], "threads": []}
    groups = [
        {
            "title": _("Threads"),
            "items": [
                {
                    "title": row.title,
                    "marks": snippets.pieces(row.title, request.GET.get("q", "")),
                    "lang": row.lang,
                    "url": row.get_absolute_url(),
                    "meta": _beside(row, request.GET.get("q", "")),
                }
                for row in found["threads"]
            ],
        },
        {
            "title": _("Boards"),
            "items": [
                {"title": row.title, "url": row.get_absolute_url(), "meta": ""} for row in found["boards"]
            ],
        },
        {
            "title": _("People"),
            "items": [
                {
                    "title": row.name,
                    "url": reverse("members:profile", args=[row.name]),
                    "meta": row.drives if may_see_field(request.user, row, "drives") else "",
                }
                for row in found["people"]
            ],
        },
    ]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


def _beside(thread: Thread, typed: str) -> str:
    """What stands beside a suggested thread: its board, and the tags it was found by where its title does not say why."""
    words, title = fold(typed).split(), fold(thread.title)
    tags = [name for _slug, name in thread.tag_list if any(word in fold(name) for word in words)]
    said = all(word in title for word in words)
    return " · ".join([thread.board.title, *([] if said else tags)])


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """Known answers and threads that a title being typed comes close to, as a fragment; empty when none does."""
    _limit(request, scope="near", limit=120)
    title = request.GET.get("title", "")[: asking.LONGEST_QUERY]
    return render(request, "search/_near.html", near_title(_viewer(request), title))
