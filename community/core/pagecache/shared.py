"""Pages and changes that several processes share through Redis.

Redis holds one number for each topic (of its last change and of its last hard one) and the pages themselves. A page
is given out only while the numbers it was made under still stand: they are asked for each time, in one command, but
for a page asked for so often that they were heard a moment ago. The numbers follow Redis's clock, so they never start
again; a topic Redis has forgotten is out of date.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

from community.core import chance
from community.core.pagecache.asked import Asked
from community.core.pagecache.changes import EVERYTHING, Changes, State
from community.core.pagecache.link import Away, Link, pack
from community.core.pagecache.page import Page

HEARD_SECONDS = 0.01  # as long as a request is on its way: whoever asks then might have been answered before
ALONE_SECONDS = 1.0  # how long a page is given out when Redis cannot be asked about it
TOPIC_SECONDS = 3600  # far longer than any page is kept
ANNOUNCED_MS = 30_000
LEASE_MS = 10_000
LARGEST_SHARED = 512 * 1024
TOLD_SECONDS = 600  # so long it is remembered that a change was told; later it is told once more
_CLOCK, _TOPIC, _BODY, _LEASE = "pages:clock", "pages:t:", "pages:b:", "pages:l:"
_TOLD = "pages:w:"
_OPEN = b"!"  # a hard change is being committed

_NEXT = """
local t = redis.call('TIME')
local n = t[1] * 1000000 + t[2]
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if n <= last then n = last + 1 end
local s = string.format('%.0f', n)
redis.call('SET', KEYS[1], s)
"""
# ARGV: "1" when hard, seconds to keep a topic; and where the change has a name: the name's key, seconds to keep
# that, and "1" when it need not be told if it was.
_CHANGE = (
    """
if ARGV[5] == '1' and redis.call('EXISTS', ARGV[3]) == 1 then return '0' end
"""
    + _NEXT
    + """
if ARGV[3] then redis.call('SET', ARGV[3], '1', 'EX', ARGV[4]) end
for i = 2, #KEYS do
  local hard = s
  if ARGV[1] == '0' then
    local old = redis.call('GET', KEYS[i])
    hard = old and string.match(old, ':(%d+)$') or s
  end
  redis.call('SET', KEYS[i], s .. ':' .. hard, 'EX', ARGV[2])
end
return s
"""
)
_BEGIN = "local c = redis.call('GET', KEYS[1])\nif c then return c end\n" + _NEXT + "return s"
_SETTLE = """
local clock = redis.call('GET', KEYS[1])
if not clock then return {} end
local found = {}
for i = 2, #KEYS do
  local v = redis.call('GET', KEYS[i])
  if not v then v = clock .. ':' .. clock end
  if v ~= '!' then redis.call('SET', KEYS[i], v, 'EX', ARGV[1]) end
  found[i - 1] = v
