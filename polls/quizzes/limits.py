"""How often one may play along in a hosted quiz: soft enough for an office behind one address."""

from __future__ import annotations

from django.http import HttpRequest

from community.core import ratelimit
from community.core.access import Refused
from polls.limits import HOUR, MINUTE, STEPS

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
        _require(ratelimit.hit("quizzes.taps", f"member:{request.user.pk}", limit=STEPS, per=MINUTE))
    else:
        _require(ratelimit.hit("quizzes.run.taps", network, limit=RUN_TAPS, per=MINUTE))


def _require(verdict: ratelimit.RateVerdict) -> None:
    if not verdict:
        raise Refused(verdict)
