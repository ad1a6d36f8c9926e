"""What several views do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from community.core.access import Invalid, Refused
from community.members.models import Member

View = Callable[..., HttpResponse]


def me(request: HttpRequest) -> Member:
    """The signed-in member. Views that ask stand behind `mine`."""
    return cast(Member, request.user)


def mine(view: View) -> View:
    """For a signed-in member's own pages: guests sign in first, nothing is cached."""
    return login_required(never_cache(view))


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run an action for a valid form; a refusal stands beside its field and what was typed stays."""
    try:
        act()
    except Invalid as refusal:
        only = next(iter(form.fields)) if len(form.fields) == 1 else None
        form.add_error(refusal.field if refusal.field in form.fields else only, refusal.reason)
    except Refused as refusal:
        form.add_error(None, refusal.reason)
    else:
        return True
    return False


def act_and_return(request: HttpRequest, act: Callable[[], Any], *, done: str = "", to: str) -> HttpResponse:
    """Run a one-button action, say what happened, go on. Refusals are told the same way.

    Without `done` the action returns the words.
    """
    try:
        told = act()
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, done or told)
    return HttpResponseRedirect(to)


def next_address(request: HttpRequest, fallback: str) -> str:
    """Where the form wants to go afterwards, if that is on this site."""
    return address_here(request, request.POST.get("next", "")) or fallback


def address_here(request: HttpRequest, wanted: str) -> str:
    """The address if it is on this site, else nothing."""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""
