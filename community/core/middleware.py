"""What every request meets: an id in the logs, a check of its characters, and refusals that say why."""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template import TemplateDoesNotExist
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views import defaults
from django_structlog.middlewares import RequestMiddleware

from community.core import logs
from community.core.access import Invalid, Refused
from community.core.bridge import TOO_LARGE
from community.core.outages import is_outage
from community.core.text.characters import UNREADABLE

GetResponse = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])

log = structlog.get_logger("community.requests")

# -- the request's id and its line in the log

_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


def request_id_of(request: HttpRequest) -> str:
    """The caller's X-Request-ID if it is one, or a new id."""
    given = request.headers.get("X-Request-ID", "")
    return given if _USABLE_ID.match(given) else uuid.uuid4().hex


class RequestLogMiddleware(RequestMiddleware):
    """One line a request, and its id on every line written meanwhile and on the answer. Stands second."""

    async_capable = False  # in the async chain it would cost two thread hops a request

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.clear_contextvars()
        request.request_id = request_id_of(request)  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        # Only what is known already: asking for the user here would cost a look-up, and vary every page.
        if user_id := getattr(getattr(request, "_cached_user", None), "pk", None):
            structlog.contextvars.bind_contextvars(user_id=user_id)
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if not hasattr(request, "_told_failure"):
            log.log(self._level(request, response), "request", code=response.status_code, **_line(request))
        structlog.contextvars.clear_contextvars()

    def process_got_request_exception(self, sender: Any, request: HttpRequest, **kwargs: Any) -> None:
        # The signal reaches every instance of this middleware there is in the process.
        exception = sys.exc_info()[1]
        is_ordinary = isinstance(exception, Http404 | PermissionDenied | SuspiciousOperation | BadRequest)
        if is_ordinary or hasattr(request, "_told_failure"):
            return
        if is_outage(exception):
            if getattr(request, "_told_outage", None) is exception:
                return
            request._told_outage = exception  # type: ignore[attr-defined]
            log.warning("database_away", error=repr(exception), **_line(request))
            return  # perhaps asked for once more; the line at the end tells how it went
        request._told_failure = True  # type: ignore[attr-defined]
        log.exception("request_failed", code=500, **_line(request))

    @staticmethod
    def _level(request: HttpRequest, response: HttpResponse) -> int:
        if request.path.startswith(_QUIET):
            return logging.DEBUG
        return logging.ERROR if response.status_code >= 500 else logging.INFO


def _line(request: HttpRequest) -> dict[str, str]:
    return {"method": request.method or "", "path": logs.scrub_path(request.path)}


# -- characters no database stores

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _is_unstorable_form(form: QueryDict) -> bool:
    return any(
        _UNSTORABLE.search(name) or any(_UNSTORABLE.search(value) for value in values)
        for name, values in form.lists()
    )


def says_unreadable(view: View) -> View:
    """For a view with better words for a form of which something cannot be read: it finds U+FFFD in its place."""
    view.says_unreadable = True  # type: ignore[attr-defined]
    return view


def _readable(form: QueryDict) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in form.lists():
        found.setlist(_UNSTORABLE.sub(UNREADABLE, name), [_UNSTORABLE.sub(UNREADABLE, one) for one in values])
    return found


def _refuse_characters(request: HttpRequest, *, is_early: bool = False) -> HttpResponse:
    reason = gettext("This request contains characters that cannot be read.")
    return refusal(request, reason, status=400, code="bad_characters", is_early=is_early)


