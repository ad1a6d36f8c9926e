"""What several views do alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from community.core import clock
from community.core.access import Refused
from community.core.middleware import refusal
from community.core.origin import is_own_form
from community.core.text import UNREADABLE
from community.core.whole import whole
from polls import actions, drawing, guests, policy
from polls.policy import Picks
from polls.queries.dressing import Shown
from polls.voters import Voter

if TYPE_CHECKING:
    from community.members.models import Member

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Member:
    """The signed-in member. Views that ask stand behind `members_only`."""
    return cast("Member", request.user)


def voter_of(request: HttpRequest) -> Voter:
    """Who looks or votes: the member, or the guest with the key of their cookie, if they have one."""
    if request.user.is_authenticated:
        return Voter.of(request.user)
    return Voter(None, guests.key_of(request))


def token_of_newcomer(request: HttpRequest, scope: str) -> str:
    """A cookie's token for a guest without one. What is sent twice in a moment, script or not, is one guest's."""
    seed = request.POST.get("seed", "")
    if guests.is_seed(seed):
        return guests.token_from(seed)
    mark = guests.mark_of(request, scope)
    return guests.token_from(actions.seed_of_newcomer(mark=mark)) if mark else guests.new_token()


def moment_of(raw: str) -> datetime | None:
    """A moment as a form sends it, in the visitor's time zone; None for what is none."""
    try:
        at = parse_datetime(raw.strip())
    except ValueError:
        return None
    if at is None or not clock.is_tellable(at):
        return None
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def wants_piece(request: HttpRequest) -> bool:
    """Whether a script asks for the poll alone, to put it in place of the one on its page."""
    return bool(getattr(request, "htmx", False))


def from_guests(view: View) -> View:
    """Let guests send this form from pages without a token: the browser's word about where it stood is asked for."""
    protected = csrf_protect(view)

    @csrf_exempt
    def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return protected(request, *args, **kwargs)
        if request.method == "POST" and not is_own_form(request):
            raise Refused(
                _("This form was not sent from a page of this site. Nothing was counted."), "origin"
            )
        return view(request, *args, **kwargs)

    either.__name__, either.__doc__ = view.__name__, view.__doc__
    return either


def says_gone(view: View) -> View:
    """Tell somebody who sends something to a poll that went while they looked at it what became of their vote."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            reason = _("This poll is not here any more. Nothing was counted.")
            return refusal(request, reason, status=404, code="gone")

    return told


def picks_of(request: HttpRequest) -> Picks:
    """The ballot in a form: `choice` as often as there are some, in order, or `rank-3` with a rank for number 3.

    Raises policy.Unfit for what is no ballot of any poll.
    """
    ranks = {
        number: str(value)
        for name, value in list(request.POST.items())[: 4 * policy.MOST_CHOICES]
        if name.startswith("rank-") and (number := whole(name[5:], 4)) is not None
    }
    chosen, words = request.POST.getlist("choice"), request.POST.get("other", "")[:400]
    if UNREADABLE in words:
        raise policy.Unfit("unknown")
    numbers = policy.numbers_of(chosen) if chosen else policy.order_of(ranks)
    return Picks(numbers, words)


def piece(request: HttpRequest, shown: Shown, *, status: int = 200, default: str = "thread") -> HttpResponse:
    """The poll alone, as it stands in any page."""
    style = request.POST.get("style") or request.GET.get("style") or ""
    drawn = drawing.box(request, shown, style if style in ("page", "home", "thread") else default)
    response = HttpResponse(drawn, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
