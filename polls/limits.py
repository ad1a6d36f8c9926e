"""How often one may vote or answer: soft enough for an office behind one address, and said in plain words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core import ratelimit
from community.core.access import Refused, no
from community.core.ratelimit import Window

# Guests who bring no cookie, of one network: in one poll within an hour, and anywhere within a minute.
NEWCOMERS_A_POLL, HOUR = 60, 3600
NEWCOMERS, MINUTE = 120, 60
# Whoever has a ballot already, member or guest: votes and changes within a minute.
TAPS = 60
# Quizzes and surveys go on for many steps: guests of one network who begin within an hour, steps of one within a minute.
BEGINNERS, STEPS = 120, 120


def require_few(request: HttpRequest, poll_id: int, *, is_new: bool) -> None:
    """Count one vote. Refused ("rate") with what to do instead."""
    if not is_new:
        _require_few_taps(request, "polls.taps", most=TAPS)
        return
    network = ratelimit.client_network(request)
    in_poll, anywhere = ratelimit.hit_each(
        Window("polls.newcomers", f"{poll_id}:{network}", limit=NEWCOMERS_A_POLL, per=HOUR),
        Window("polls.newcomers", network, limit=NEWCOMERS, per=MINUTE),
    )
    if not (in_poll and anywhere):
        raise Refused(
            no(
                _(
                    "Many votes without an account came from your network just now. Sign in to vote at once, or try "
                    "again later."
                ),
                "rate",
            )
        )


def require_few_steps(request: HttpRequest, room: str, *, is_new: bool) -> None:
    """Count one step in a quiz or a survey; `room` keeps their counts apart. Refused ("rate") with what to do instead."""
    if not is_new:
        _require_few_taps(request, f"{room}.taps", most=STEPS)
        return
    if not ratelimit.hit(f"{room}.newcomers", ratelimit.client_network(request), limit=BEGINNERS, per=HOUR):
        raise Refused(
            no(
                _(
                    "Many people without an account began here from your network just now. Sign in to go on at "
                    "once, or try again later."
                ),
                "rate",
            )
        )


def _require_few_taps(request: HttpRequest, scope: str, *, most: int) -> None:
    """Count one step of a member, or of a network, which may take ten times as many. Refused ("rate")."""
    is_member = request.user.is_authenticated
    who = f"member:{request.user.pk}" if is_member else ratelimit.client_network(request)
    verdict = ratelimit.hit(scope, who, limit=most if is_member else most * 10, per=MINUTE)
    if not verdict:
        raise Refused(verdict)
