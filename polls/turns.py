"""A short wait for guests without a cookie, once many of them came from one network: people meet it once, if ever, and a
machine that votes in bulk meets it at every vote. Nobody has to prove anything.
"""

from __future__ import annotations

from django.core import signing
from django.core.cache import cache

from community.core import chance, clock
from community.core.whole import whole

WAIT = 3  # seconds
GOOD_FOR = 600  # seconds after that


def ticket(poll_id: int, network: str) -> str:
    """What a form brings along that was sent too soon."""
    return _signer(poll_id, network).sign(f"{int(clock.now().timestamp())}.{chance.token(9)}")


def spend(told: str, poll_id: int, network: str) -> bool:
    """Whether this was given to this network for this poll, long enough ago, and brings the first vote with it. False,
    too, while the cache is away: then limits are stricter, never absent."""
    try:
        began = whole(_signer(poll_id, network).unsign(told[:120]).partition(".")[0], 12)
    except signing.BadSignature:
        return False
    waited = int(clock.now().timestamp()) - (began or 0)
    return WAIT <= waited <= GOOD_FOR and cache.add(f"polls:turn:{told[:120]}", 1, GOOD_FOR)


def _signer(poll_id: int, network: str) -> signing.Signer:
    return signing.Signer(salt=f"polls.turn:{poll_id}:{network}", sep="~")
