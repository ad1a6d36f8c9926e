"""How often somebody may do something. When the cache is down, limits become stricter, never absent."""

import contextlib
import functools
import hashlib
import inspect
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Concatenate, NamedTuple, ParamSpec

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import ngettext

from community.core import clock
from community.core.access import Refused, Verdict
from community.core.caches import RestingRedisCache

logger = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SECOND = 1_000_000
# A window is counted in slices: it slides, is never let over its limit, and waits at most a sixth too long.
SLICES = 6
# Without the cache each process counts alone; there are a few of them.
STRICTER = 4
REST_SECONDS = 5.0
LOCAL_SUBJECTS = 20_000


@dataclass(frozen=True, slots=True)
class RateVerdict(Verdict):
    """A verdict that also knows how many seconds to wait before the next try can succeed."""

    retry_after: int = 0


class Window(NamedTuple):
    """At most `limit` tries of `subject` at `scope` in `per` seconds."""

    scope: str
    subject: str
    limit: int
    per: int


def hit(scope: str, subject: str, *, limit: int, per: int) -> RateVerdict:
    """Count one try of `subject` at `scope`: allowed if fewer than `limit` were in the last `per` seconds.

    A refused try is not counted, so waiting `retry_after` seconds is enough. The refusal's code is "rate".
    """
    return hit_each(Window(scope, subject, limit, per))[0]