class SaneInputMiddleware:
    """NUL and half characters in address, query, cookies or form, or a made-up host: 400 before any code meets them.

    PostgreSQL refuses NUL, SQLite keeps it and then misleads: neither should decide what happens.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            _UNSTORABLE.search(request.path_info)
            or _is_unstorable_form(request.GET)
            or any(_UNSTORABLE.search(value) for value in request.COOKIES.values())
        ):
            # Nobody has been asked yet who this is or which language they read.
            with translation.override(translation.get_language_from_request(request)):
                return _refuse_characters(request, is_early=True)
        try:
            request.get_host()
        except DisallowedHost:
            # Scanners knock with made-up names all day. Not the site's own page: it would ask who this is.
            return HttpResponse("This is not the name of this site.\n", status=400, content_type="text/plain")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_told: Any
    ) -> HttpResponse | None:
        if limit := request.META.get(TOO_LARGE):
            return _too_large(request, limit)
        # Here the form has been read for its CSRF token anyway.
        is_form = request.method == "POST" and request.content_type in _FORMS
        if not is_form or not _is_unstorable_form(request.POST):
            return None
        if getattr(view, "says_unreadable", False):
            request.POST = _readable(request.POST)  # type: ignore[assignment]
            return None
        return _refuse_characters(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # The net below, for what came in a JSON body or a header.
        is_nul = isinstance(exception, ValueError) and "NUL (0x00)" in str(exception)
        is_half = isinstance(exception, UnicodeEncodeError) and "surrogates not allowed" in exception.reason
        is_json = isinstance(exception, DataError) and "Unicode" in str(exception)
        return _refuse_characters(request) if is_nul or is_half or is_json else None


# -- requests longer than what is taken


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    reason = gettext(
        "This is more than %(limit)s, the most that can be sent here at once. Nothing was changed. Go back and "
        "send it in parts."
    ) % {"limit": filesizeformat(limit)}
    return refusal(request, reason, status=413, code="too_large")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read; a form that is too long or has too many fields is told so."""
    if isinstance(exception, RequestDataTooBig):
        return _too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if isinstance(exception, TooManyFieldsSent):
        reason = gettext("This form has more fields than can be read. Nothing was changed.")
        return refusal(request, reason, status=422, code="too_many")
    return defaults.bad_request(request, exception)


# -- refusals

_STATUS = {"rate": 429, "conflict": 409, "key_reused": 409}


class RefusalMiddleware:
    """A `Refused` that nobody caught becomes an answer that says why."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response.headers.get("Allow", "")
            response = refusal(
                request, gettext("This address takes what a button sends; it has no page."), status=405
            )
            response.headers["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        status = _STATUS.get(exception.code, 422 if isinstance(exception, Invalid) else 403)
        response = refusal(
            request, exception.reason, status=status, code=exception.code, field=exception.field
        )
        wait = getattr(exception, "retry_after", None) or getattr(exception.verdict, "retry_after", None)
        if status == 429 and wait:
            response.headers["Retry-After"] = str(max(1, int(wait)))
        return response


def refusal(
    request: HttpRequest,
    reason: str,
    *,
    status: int = 403,
    code: str = "",
    field: str = "",
    is_early: bool = False,
    template: str = "errors/refused.html",
    more: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """The answer to a request that is refused, in the form the caller reads: page, fragment or JSON.

    `is_early`: before the middleware that the site's pages stand on; a bare page then. `template`: another page than
    the usual one, with a partial `fragment` as that has; `more` is added to what it is given.
    """
    if wants_json(request):
        error = {"code": code or "refused", "reason": reason} | ({"field": field} if field else {})
        response: HttpResponse = JsonResponse({"error": error}, status=status)
    else:
        context = {
            "reason": reason,
            "code": code,
            "field": field,
            "status": status,
            "back_url": came_from(request),
        } | dict(more)
        is_fragment = request.headers.get("HX-Request") == "true" and not request.headers.get(
            "HX-History-Restore-Request"
        )
        said = (
            _bare_page(request, context, is_fragment=is_fragment)
            if is_early
            else _page(request, template, context, is_fragment=is_fragment)
        )
        response = HttpResponse(said, status=status)
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def came_from(request: HttpRequest) -> str:
    """The page of this site the request was sent from, if the browser says so; else empty."""
    sender = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(sender, {request.get_host()}, require_https=request.is_secure()):
        return sender
    return ""


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller would rather read JSON than a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, is_fragment: bool) -> str:
    name = template + ("#fragment" if is_fragment else "")
    try:
        return render_to_string(name, context, request)
    except TemplateDoesNotExist:
        pass
    except Exception:  # a refusal must not become a failure because the shell around it failed
        log.exception("refusal_page_failed", template=name)
    return _bare_page(request, context, is_fragment=is_fragment)


def _bare_page(request: HttpRequest, context: dict[str, Any], *, is_fragment: bool) -> str:
    said = format_html('<p class="notice notice-bad" role="alert">{}</p>', context["reason"])
    if is_fragment:
        return said
    return format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>{}</title><main><h1>{}</h1>{}</main></html>",
        get_language() or "en",
        gettext("Not possible"),
        gettext("Not possible"),
        said,
    )
