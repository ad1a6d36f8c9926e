"""How often one may vote: soft enough for an office behind one address, and said in plain words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core import ratelimit
from community.core.access import Refused, no

# Guests who bring no cookie, of one network: in one poll within an hour, and anywhere within a minute.
NEWCOMERS_A_POLL, HOUR = 60, 3600
NEWCOMERS, MINUTE = 120, 60
# Whoever has a ballot already, member or guest: votes and changes within a minute.
TAPS = 60


def require_few(request: HttpRequest, poll_id: int, *, is_new: bool) -> None:
    """Count one vote. Refused ("rate") with what to do instead."""
    if not is_new:
        who = (
            f"member:{request.user.pk}"
            if request.user.is_authenticated
            else ratelimit.client_network(request)
        )
        many = TAPS if request.user.is_authenticated else TAPS * 10
        verdict = ratelimit.hit("polls.taps", who, limit=many, per=MINUTE)
        if not verdict:
            raise Refused(verdict)
        return
    network = ratelimit.client_network(request)
    in_poll = ratelimit.hit("polls.newcomers", f"{poll_id}:{network}", limit=NEWCOMERS_A_POLL, per=HOUR)
    anywhere = ratelimit.hit("polls.newcomers", network, limit=NEWCOMERS, per=MINUTE)
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
