"""Language, theme and time zone of the viewer; the second factor of staff."""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote, urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from community.core import clock
from community.core.middleware import refusal
from community.members import actions, factors
from community.members.access import standing_verdict
from community.members.models import Member, Role

log = logging.getLogger("convoy.members")

THEME_COOKIE = "theme"
TIME_ZONE_COOKIE = "tz"
# Codes, addresses and decisions about people stay in no cache and behind no Back button.
_PRIVATE = ("/account/", "/staff/", "/desk/", "/cms/", "/djadmin/")


class PreferencesMiddleware:
    """Language: the member's choice, else a cookie, else the browser's. Time zone: a member's or their device's.

    Pages for guests tell every moment in the site's own zone, so that one copy serves all of them; the script
    says it in the reader's. `request.theme` is this device's choice before the account's: a phone in the car may
    be dark at noon.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = request.user if isinstance(request.user, Member) else None
        # From here on the person themselves: asking the lazy stand-in a thousand times a page is slow.
        request.user = getattr(request, "_cached_user", request.user)
        language = _language(request, member)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.theme = _theme(request, member)  # type: ignore[attr-defined]
        _activate_time_zone((member.time_zone or device_zone(request)) if member else "")
        if member is not None:
            _mark_seen(member)
        response = self.get_response(request)
        if request.path_info.startswith(_PRIVATE):
            add_never_cache_headers(response)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class StaffSecondFactorMiddleware:
    """Staff pages open to the right roles only, and only in a session that used a second factor lately.

    Guests sign in first; members find nothing there (404); staff who are suspended are refused, and who are muted
    change nothing; staff without a factor are led to set one up;
    staff whose session has not used it (or not for twelve hours) are asked for it. Every address below the
    prefix is covered, whatever view stands there. What moderators do elsewhere, in threads and private boards, an
    account without any factor does not reach either (`factors`).
    """

    ROLES = {
        "/cms/": {Role.EDITOR, Role.ADMIN},
        "/djadmin/": {Role.ADMIN},
        "/desk/": {Role.MODERATOR, Role.ADMIN},
        "/staff/": {Role.EDITOR, Role.MODERATOR, Role.ADMIN},
    }
    # The admins' own pages about accounts would write past our actions.
    ELSEWHERE = {
        "/cms/users/": "members:staff",
        "/cms/groups/": "members:staff",
        "/djadmin/password_change/": "account_change_password",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        path = request.path_info
        if factors.is_held_back(request):
            return _with_next(reverse("mfa_index"), request)
        roles = next((roles for prefix, roles in self.ROLES.items() if path.startswith(prefix)), None)
        if roles is None:
            return None
        if not request.user.is_authenticated:
            return _with_next(reverse("account_login"), request)
        if not isinstance(request.user, Member) or Role(request.user.role) not in roles:
            raise Http404
        verdict = standing_verdict(request.user)
        is_reading = request.method in ("GET", "HEAD", "OPTIONS") and verdict.code != "suspended"
        if not verdict and not is_reading:
            # The CMS's own views know nothing of standing; everything else here asks again for itself.
            return refusal(request, str(verdict.reason), code=verdict.code)
        step = second_factor_step(request, request.user)
        if step is not None:
            return _with_next(step, request)
        for prefix, name in self.ELSEWHERE.items():
            if path.startswith(prefix):
                return HttpResponseRedirect(reverse(name))
        return None


def second_factor_step(request: HttpRequest, member: Member) -> str | None:
    """Where a member must go before this session counts as strong; None: it does. One statement."""
    factors = dict(Authenticator.objects.filter(user=member).values_list("pk", "type"))
    if not set(factors.values()) - {Authenticator.Type.RECOVERY_CODES}:
        return reverse("mfa_index")
    since = clock.now().timestamp() - settings.STAFF_SECOND_FACTOR_HOURS * 3600
    for record in get_authentication_records(request, member):
        # The factor must still be the member's: a removed key opens nothing.
        if record.get("method") == "mfa" and record.get("id") in factors and record.get("at", 0) > since:
            return None
    ways = [way["url"] for way in get_adapter().get_reauthentication_methods(member) if "mfa" in way["id"]]
    return str(ways[0]) if ways else reverse("mfa_index")


def _language(request: HttpRequest, member: Member | None) -> str:
    if member is not None and member.language in dict(settings.LANGUAGES):
        return member.language
    return translation.get_language_from_request(request)


def _theme(request: HttpRequest, member: Member | None) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    if theme not in ("light", "dark", "system"):
        theme = member.theme if member is not None else ""
    return theme if theme in ("light", "dark") else ""


def device_zone(request: HttpRequest) -> str:
    """The time zone that the device tells, if there is such a one. Written by a script, its slash is escaped."""
    name = unquote(request.COOKIES.get(TIME_ZONE_COOKIE, ""))
    return name if name in actions.time_zones() else ""


def _activate_time_zone(name: str) -> None:
    if name and name in actions.time_zones():
        timezone.activate(zoneinfo.ZoneInfo(name))
    else:
        timezone.deactivate()


def _mark_seen(member: Member) -> None:
    try:
        actions.mark_seen(member=member)
    except DatabaseError:
        # A busy database must not cost anybody the page they came for.
        log.warning("last visit not noted", exc_info=True)


def _with_next(address: str, request: HttpRequest) -> HttpResponseRedirect:
    wanted = request.get_full_path()
    for prefix in ("/cms/", "/djadmin/"):
        if request.path_info == f"{prefix}login/":
            wanted = prefix
    return HttpResponseRedirect(f"{address}?{urlencode({'next': wanted})}")
