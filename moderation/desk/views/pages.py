"""The queue, and one thread on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.core import clock
from forum.views._shared import actor_of, members_only
from forum.views.merged import tells_of_merge
from moderation.desk import access, queries
from moderation.desk.last import last_of
from moderation.desk.views._shared import case_page, queue_context, wanted_of
from moderation.desk.views.left import tells_what_left


@require_safe
@members_only
def index(request: HttpRequest) -> HttpResponse:
    """What needs somebody next. Eight statements at most with session, account and second factor."""
    viewer = actor_of(request)
    wanted = wanted_of(request, viewer)
    context: dict[str, Any] = queue_context(request, viewer, wanted)
    context["mine"] = last_of(viewer)
    if not wanted.is_apart:
        morning = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        context["well"] = queries.went_well(wanted, morning)
    return render(request, "desk/index.html", context)


@require_safe
@tells_what_left
@tells_of_merge("desk:thread")
@members_only
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """One thread between the queue and its author. 404 for what is not on a board of the viewer's."""
    viewer = actor_of(request)
    return case_page(request, viewer, access.thread_for_desk(viewer, thread_id=thread_id))
