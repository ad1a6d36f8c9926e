"""Whoever has not agreed to the present rules is asked when they open the next page, never while they send something."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from community.members.models import Member
from community.privacy import papers

# The way out, machines, and what the question itself needs.
_FREE = (
    "/account/",
    "/static/",
    "/media/",
    "/files/",
    "/ws/",
    "/api/",
    "/live/",
    "/metrics",
    "/healthz",
    "/readyz",
)


class ConsentMiddleware:
    """Only whole pages are held up, and only by GET: a form that was open before is taken as it was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_visit(request) and papers.missing(request.user, request.session):  # type: ignore[arg-type]
            wanted = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('privacy:consents')}?{wanted}")
        return self.get_response(request)


def _is_visit(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and isinstance(request.user, Member)
        and not request.path_info.startswith(_FREE)
        and "HX-Request" not in request.headers
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and "text/html" in request.headers.get("Accept", "text/html")
    )