def hit_each(*windows: Window) -> list[RateVerdict]:
    """Count one try in each of these windows, whatever the others say; a verdict for each. One exchange with Redis."""
    if any(one.limit < 1 or one.per < 1 for one in windows):
        raise ValueError("a rate limit needs at least one try in at least one second")
    eased = [one._replace(limit=one.limit * settings.LIMITS_EASED) for one in windows]
    now = _now()
    for one in eased:
        _windows.setdefault(one.scope, set()).add(one.per)
    waits = _shared.waits(eased, now=now)
    if waits is None:
        waits = [
            _local.wait(scope, subject, limit=max(1, limit // STRICTER), per=per, now=now)
            for scope, subject, limit, per in eased
        ]
    return [_refusal(-(-wait // SECOND)) if wait else RateVerdict(True) for wait in waits]


def peek(scope: str, subject: str, *, limit: int, per: int) -> tuple[int, RateVerdict]:
    """How many tries `subject` has left at `scope`, and what the next one would hear. Counts nothing."""
    limit *= settings.LIMITS_EASED
    now = _now()
    found = _shared.peek(scope, subject, limit=limit, per=per, now=now)
    left, wait = found or _local.peek(scope, subject, limit=max(1, limit // STRICTER), per=per, now=now)
    return left, _refusal(-(-wait // SECOND)) if left < 1 else RateVerdict(True)


def take_back(scope: str, subject: str, *, per: int) -> None:
    """Uncount the last try of `subject` at `scope`: nothing came of it. Counts in doubt stay as they are."""
    now = _now()
    _shared.take_back(scope, subject, per=per, now=now)
    _local.take_back(scope, subject, per=per)


def reset(scope: str, subject: str) -> None:
    """Forget the tries of `subject` at `scope`, for each window this process has used. For tests."""
    for per in _windows.get(scope, ()):
        _shared.forget(scope, subject, per=per, now=_now())
        _local.forget(scope, subject, per=per)


def _now() -> int:
    """Microseconds: whole numbers, so that the end of a slice is the same moment in every calculation."""
    return round(clock.now().timestamp() * SECOND)


def _refusal(seconds: int) -> RateVerdict:
    if seconds < 100:
        reason = ngettext(
            "That was too often. Please try again in %(count)s second.",
            "That was too often. Please try again in %(count)s seconds.",
            seconds,
        ) % {"count": seconds}
    elif seconds < 100 * 60:
        minutes = math.ceil(seconds / 60)
        reason = ngettext(
            "That was too often. Please try again in %(count)s minute.",
            "That was too often. Please try again in %(count)s minutes.",
            minutes,
        ) % {"count": minutes}
    else:
        hours = math.ceil(seconds / 3600)
        reason = ngettext(
            "That was too often. Please try again in %(count)s hour.",
            "That was too often. Please try again in %(count)s hours.",
            hours,
        ) % {"count": hours}
    return RateVerdict(False, reason, "rate", seconds)


class _Shared:
    """Counters in the cache, one for each slice of time; atomic by `add` and `incr`."""

    def __init__(self) -> None:
        self._resting_until = 0.0

    def waits(self, windows: Sequence[Window], *, now: int) -> list[int] | None:
        """Microseconds to wait in each, 0 to go ahead; None when the cache cannot be asked."""
        if time.monotonic() < self._resting_until:
            return None
        try:
            return self._count(windows, now)
        except Exception as error:
            # Whatever the cache's client throws. Asking again at once would make every request wait for it.
            self._resting_until = time.monotonic() + REST_SECONDS
            logger.warning("rate limits are counted in this process and more strictly: %r", error)
            return None

    def peek(self, scope: str, subject: str, *, limit: int, per: int, now: int) -> tuple[int, int] | None:
        """Tries left and microseconds to wait for the next; None when the cache cannot be asked."""
        if time.monotonic() < self._resting_until:
            return None
        keys = _keys(scope, subject, per, now)
        try:
            found = _cache().get_many(keys)
        except Exception:  # whatever the cache's client throws
            return None
        counts = [int(found.get(key, 0)) for key in keys]
        left = limit - sum(counts)
        return max(0, left), 0 if left > 0 else _until_free([*counts[:-1], counts[-1] + 1], limit, per, now)

    def _count(self, windows: Sequence[Window], now: int) -> list[int]:
        cache = _cache()
        keys = [_keys(scope, subject, per, now) for scope, subject, _limit, per in windows]
        if isinstance(cache, RestingRedisCache):
            counted = cache.read_and_count(
                [(own[:-1], own[-1], _kept(one.per)) for own, one in zip(keys, windows, strict=True)]
            )
        else:
            counted = []
            for (*earlier, current), one in zip(keys, windows, strict=True):
                # Read before counting: a cache that is away tells a reader "nothing", but it cannot count.
                found = cache.get_many(earlier)
                before = [int(found.get(key, 0)) for key in earlier]
                counted.append((before, _increment(cache, current, one.per)))
        waits = []
        for (before, latest), own, one in zip(counted, keys, windows, strict=True):
            counts = [*before, latest]
            is_over = sum(counts) > one.limit
            if is_over:
                with contextlib.suppress(Exception):
                    cache.decr(own[-1])
            waits.append(_until_free(counts, one.limit, one.per, now) if is_over else 0)
        return waits

    def take_back(self, scope: str, subject: str, *, per: int, now: int) -> None:
        if time.monotonic() < self._resting_until:
            return
        with contextlib.suppress(Exception):  # whatever the cache's client throws: stricter then
            current = _keys(scope, subject, per, now)[-1]
            if int(_cache().get(current, 0)) > 0:
                _cache().decr(current)

    def forget(self, scope: str, subject: str, *, per: int, now: int) -> None:
        _cache().delete_many(_keys(scope, subject, per, now))


class _Local:
    """Moments of tries in this process only. Bounded: the subject that was quiet longest is dropped first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: OrderedDict[tuple[str, str, int], list[int]] = OrderedDict()

    def wait(self, scope: str, subject: str, *, limit: int, per: int, now: int) -> int:
        """Microseconds to wait, 0 to go ahead."""
        key = (scope, subject, per)
        with self._lock:
            recent = [at for at in self._tries.pop(key, []) if at > now - per * SECOND]
            wait = 0 if len(recent) < limit else recent[-limit] + per * SECOND - now
            if not wait:
                recent.append(now)
            self._tries[key] = recent
            while len(self._tries) > LOCAL_SUBJECTS:
                self._tries.popitem(last=False)
        return wait

    def peek(self, scope: str, subject: str, *, limit: int, per: int, now: int) -> tuple[int, int]:
        """Tries left and microseconds to wait for the next."""
        with self._lock:
            recent = [at for at in self._tries.get((scope, subject, per), ()) if at > now - per * SECOND]
        left = limit - len(recent)
        return max(0, left), 0 if left > 0 else recent[-limit] + per * SECOND - now

    def take_back(self, scope: str, subject: str, *, per: int) -> None:
        with self._lock:
            if recent := self._tries.get((scope, subject, per)):
                recent.pop()

    def forget(self, scope: str, subject: str, *, per: int) -> None:
        with self._lock:
            self._tries.pop((scope, subject, per), None)


def _until_free(counts: list[int], limit: int, per: int, now: int) -> int:
    """Microseconds until no more than `limit` tries are left of these slices: the oldest leave first."""
    total, gone = sum(counts), 0
    while total > limit:
        total -= counts[gone]
        gone += 1
    return -(-(_slice(now, per) + gone) * per * SECOND // SLICES) - now


def _increment(cache: BaseCache, key: str, per: int) -> int:
    kept = _kept(per)
    cache.add(key, 0, timeout=kept)
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, 0, timeout=kept)  # it was flushed or evicted between the two
        return cache.incr(key)


def _kept(per: int) -> int:
    """Seconds for which a slice is counted, and a little longer."""
    return per + per // SLICES + 2


def _slice(now: int, per: int) -> int:
    return now * SLICES // (per * SECOND)


def _keys(scope: str, subject: str, per: int, now: int) -> list[str]:
    """The keys of the slices of this window, oldest first. Subjects are hashed: some are e-mails."""
    who = hashlib.blake2b(subject.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    current = _slice(now, per)
    return [f"rate:{scope}:{per}:{who}:{index}" for index in range(current - SLICES, current + 1)]


def _cache() -> BaseCache:
    return caches[getattr(settings, "RATELIMIT_CACHE", "default")]


_shared = _Shared()
_local = _Local()
_windows: dict[str, set[int]] = {}


def client_address(request: HttpRequest) -> str:
    """The address this request came from, "" if unknown.

    Anyone can write `X-Forwarded-For`: only what our own proxies added at its right end is believed, and
    `settings.TRUSTED_PROXIES` says how many there are.
    """
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    proxies: int = getattr(settings, "TRUSTED_PROXIES", 0)
    if proxies < 1:
        return peer
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(forwarded) < proxies:
        return peer
    return _address(forwarded[-proxies]) or peer


def client_network(request: HttpRequest) -> str:
    """What to count a guest by: its address, or for IPv6 the /64, all of which belongs to one household."""
    address = client_address(request)
    if ":" in address:
        return str(ip_network(f"{address}/64", strict=False))
    return address or "unknown"


@functools.lru_cache(maxsize=20_000)
def _address(text: str) -> str:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _subject(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"member:{user.pk}"
    return client_network(request)


def limited(
    scope: str, *, limit: int, per: int, key: Callable[[HttpRequest], str] = _subject
) -> Callable[[View[P]], View[P]]:
    """Let a view take at most `limit` POSTs in `per` seconds from one member, or one address of guests.

    `key` names somebody else to count by. One too many raises Refused with code "rate". Reading is free.
    """

    def decorate(view: View[P]) -> View[P]:
        if inspect.iscoroutinefunction(view):
            raise TypeError("limited is for ordinary views; an async view calls hit in a thread")

        @functools.wraps(view)
        def counted(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                verdict = hit(scope, key(request), limit=limit, per=per)
                if not verdict:
                    raise Refused(verdict)
            return view(request, *args, **kwargs)

        return counted

    return decorate
