"""How often one may begin and go on: soft enough for an office behind one address."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core import ratelimit
from community.core.access import Refused, no

NEWCOMERS, HOUR = 120, 3600  # guests of one network who begin without a cookie
STEPS, MINUTE = 120, 60  # pages of one member, or ten times as many of one network


def require_few(request: HttpRequest, *, is_new: bool) -> None:
    """Count one step. Refused ("rate") with what to do instead."""
    network = ratelimit.client_network(request)
    if is_new:
        if not ratelimit.hit("surveys.newcomers", network, limit=NEWCOMERS, per=HOUR):
            raise Refused(
                no(
                    _(
                        "Many people without an account began here from your network just now. Sign in to go on at "
                        "once, or try again later."
                    ),
                    "rate",
                )
            )
        return
    who = f"member:{request.user.pk}" if request.user.is_authenticated else network
    many = STEPS if request.user.is_authenticated else STEPS * 10
    verdict = ratelimit.hit("surveys.steps", who, limit=many, per=MINUTE)
    if not verdict:
        raise Refused(verdict)