end
return found
"""
_ANNOUNCE = "for i = 1, #KEYS do redis.call('SET', KEYS[i], '!', 'PX', ARGV[1]) end return 1"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class SharedChanges(Changes):
    """The numbers of all processes; those of this one alone while Redis is away."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.link = Link(url, self._on_return)

    def begin(self) -> int:
        """The local number; the shared one is remembered for `settle` with it."""
        begun = super().begin()
        try:
            shared = int(self.link.call(pack("EVAL", _BEGIN, 1, _CLOCK)))
        except Away:
            shared = 0
        # Both in one number: local ones are small, shared ones count microseconds.
        return shared << 64 | begun

    def settle(self, page: Page, begun: int) -> bool:
        shared, local = begun >> 64, begun & (1 << 64) - 1
        page.seen = None
        page.checked_at = monotonic()
        is_good = super().settle(page, local)
        if not shared:
            return is_good
        keys = _keys(page)
        try:
            found = self.link.call(pack("EVAL", _SETTLE, 1 + len(keys), _CLOCK, *keys, TOPIC_SECONDS))
        except Away:
            return is_good
        if len(found) != len(keys) or any(value == _OPEN or _last(value) > shared for value in found):
            return False
        page.seen = found
        return is_good

    def state(self, page: Page) -> State:
        local = super().state(page)
        if local is State.GONE:
            return local
        if page.seen is not None:
            if monotonic() - page.checked_at < HEARD_SECONDS:
                return local
            try:
                found = self.link.call(page.check or _check(page))
            except Away:
                pass
            else:
                if found != page.seen:
                    return _compare(page.seen, found)
                page.checked_at = monotonic()
                return local
        return local if monotonic() - page.checked_at <= ALONE_SECONDS else State.GONE

    def announce(self, topics: Sequence[str]) -> None:
        """Nothing that stands on these topics is kept or given out until `change` tells that they are committed.

        A process that dies between its commit and its word leaves this behind for thirty seconds.
        """
        keys = [_TOPIC + topic for topic in topics]
        self.link.tell(pack("EVAL", _ANNOUNCE, len(keys), *keys, ANNOUNCED_MS))

    def change(self, topics: Iterable[str], *, hard: bool, name: str = "") -> None:
        topics = list(topics)
        super().change(topics, hard=hard)
        self.link.tell(_change(topics, hard=hard, name=name))

    def retell(self, topics: Iterable[str], *, name: str) -> None:
        """No page of this process is measured by what another one may have failed to tell: Redis alone is asked."""
        self.link.tell(_change(list(topics), hard=False, name=name, again=True))

    def _on_return(self, call: Callable[[bytes], Any]) -> None:
        """Others may stand on numbers that this Redis never heard of: nothing from before is given out again."""
        super().change([EVERYTHING], hard=True)
        call(_change([EVERYTHING], hard=True))


class SharedPages:
    """Pages that another process made, and the lease to make one."""

    def __init__(self, link: Link, release: str) -> None:
        self._link = link
        self._release = release  # copies are never shared between two releases of the program

    def get(self, asked: Asked) -> Page | None:
        try:
            kept = self._link.call(pack("GET", _BODY + self._name(asked)))
            return Page.from_bytes(kept) if kept else None
        except (Away, ValueError, KeyError, TypeError, struct.error):
            return None

    def put(self, asked: Asked, page: Page, seconds: float) -> None:
        if page.seen is None or page.size > LARGEST_SHARED:
            return
        try:
            self._link.call(
                pack("SET", _BODY + self._name(asked), page.to_bytes(), "PX", max(1, int(seconds * 1000)))
            )
        except Away:
            return

    def lease(self, asked: Asked) -> str | None:
        """A token to `release` when this process may make the page; "" where nobody can tell; None: another does."""
        token = f"{os.getpid()}.{chance.token(12)}"
        try:
            got = self._link.call(pack("SET", _LEASE + self._name(asked), token, "NX", "PX", LEASE_MS))
        except Away:
            return ""
        return token if got else None

    def release(self, asked: Asked, token: str) -> None:
        if not token:
            return
        try:
            self._link.call(pack("EVAL", _RELEASE, 1, _LEASE + self._name(asked), token))
        except Away:
            return

    def _name(self, asked: Asked) -> str:
        return hashlib.blake2b(repr((self._release, *asked)).encode(), digest_size=20).hexdigest()


def _keys(page: Page) -> list[str]:
    return [_TOPIC + EVERYTHING, *(_TOPIC + topic for topic in page.topics)]


def _check(page: Page) -> bytes:
    page.check = pack("MGET", *_keys(page))
    return page.check


def _change(topics: Sequence[str], *, hard: bool, name: str = "", again: bool = False) -> bytes:
    keys = [_TOPIC + topic for topic in topics]
    told: list[str | int] = [_TOLD + name, TOLD_SECONDS, int(again)] if name else []
    return pack("EVAL", _CHANGE, 1 + len(keys), _CLOCK, *keys, int(hard), TOPIC_SECONDS, *told)


def _last(value: bytes) -> int:
    return int(value.split(b":")[0])


def _compare(seen: Sequence[bytes], found: Sequence[bytes | None]) -> State:
    """Some number is another one: good for a moment longer only if no hard one is."""
    for before, now in zip(seen, found, strict=True):
        if now is None or now == _OPEN or before.split(b":")[1:] != now.split(b":")[1:]:
            return State.GONE
    return State.ADDED_TO
