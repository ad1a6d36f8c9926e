"""A thread that is on none of one's boards: to somebody at the desk that is said, and their words stay with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from community.core.middleware import wants_json
from forum import access as forum
from forum.models import Thread, Verb
from forum.views._shared import viewer_of
from moderation.desk import access

View = Callable[..., HttpResponseBase]


def tells_what_left(view: View) -> View:
    """The view; where its thread is not on the desk, what became of it as far as the viewer may know. Still a 404.

    Somebody who has no desk gets the plain one. Two statements more, for what is not there alone.
    """

    @wraps(view)
    def told(request: HttpRequest, thread_id: int, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, thread_id=thread_id, **kwargs)
        except Http404:
            viewer = viewer_of(request)
            if not viewer.is_authenticated or not access.boards_of(viewer).exists():
                raise
            thread = _where_it_is(request, thread_id)
            if thread is not None and forum.has_right(viewer, thread, Verb.MODERATE):
                raise  # it is on the desk; something else is not there
            return _told(request, thread)

    return told


def _where_it_is(request: HttpRequest, thread_id: int) -> Thread | None:
    try:
        return forum.thread_for_reading(viewer_of(request), thread_id=thread_id)
    except Http404:
        return None


def _told(request: HttpRequest, thread: Thread | None) -> HttpResponseBase:
    if thread is not None:
        said = _("This thread stands on %(board)s, a board that you do not moderate.")
        said %= {"board": thread.board.title}
    else:
        # One sentence for what was moved out of sight, what was taken away and what never was.
        said = _("This thread was moved or taken out of your sight, or it was never there.")
    if request.method == "POST":
        said = f"{said} " + _("Nothing was done.")
    if wants_json(request):
        return JsonResponse({"said": said}, status=404)
    verdict = forum.may_reply(viewer_of(request), thread) if thread is not None else None
    context = {"said": said, "thread": thread, "may_reply": bool(verdict), "here": "desk"}
    return render(request, "desk/left.html", context, status=404)
