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

WORDS = ("reason", "note")  # fields of acts that somebody types into
MOST_WORDS = 500  # the longest of them
View = Callable[..., HttpResponseBase]


def _or_where_it_went(
    view: View, lead: Callable[[HttpRequest, int, dict[str, Any]], HttpResponseBase]
) -> View:
    """The view; for a merged thread what `lead` answers, told the number of the one that its posts went to."""

    @wraps(view)
    def led(request: HttpRequest, thread_id: int, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, thread_id=thread_id, **kwargs)
        except Http404:
            moved = queries.merged_target(viewer_of(request), thread_id)
            if moved is None:
                raise
            return lead(request, moved[0].pk, kwargs)

    return led


def _asked_of(request: HttpRequest, to: str) -> str:
    query = request.META.get("QUERY_STRING", "")
    return f"{to}?{query}" if query else to


def follows_merge(view: View) -> View:
    """Lead what is asked of a merged thread to the same address of the other one, with the words it carries."""

    def lead(request: HttpRequest, thread_id: int, kwargs: dict[str, Any]) -> HttpResponseBase:
        if request.resolver_match is None:
            raise Http404
        to = reverse(request.resolver_match.view_name, kwargs={"thread_id": thread_id, **kwargs})
        return HttpResponsePermanentRedirect(_asked_of(request, to), preserve_request=True)

    return _or_where_it_went(view, lead)


def tells_of_merge(page: str) -> Callable[[View], View]:
    """Lead to the `page` of the thread that a merged one went into, and say so. What was to be done is not done there:
    whoever decided about the one has not seen the other."""

    def lead(request: HttpRequest, thread_id: int, _kwargs: dict[str, Any]) -> HttpResponseBase:
        return _elsewhere(request, reverse(page, args=[thread_id]))

    return lambda view: _or_where_it_went(view, lead)


def _typed(request: HttpRequest) -> str:
    """The reason or note that came with an act, so that it can be given again."""
    typed = (str(value).strip() for name, value in request.POST.items() if name.rpartition("-")[2] in WORDS)
    return next(filter(None, typed), "")[:MOST_WORDS]


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
        if words := _typed(request):
            messages.info(request, _("You had written: %(words)s") % {"words": words})
    return HttpResponseRedirect(_asked_of(request, to))
