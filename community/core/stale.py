"""A form whose token no longer counts: signed out and in again in another tab, or its cookie gone."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from community.core.middleware import came_from, refusal
from community.core.outages import TOKEN, sent_fields

log = structlog.get_logger("community.request")


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in the form the caller reads. What this site's own page sent is in it, to be sent again with a new token."""
    log.info("form_refused", why=reason)
    told = gettext(
        "This form is too old to be sent: you may have signed in or out meanwhile. Nothing was changed."
    )
    own = f"{request.scheme}://{request.get_host()}"
    more = {
        "kept": [(name, value) for name, value in sent_fields(request) if name != TOKEN],
        "address": request.get_full_path(),
        "back_url": came_from(request).removeprefix(own) or "/",
    }
    return refusal(request, told, code="stale", template="errors/stale.html", more=more)
