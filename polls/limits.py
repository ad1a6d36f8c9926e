"""How often one may vote or answer: soft enough for an office behind one address, and said in plain words."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core import ratelimit
from community.core.access import Refused, no
from community.core.ratelimit import Window
from polls import turns

# Guests who bring no cookie, of one network: in one poll within an hour, and anywhere within a minute.
NEWCOMERS_A_POLL, HOUR = 60, 3600
AT_ONCE = 20  # of them are answered at once; the others wait some seconds each (`turns`)
NEWCOMERS, MINUTE = 120, 60
# Whoever has a ballot already, member or guest: votes and changes within a minute.
TAPS = 60
# Quizzes and surveys go on for many steps: guests of one network who begin within an hour, steps of one within a minute.
BEGINNERS, STEPS = 120, 120


def require_few(request: HttpRequest, poll_id: int, *, is_new: bool) -> None:
    """Count one vote. Refused ("rate") with what to do instead, or ("wait") where a few seconds are enough."""
    if not is_new:
        _require_few_taps(request, "polls.taps", most=TAPS)
        return
    network = ratelimit.client_network(request)
    here = f"{poll_id}:{network}"
    windows = [
        Window("polls.newcomers", here, limit=NEWCOMERS_A_POLL, per=HOUR),
        Window("polls.newcomers", network, limit=NEWCOMERS, per=MINUTE),
    ]
    if turns.spend(request.POST.get("turn", ""), poll_id, network):
        verdicts, is_calm = ratelimit.hit_each(*windows), True
    else:
        calm = Window("polls.newcomers.at_once", here, limit=AT_ONCE, per=HOUR)
        *verdicts, first = ratelimit.hit_each(*windows, calm)
        is_calm = bool(first)
    if not all(verdicts):
        raise Refused(
            no(
                _(
                    "Many votes without an account came from your network just now. Sign in to vote at once, or try "
                    "again later."
                ),
                "rate",
            )
        )
    if not is_calm:
        for one in windows:  # what waits was no vote yet
            ratelimit.take_back(one.scope, one.subject, per=one.per)
        raise Refused(
            no(
                _("Many people vote from your network just now. In a few seconds yours can be sent again."),
                "wait",
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
