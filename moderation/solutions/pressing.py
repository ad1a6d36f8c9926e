"""What a guest pressed waits in their session until they have signed in or joined, and counts then.

The browser holds the session's cookie from the moment something waits, and not before.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from community.core.access import Refused
from community.core.ratelimit import client_network, hit
from community.members.models import Member
from moderation.solutions import actions

KEPT = "solutions:pressed"
GUEST_DAYS = 3


def keep(request: HttpRequest, solution_id: int) -> bool:
    """Keep a press until somebody is signed in; False where too many come from there."""
    if not hit("kept_presses", client_network(request), limit=20, per=600):
        return False  # nobody fills the session table from outside
    request.session[KEPT] = solution_id
    request.session.set_expiry(GUEST_DAYS * 24 * 3600)
    return True


def hand_over(request: HttpRequest | None, member: Member) -> None:
    """Count what waits in this session for whoever signed in. What they may not say is told in a line."""
    kept = getattr(request, "session", {}).pop(KEPT, None)
    if request is None or not isinstance(kept, int):
        return
    try:
        actions.say_solved(actor=member, solution_id=kept)
    except Http404:
        return  # gone meanwhile
    except Refused as refusal:
        messages.info(request, refusal.reason, fail_silently=True)
    else:
        messages.success(
            request, _("You are counted among those whom this answer helped."), fail_silently=True
        )
