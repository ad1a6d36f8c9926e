"""Signing up, language and theme, sessions: what stands beside allauth's own pages."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.views import PasswordResetView, SignupView
from allauth.mfa.webauthn.stages import PasskeySignupStage
from allauth.socialaccount.providers.openid_connect.views import callback as provider_callback
from allauth.socialaccount.providers.openid_connect.views import login as provider_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from community.core.access import Invalid, Refused
from community.core.origin import is_own_form
from community.members import actions, signup
from community.members.middleware import THEME_COOKIE, TIME_ZONE_COOKIE
from community.members.models import Member
from community.members.steady import steady
from community.members.views._shared import me, mine, next_address

log = logging.getLogger("convoy.members")
_YEAR = 60 * 60 * 24 * 365


class SignUpView(SignupView):  # type: ignore[misc]
    """allauth's sign-up, where a name that was lost to somebody faster is an error in the form."""

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        name = self.request.session.pop("members.wanted_name", "")
        return initial | ({"name": name} if name else {})

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponseRedirect | None:
        """Sent again with another address, the form is a sign-up of its own: the one with the mistyped address goes."""
        if request.method == "POST" and not signup.is_for(request, request.POST.get("email", "")):
            signup.cancel(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)  # type: ignore[no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
            return self.form_invalid(form)  # type: ignore[no-any-return]


sign_up = steady(SignUpView.as_view())
reset_password = steady(PasswordResetView.as_view())


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The way to the identity provider: a page that leads there, for the policy stops redirected forms."""
    try:
        response: HttpResponse = provider_login(request, provider_id)
    except (OSError, KeyError) as error:  # not there, or nothing that it should say
        return _provider_is_away(request, provider_id, error)
    if request.method == "POST" and isinstance(response, HttpResponseRedirect):
        return render(request, "socialaccount/login_redirect.html", {"redirect_to": response.url})
    return response


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the identity provider. One that is away, or talks nonsense, is told calmly."""
    try:
        response: HttpResponse = provider_callback(request, provider_id)
    except (OSError, KeyError) as error:
        return _provider_is_away(request, provider_id, error)
    return response


def _provider_is_away(request: HttpRequest, provider_id: str, error: Exception) -> HttpResponse:
    log.warning("identity provider failed", extra={"provider": provider_id, "problem": repr(error)[:300]})
    return render(request, "socialaccount/authentication_error.html", status=502)


@require_POST
def sign_up_again(request: HttpRequest) -> HttpResponse:
    """The address was mistyped: undo the waiting sign-up and start again with the same name."""
    if not request.user.is_authenticated:
        name = signup.cancel(request)
        if name:
            request.session["members.wanted_name"] = name
    return HttpResponseRedirect(reverse("account_signup"))


@require_POST
@login_stage_required(stage=PasskeySignupStage.key, redirect_urlname="account_signup")  # type: ignore[untyped-decorator]
def passkey_later(request: HttpRequest) -> HttpResponse:
    """This device makes no passkey now: sign in all the same; codes by e-mail open the door next time."""
    return request._login_stage.exit()  # type: ignore[attr-defined, no-any-return]


@csrf_exempt
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme or time zone, for guests in a cookie and for members in their account too.

    The switch stands on every page. A token in it would set a cookie on each of them, and no page for guests
    could be kept; so the browser's word about where the form stood is asked for instead.
    """
    if not is_own_form(request):
        raise Refused(_("This choice was not made on a page of this site. Nothing was changed."), "origin")
    given = {
        field: request.POST[field] for field in ("language", "theme", "time_zone") if field in request.POST
    }
    response = HttpResponseRedirect(next_address(request, "/"))
    try:
        if isinstance(request.user, Member):
            actions.set_preferences(
                member=request.user,
                language=given.get("language"),
                theme=given.get("theme"),
                time_zone=given.get("time_zone"),
            )
        else:
            actions.check_preferences(**given)
    except Invalid as refusal:
        messages.error(request, refusal.reason)
        return response
    remember(request, response, **given)
    return response


def remember(request: HttpRequest, response: HttpResponse, **given: str) -> None:
    """Keep the choices on this device: in cookies for a year, or not at all when empty."""
    cookies = {
        "language": settings.LANGUAGE_COOKIE_NAME,
        "theme": THEME_COOKIE,
        "time_zone": TIME_ZONE_COOKIE,
    }
    for field, value in given.items():
        if value:
            # The page's own script reads and writes colours and zone; the language is the server's alone.
            response.set_cookie(
                cookies[field],
                value,
                max_age=_YEAR,
                samesite="Lax",
                secure=request.is_secure(),
                httponly=field == "language",
            )
        else:
            response.delete_cookie(cookies[field], samesite="Lax")


@require_POST
@mine
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my sessions. Somebody else's and a gone one look alike."""
    actions.end_session(member=me(request), session_id=pk)
    messages.success(request, _("That device is signed out."))
    return HttpResponseRedirect(reverse("usersessions_list"))
