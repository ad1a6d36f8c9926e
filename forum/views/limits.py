"""How often one may write, told before it is met and without ever costing anybody their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import ratelimit
from community.core.access import Refused

NEAR = 3  # tries left when it is time to say so


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of something in `per` seconds, and how to say that few are left."""

    scope: str
    most: int
    per: int
    few: Callable[[int], str]
    why: Callable[[], str]

    def counts(self, request: HttpRequest, form: forms.Form) -> bool:
        """Count one try. One too many becomes an error of the form, which keeps the words."""
        verdict = ratelimit.hit(self.scope, _subject(request), limit=self.most, per=self.per)
        if not verdict:
            form.add_error(None, f"{verdict.reason} {self.why()}")
            request.META["forum.retry_after"] = getattr(verdict, "retry_after", 0)
        return bool(verdict)

    def takes_back(self, request: HttpRequest) -> None:
        """Uncount the last try: the words were refused, and nothing was written."""
        ratelimit.take_back(self.scope, _subject(request), per=self.per)

    def note(self, request: HttpRequest) -> str:
        """What to say before it is met: how many are left, or how long to wait, and why; "" while there are many."""
        left, verdict = ratelimit.peek(self.scope, _subject(request), limit=self.most, per=self.per)
        if left > NEAR:
            return ""
        return f"{self.few(left) if left else verdict.reason} {self.why()}"


def _subject(request: HttpRequest) -> str:
    return f"member:{request.user.pk}"


def require_few(request: HttpRequest, scope: str, *, limit: int, per: int) -> None:
    """Let reading what costs something be done so often only. Refused with code "rate"."""
    verdict = ratelimit.hit(scope, _subject(request), limit=limit, per=per)
    if not verdict:
        raise Refused(verdict)


def answer(request: HttpRequest, template: str, context: dict[str, Any], *shown: forms.Form) -> HttpResponse:
    """The form (or forms) again, with the status that says why."""
    wait = request.META.get("forum.retry_after")
    has_errors = any(form.errors for form in shown)
    response = render(request, template, context, status=429 if wait else 422 if has_errors else 200)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


OPEN_THREAD = Limit(
    "open_thread",
    10,
    3600,
    few=lambda n: (
        ngettext(
            "You can open %(count)s more thread within this hour.",
            "You can open %(count)s more threads within this hour.",
            n,
        )
        % {"count": n}
    ),
    why=lambda: _(
        "This limit, the same for everybody, leaves room for others on the lists. Your words are kept."
    ),
)
REPLY = Limit(
    "reply",
    30,
    600,
    few=lambda n: (
        ngettext(
            "You can post %(count)s more reply within ten minutes.",
            "You can post %(count)s more replies within ten minutes.",
            n,
        )
        % {"count": n}
    ),
    why=lambda: _(
        "This limit, the same for everybody, keeps threads at a pace one can read. Your words are kept."
    ),
)
EDIT = Limit(
    "edit",
    30,
    600,
    few=lambda n: (
        ngettext(
            "You can edit %(count)s more post within ten minutes.",
            "You can edit %(count)s more posts within ten minutes.",
            n,
        )
        % {"count": n}
    ),
    why=lambda: _("This limit is the same for everybody. Your words are kept."),
)
