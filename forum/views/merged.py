"""A thread that was merged away answers from where its posts went."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from community.core.middleware import wants_json
from forum.queries import threads as queries
from forum.views._shared import viewer_of


def follows_merge(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lead what is asked of a merged thread to the same address of the other one, with the words it carries."""

    @wraps(view)
    def led(request: HttpRequest, thread_id: int, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, thread_id=thread_id, **kwargs)
        except Http404:
            moved = queries.merged_target(viewer_of(request), thread_id)
            if moved is None or request.resolver_match is None:
                raise
            to = reverse(request.resolver_match.view_name, kwargs={"thread_id": moved[0].pk, **kwargs})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{to}?{query}" if query else to, preserve_request=True)

    return led


def tells_of_merge(page: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Lead to the `page` of the thread that a merged one went into, and say so. What was to be done is not done there:
    whoever decided about the one has not seen the other."""

    def told(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def led(request: HttpRequest, thread_id: int, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, thread_id=thread_id, **kwargs)
            except Http404:
                moved = queries.merged_target(viewer_of(request), thread_id)
                if moved is None:
                    raise
                return _elsewhere(request, reverse(page, args=[moved[0].pk]))

        return led

    return told


def _elsewhere(request: HttpRequest, to: str) -> HttpResponseBase:
    if request.method in ("GET", "HEAD"):
        messages.info(request, _("That thread was merged into this one."))
    else:
        said = _(
            "That thread was merged into this one meanwhile, so nothing was done. Look once more, then decide."
        )
        if wants_json(request):
            return JsonResponse({"said": said}, status=409)
        messages.error(request, said)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{to}?{query}" if query else to)
