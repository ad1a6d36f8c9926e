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


# A hall full of guests stands behind one address: the codes are what must not be guessed.
WRONG_CODES, TEN_MINUTES = 300, 600
NEW_PLAYERS = 4_000  # guests of one network who join a run without a cookie, an hour
RUN_TAPS = 12_000  # what the players of one network send, a minute


def require_few_codes(request: HttpRequest) -> None:
    """Count one code that was none. Refused ("rate")."""
    _require(
        ratelimit.hit("quizzes.codes", ratelimit.client_network(request), limit=WRONG_CODES, per=TEN_MINUTES)
    )


def require_few_in_run(request: HttpRequest, *, is_new: bool) -> None:
    """Count one step of a player. Refused ("rate")."""
    network = ratelimit.client_network(request)
    if is_new:
        _require(ratelimit.hit("quizzes.run.newcomers", network, limit=NEW_PLAYERS, per=HOUR))
    elif request.user.is_authenticated:
        _require(ratelimit.hit("quizzes.taps", f"member:{request.user.pk}", limit=TAPS, per=MINUTE))
    else:
        _require(ratelimit.hit("quizzes.run.taps", network, limit=RUN_TAPS, per=MINUTE))


def _require(verdict: ratelimit.RateVerdict) -> None:
    if not verdict:
        raise Refused(verdict)
