"""A form whose token no longer counts: signed out and in again in another tab, or its cookie gone."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext

from community.core.outages import TOKEN, sent_fields

log = structlog.get_logger("community.request")


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in the form the caller reads. What this site's own page sent is in it, to be sent again with a new token."""
    log.info("form_refused", why=reason)
    told = gettext(
        "This form is too old to be sent: you may have signed in or out meanwhile. Nothing was changed."
    )
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"error": {"code": "stale", "reason": told}}, status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(format_html('<p class="notice notice-bad" role="alert">{}</p>', told), status=403)
    kept = [(name, value) for name, value in sent_fields(request) if name != TOKEN]
    context = {"told": told, "kept": kept, "address": request.get_full_path(), "back_url": _back(request)}
    response = render(request, "errors/stale.html", context, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def _back(request: HttpRequest) -> str:
    """The page of ours that the form stood on, or the home page."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return "/"
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
