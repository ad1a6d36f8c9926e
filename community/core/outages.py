"""While the database is away: a page is asked for once more where that is harmless, else a calm page says so.

The page needs no database, reads the visitor's language from the request, and hands back what was just sent.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.defaults import server_error as broken

from community.core import retrying
from community.core.retrying import OutcomeUnknown, Trouble

log = structlog.get_logger("community.database")

RETRY_AFTER = 5  # seconds a visitor is asked to wait
REST = 1.0  # seconds between two requests that try whether the database is back
_PROBES = ("/healthz", "/readyz", "/metrics")
_SAFE = ("GET", "HEAD", "OPTIONS")
# Query cancelled by its time limit, and everything of class 53: no room, no memory, too many connections.
_OVERLOAD = re.compile(r"57014|53\w{3}")
_READS = re.compile(r"\s*(SELECT|SHOW|SAVEPOINT|RELEASE|ROLLBACK|BEGIN)\b", re.IGNORECASE)
_KEEPS_NOTHING = re.compile(r"passw|code|otp|secret|credential|passkey|token", re.IGNORECASE)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
_FIRST = ("title", "body", "tags", "reason")
_WORDS = re.compile(r"\S\s+\S|[^\x00-\x7f]")  # written by a person: what a form adds by itself has neither


def is_outage(error: BaseException | None) -> bool:
    """Whether the database, not the code, is why this request failed."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    return (
        isinstance(error, OutcomeUnknown)
        or retrying.trouble(error) is not None
        or type(cause).__name__ in ("PoolTimeout", "TooManyRequests")
        or bool(_OVERLOAD.fullmatch(getattr(cause, "sqlstate", None) or ""))
    )


class _Breaker:
    """Open while the database is known to be away: one request at a time tries, the others are told at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_away = False
        self._next_try = 0.0

    def lets_through(self) -> bool:
        with self._lock:
            if not self._is_away:
                return True
            if time.monotonic() < self._next_try:
                return False
            # Whoever tries may wait long for a connection; nobody else need wait with them.
            self._next_try = time.monotonic() + 30.0
            return True

    def note(self, *, away: bool) -> None:
        if away or self._is_away:
            with self._lock:
                self._is_away, self._next_try = away, time.monotonic() + REST


breaker = _Breaker()


class OutageMiddleware:
    """Outside everything that asks the database, inside what sets headers.

    Reading is repeated once on a new connection. So is writing, while nothing but reading has happened: a verb
    repeats itself (`core.retrying`), and what came after one must not run twice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_PROBES):
            return self.get_response(request)
        if not breaker.lets_through():
            return away(request, None)
        writes: list[str] = []
        response = self._ask(request, writes)
        error = _outage_of(request)
        if error is not None and retrying.trouble(error) is Trouble.AWAY:
            retrying.recover()
            if not writes:
                log.info("request_repeated", method=request.method)
                del request._outage  # type: ignore[attr-defined]
                response = self._ask(request, writes)
                error = _outage_of(request)
        breaker.note(away=_is_gone(error))
        return response

    def _ask(self, request: HttpRequest, writes: list[str]) -> HttpResponse:
        if request.method in _SAFE:
            return self.get_response(request)

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not _READS.match(sql):
                writes.append(sql[:20])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            return self.get_response(request)


def _is_gone(error: BaseException | None) -> bool:
    """Whether nobody else need ask either: no new connection can be had."""
    if error is None or retrying.trouble(error) is Trouble.CONFLICT:
        return False
    try:
        connection.ensure_connection()
    except Error:
        return True
    return False


def _outage_of(request: HttpRequest) -> BaseException | None:
    return getattr(request, "_outage", None)


def server_error(request: HttpRequest) -> HttpResponse:
    """The site's `handler500`: an outage is told as one, everything else is a fault of ours."""
    error = sys.exc_info()[1]
    if not is_outage(error):
        return broken(request)
    request._outage = error  # type: ignore[attr-defined]
    return away(request, error)


def away(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 in the form the caller reads, with what they sent. Touches no database and no session."""
    is_unknown = isinstance(error, OutcomeUnknown)
    with translation.override(translation.get_language_from_request(request)):
        reason = (
            gettext("We cannot tell whether this was saved. Please look before you send it again.")
            if is_unknown
            else gettext("We cannot reach our records just now. This usually takes less than a minute.")
        )
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            body: Any = {"error": {"code": "unknown" if is_unknown else "away", "reason": reason}}
            response: HttpResponse = JsonResponse(body, status=503)
        elif request.headers.get("HX-Request") == "true":
            said = format_html('<p class="notice notice-bad" role="alert">{}</p>', reason)
            response = HttpResponse(said, status=503)
        else:
            context = {
                "lang": translation.get_language() or "en",
                "reason": reason,
                "is_unknown": is_unknown,
                "address": request.get_full_path(),
                "is_sending": request.method not in _SAFE,
                "kept": sent_fields(request),
            }
            response = HttpResponse(render_to_string("away.html", context), status=503)
        response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie", "HX-Request"])
    return response


def sent_words(request: HttpRequest) -> str:
    """What somebody typed into this site's own page, for a page that cannot take it: a title and a text first."""
    fields = [(name, value.strip()) for name, value in sent_fields(request) if name != TOKEN]
    fields.sort(key=lambda field: _FIRST.index(field[0]) if field[0] in _FIRST else len(_FIRST))
    typed = [value for name, value in fields if name in _FIRST or _WORDS.search(value)]
    return "\n\n".join(dict.fromkeys(filter(None, typed)))


def sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that this site's own page sent, for sending again; nothing of one with secrets or files."""
    # A stranger's page may post here too: its words are not put on a page of ours.
    own = f"{request.scheme}://{request.get_host()}"
    if request.method != "POST" or request.headers.get("Origin") != own:
        return []
    try:
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
        has_files = bool(request.FILES)
    except (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []  # too large, too many, or no form at all
    secret = [name for name, _value in fields if name != TOKEN and _KEEPS_NOTHING.search(name)]
    # Half a form would only fail; the browser still has the whole one a step back.
    return [] if secret or has_files else fields
