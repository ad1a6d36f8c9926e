"""All boards, one board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.pagecache import CURSOR, SLUG, Accepts, kept_for_guests, leave_out, stands_on
from community.core.pagination import KeysetPage
from forum import access, actions, kept
from forum.models import Board, Lane, Thread, WatchLevel
from forum.queries import lists
from forum.views import guests, narrowing
from forum.views._shared import LANES, ONLY, SORTS, act_and_return, actor_of, members_only, viewer_of

PARAMS: dict[str, Accepts] = {"lane": LANES, "sort": SORTS, "tag": SLUG, "only": ONLY, "page": CURSOR}
PARAMS |= narrowing.PARAMS | {"raised": frozenset({"off"})}


@kept_for_guests(*kept.LISTS)
@require_safe
def board_list(request: HttpRequest) -> HttpResponse:
    """Every board the viewer may read. One statement."""
    return render(
        request, "forum/boards.html", {"groups": lists.all_boards(viewer_of(request)), "here": "boards"}
    )


@kept_for_guests(
    kept.BOARDS,
    kept.UPKEEP,
    "people",
    params=PARAMS,
)
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Threads of one board, filtered and sorted by links. Three statements; one more for members' watch, and one
    where something stands raised."""
    viewer = viewer_of(request)
    place = access.board_for_reading(viewer, slug=slug)
    wanted = lists.ListFilter.of(request.GET.dict())
    narrowed = narrowing.Narrowed(request, place)
    if narrowed.address:
        leave_out()
        return HttpResponseRedirect(narrowed.address)
    page = lists.board_page(viewer, place, wanted, request.GET.get("page"), narrowed.by)
    raised = _raise(request, page, place, is_own_list=wanted == lists.ListFilter() and not narrowed.by)
    watch = lists.watch_of(viewer, place)
    subs = lists.sub_boards(viewer, place) if place.parent_id is None else []
    stands_on(*(kept.board_topic(pk) for pk in [place.pk, *(sub.pk for sub in subs)]))
    kept.note_list(page)
    context = {
        "board": place,
        "subs": subs,
        "page": page,
        "wanted": wanted,
        "narrowed": narrowed,
        "lanes": [
            {"value": lane.value, "label": lane.label, "count": place.lane_counts.get(lane.value, 0)}
            for lane in Lane
            if not place.lanes or lane.value in place.lanes
        ],
        "sorts": lists.sort_choices(),
        "raised": raised,
        "watch": watch,
        "watch_levels": WatchLevel.choices,
        "may_start": access.may_start(viewer, place),
        "may_write_first": not viewer.is_authenticated and guests.may_begin(place),
        "here": "boards",
    }
    template = "forum/_rows.html" if request.htmx and not request.htmx.boosted else "forum/board.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _raise(request: HttpRequest, page: KeysetPage[Thread], place: Board, *, is_own_list: bool) -> str:
    """Lift what stands raised on the first page of a board's own list: "on", or "off" where the reader wants none."""
    if not is_own_list or not place.raised_count or page.previous or request.GET.get("page"):
        return ""
    viewer = viewer_of(request)
    if request.GET.get("raised") == "off" or getattr(viewer, "plain_order", False):
        return "off"
    return "on" if lists.with_raised(page, viewer, place) else ""


@require_POST
@members_only
def mark_board_read(request: HttpRequest, slug: str) -> HttpResponse:
    place = access.board_for_reading(viewer_of(request), slug=slug)
    return act_and_return(
        request,
        lambda: actions.mark_board_read(member=actor_of(request), board_id=place.pk),
        done=_("Everything on this board counts as read."),
        to=place.get_absolute_url(),
    )


@require_POST
@members_only
def watch_board(request: HttpRequest, slug: str) -> HttpResponse:
    place = access.board_for_reading(viewer_of(request), slug=slug)
    return act_and_return(
        request,
        lambda: actions.set_watch(
            member=actor_of(request), board_id=place.pk, level=request.POST.get("level", "")
        ),
        done=_("Your choice is saved."),
        to=reverse("forum:board", args=[slug]),
    )
