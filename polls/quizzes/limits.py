"""How often one may begin: soft enough for an office behind one address."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core import ratelimit
from community.core.access import Refused, no

NEWCOMERS, HOUR = 120, 3600  # guests of one network who begin without a cookie
TAPS, MINUTE = 120, 60  # answers of one member, or ten times as many of one network


def require_few(request: HttpRequest, *, is_new: bool) -> None:
    """Count one step. Refused ("rate") with what to do instead."""
    if is_new:
        verdict = ratelimit.hit(
            "quizzes.newcomers", ratelimit.client_network(request), limit=NEWCOMERS, per=HOUR
        )
        if not verdict:
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
    if request.user.is_authenticated:
        verdict = ratelimit.hit("quizzes.taps", f"member:{request.user.pk}", limit=TAPS, per=MINUTE)
    else:
        verdict = ratelimit.hit(
            "quizzes.taps", ratelimit.client_network(request), limit=TAPS * 10, per=MINUTE
        )
    if not verdict:
        raise Refused(verdict)
