"""Lists across boards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.pagecache import CURSOR, SLUG, Accepts, kept_for_guests
from forum import actions, kept
from forum.models import Lane
from forum.queries import lists
from forum.views._shared import LANES, ONLY, act_and_return, actor_of, members_only, viewer_of

Query = Callable[..., Any]
PARAMS: dict[str, Accepts] = {"lane": LANES, "tag": SLUG, "only": ONLY, "page": CURSOR}


def _show(
    request: HttpRequest, query: Query, *, name: str, title: str, lead: str, empty: str, **extra: Any
) -> HttpResponse:
    wanted = lists.ListFilter.of(request.GET.dict() | extra.pop("fixed", {}))
    page = query(viewer_of(request), wanted, request.GET.get("page"))
    kept.note_list(page)
    context = {
        "page": page,
        "wanted": wanted,
        "lanes": [{"value": lane.value, "label": lane.label} for lane in Lane],
        "list_name": name,
        "title": title,
        "lead": lead,
        "empty": empty,
        "here": name,
        **extra,
    }
    template = "forum/_rows.html" if request.htmx and not request.htmx.boosted else "forum/list.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@kept_for_guests(*kept.LISTS, params=PARAMS)
@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    return _show(
        request,
        lists.latest,
        name="latest",
        title=_("Latest"),
        lead=_("Every board you can read, the last word first."),
        empty=_("Nobody has written yet."),
    )


@require_safe
@members_only
def unread(request: HttpRequest) -> HttpResponse:
    return _show(
        request,
        lists.unread,
        name="unread",
        title=_("Unread"),
        lead=_("Threads with something you have not seen."),
        empty=_("You have seen everything. New replies will appear here."),
    )


@kept_for_guests(*kept.LISTS, params=PARAMS)
@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    return _show(
        request,
        lists.unanswered,
        name="unanswered",
        title=_("Unanswered"),
        lead=_("Open questions nobody has replied to yet, the longest wait first."),
        empty=_("Every open question has had a reply."),
    )


@kept_for_guests(*kept.LISTS, params=PARAMS)
@require_safe
def hot(request: HttpRequest) -> HttpResponse:
    return _show(
        request,
        lists.hot,
        name="hot",
        title=_("Hot"),
        lead=_("The liveliest threads for their age."),
        empty=_("Nobody has written yet."),
    )


@require_safe
@members_only
def watched(request: HttpRequest) -> HttpResponse:
    return _show(
        request,
        lambda viewer, _wanted, cursor: lists.watched(viewer, cursor),
        name="watched",
        title=_("Watched"),
        lead=_("Threads you wrote in or chose to watch."),
        empty=_("You watch no thread yet. Reply somewhere, or choose “Watch” on a thread."),
    )


@kept_for_guests(*kept.LISTS)
@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    return render(request, "forum/tags.html", {"tags": lists.tag_cloud(viewer_of(request)), "here": "tags"})


@kept_for_guests(*kept.LISTS, params=PARAMS)
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    row = lists.tag_for(viewer_of(request), slug)
    if row is None:
        raise Http404
    return _show(
        request,
        lists.latest,
        name="tag",
        title=row.name,
        lead=_("Threads with this tag, the last word first."),
        empty=_("No thread you can read has this tag."),
        fixed={"tag": row.slug},
        tag=row,
    )


@require_POST
@members_only
def follow_tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a tag, or stop."""
    follows = request.POST.get("do") != "unfollow"
    verb = actions.follow_tag if follows else actions.unfollow_tag
    return act_and_return(
        request,
        lambda: verb(member=actor_of(request), slug=slug),
        done=_("You follow this tag.") if follows else _("You no longer follow this tag."),
        to=reverse("forum:tag", args=[slug]),
    )


@require_POST
@members_only
def mark_all_read(request: HttpRequest) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.mark_board_read(member=actor_of(request), board_id=None),
        done=_("Everything counts as read."),
        to=reverse("forum:unread"),
    )
