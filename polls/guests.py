"""The cookie that lets a guest keep one ballot a poll: signed, unreadable for scripts, set when somebody votes.

The database holds a keyed digest of it, so that whoever reads a backup cannot vote as the guest. Kept pages never
see it (`core.pagecache` makes them without cookies).
"""

from __future__ import annotations

import base64
import re

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from community.core import chance, clock
from community.core.ratelimit import client_network

COOKIE, VARIANT = "ballot", "variant"
YEAR, QUARTER = 365 * 24 * 3600, 90 * 24 * 3600
_KNOWN = re.compile(r"[A-Za-z0-9_-]{22,64}\Z")


def token_of(request: HttpRequest) -> str:
    """What the visitor's cookie holds; "" without one, or for one that was not made here."""
    return _unsigned(request.COOKIES.get(COOKIE, ""), _signer())


def key_of(request: HttpRequest) -> str:
    """The key under which this visitor's ballots stand; "" for somebody who has none."""
    token = token_of(request)
    return key_from(token) if token else ""


def new_token() -> str:
    return chance.token(24)


def is_seed(raw: str) -> bool:
    """Whether a script sent something to make a token from."""
    return bool(_KNOWN.match(raw))


def mark_of(request: HttpRequest, scope: str) -> str:
    """What two requests of one browser have in common before it has a cookie; "" for one that says nothing of itself.

    A keyed digest, kept for as long as answered requests are: nobody reads an address in it.
    """
    browser = request.headers.get("User-Agent", "")
    if not browser:
        return ""
    said = [scope, client_network(request), browser, request.headers.get("Accept-Language", "")]
    return salted_hmac("polls.guest.mark", "\n".join(said), algorithm="sha256").hexdigest()[:40]


def trace_of(request: HttpRequest, poll_id: int) -> tuple[str, str]:
    """Keyed digests of the network and the kind of device that a vote comes from, another in each poll.

    They tell votes apart that came the same way, and nothing more: no address can be read in them.
    """
    device = [request.headers.get(name, "") for name in ("User-Agent", "Accept-Language")]
    return _trace(poll_id, "network", client_network(request)), _trace(poll_id, "device", *device)


def _trace(poll_id: int, what: str, *said: str) -> str:
    told = "\n".join([str(poll_id), what, *said])
    digest = salted_hmac("polls.trace", told, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


def token_from(seed: str) -> str:
    """A token for a visitor without a cookie: a new one, or the same for the same seed.

    A script sends one seed until an answer has brought the cookie, so that a vote sent again because its answer was
    lost is the same guest's.
    """
    if not _KNOWN.match(seed):
        return new_token()
    digest = salted_hmac("polls.guest.seed", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def key_from(token: str) -> str:
    """The key that belongs to a cookie."""
    digest = salted_hmac("polls.guest.key", token, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def give(response: HttpResponse, token: str) -> None:
    """Let the visitor keep the token."""
    _set(response, COOKIE, _signer().sign(token), YEAR)


# A link in a letter carries what was cast as a guest to another device. Whoever opens it there and signs in has the
# votes; it tells which ones they are and lets nobody vote as the guest.
CARRIED_DAYS = 7


def link_from(key: str) -> str:
    """What stands in the link for the guest with this key; good for a week."""
    until = int(clock.now().timestamp()) + CARRIED_DAYS * 24 * 3600
    return _link_signer().sign(f"{key}.{until}")


def key_in_link(told: str) -> str:
    """The key in a link; "" for one that was not made here, or is too old."""
    try:
        key, _dot, until = _link_signer().unsign(told[:200]).partition(".")
        return key if int(until) > clock.now().timestamp() else ""
    except (signing.BadSignature, ValueError):
        return ""


# Which variant of the first page a guest was drawn to see stands under a cookie of its own, so that nothing leads from
# there to what they chose.


def variant_of(request: HttpRequest) -> str:
    """What the visitor's cookie of trials holds; "" without one, or for one that was not made here."""
    return _unsigned(request.COOKIES.get(VARIANT, ""), _variant_signer())


def give_variant(response: HttpResponse, token: str) -> None:
    """Let the visitor see the same variant again."""
    _set(response, VARIANT, _variant_signer().sign(token), QUARTER)


def trial_key(trial_id: int, token: str) -> str:
    """The key under which a guest stands in a trial, another in each."""
    digest = salted_hmac("polls.trial", f"{trial_id}:{token}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _unsigned(raw: str, signer: signing.Signer) -> str:
    if not raw or len(raw) > 200:
        return ""
    try:
        token = signer.unsign(raw)
    except signing.BadSignature:
        return ""
    return token if _KNOWN.match(token) else ""


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _signer() -> signing.Signer:
    return signing.Signer(salt="polls.guest", sep=".")


def _link_signer() -> signing.Signer:
    return signing.Signer(salt="polls.carried", sep="~")


def _variant_signer() -> signing.Signer:
    return signing.Signer(salt="polls.variant", sep=".")
