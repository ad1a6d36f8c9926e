"""Write first, join afterwards: the composer for people who have no account yet, or are not signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from community.core.access import Refused
from community.core.origin import is_own_form
from forum import waiting
from forum.forms import OnceForm
from forum.models import Board
from forum.rights import allowed

View = Callable[..., HttpResponseBase]
# What a guest's page is made of: its form (bound or not), its template, and what else the template reads.
Page = tuple[OnceForm, str, dict[str, Any]]


def or_write_first(page: Callable[..., Page | None]) -> Callable[[View], View]:
    """Let guests write at this address; `page` draws the form for them, or says None where members sign in first.

    The form has no token, which would set a cookie on everybody who only looks: the browser's word about where it
    stood is asked for instead. The words wait in the session, whose cookie is set when there are some.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_guests = request.method != "POST" or "guest" in request.POST
            if request.user.is_authenticated or not is_guests:
                return protected(request, *args, **kwargs)
            try:
                drawn = page(request, *args, **kwargs)
            except Http404:
                drawn = None  # what a guest may not see looks like any address for members
            if drawn is None:
                return redirect_to_login(request.get_full_path())
            return _answer(request, *drawn)

        either.__name__, either.__doc__ = view.__name__, view.__doc__
        return either

    return decorate


def _answer(request: HttpRequest, form: OnceForm, template: str, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST":
        if not is_own_form(request):
            raise Refused(_("This form was not sent from a page of this site. Nothing was kept."), "origin")
        if form.is_valid():
            if waiting.keep(request, is_guest=True):
                return HttpResponseRedirect(
                    f"{reverse('account_signup')}?{urlencode({'next': request.path})}"
                )
            form.add_error(
                None,
                _("Your words cannot wait here just now. Copy them, or sign in first and write again."),
            )
    status = 422 if form.errors else 200
    return render(request, template, context | {"form": form, "guest": True}, status=status)


def may_begin(board: Board) -> bool:
    """Whether somebody without an account may write a thread for this board, and join afterwards."""
    return not board.is_closed and members_may(board.rights, "start")


def members_may(rights: dict[str, list[str]], verb: str) -> bool:
    """Whether whoever joins may do this at once."""
    return allowed(rights, "member", verb)
