"""A thread that was merged away answers from where its posts went."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

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
