"""Whether a form was sent from a page of this site, without a token: for forms on pages that set no cookie."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def is_own_form(request: HttpRequest) -> bool:
    """Whether the browser says that this request comes from a page of this very origin.

    `Sec-Fetch-Site` and `Origin` cannot be set by a page's script; where both are there, both must agree. Older
    browsers send only the address of the page. A caller that says nothing is refused.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == _own(request)
    if site is not None:
        return True
    parts = urlsplit(request.headers.get("Referer", ""))
    return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" == _own(request)


def _own(request: HttpRequest) -> str:
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
