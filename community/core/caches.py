"""A Redis cache that may be away: then nothing is cached, and nothing breaks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import structlog
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from community.core.resting import Rest

T = TypeVar("T")

log = structlog.get_logger("community.cache")

REST = 2.0  # seconds without asking after a failure: a dead cache must not cost its timeout on every call
MOST_OWED = 20_000


class _Health(Rest):
    """What this process knows about one Redis: until when it rests, and which keys it holds wrongly."""

    def __init__(self) -> None:
        super().__init__(REST)
        self.owed: set[str] = set()
        self.settling: set[str] = set()  # of those, what is being deleted just now
        self.is_waited_for = False

    def is_well(self) -> bool:
        """Whether it answered last, and holds nothing wrongly."""
        return not (self.failures or self.owed or self.settling)

    def is_resting(self) -> bool:
        return not self.is_over() or (self.probing.locked() and not self.is_well())


_health: dict[tuple[str, ...], _Health] = {}


class RestingClient(RedisCacheClient):
    """Django's client whose failures are misses.

    A key that could not be written or deleted while Redis was away is deleted when it is back, before
    anything is read: a session that was ended meanwhile does not come to life again.
    """

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self.health = _health.setdefault(tuple(servers), _Health())
        self._kept: dict[Any, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """One client per server, kept: Django makes one for every call, which costs more than the call."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if pool not in self._kept:
            self._kept[pool] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return self._kept[pool]

    def _ask(self, ask: Callable[[], T], otherwise: T, owes: Iterable[str] = ()) -> T:
        try:
            if self.health.is_well():
                return ask()
            if self.health.may_probe():
                try:
                    self._settle()
                    answer = ask()
                    self.health.answered()
                    return answer
                except ValueError:  # it answered that there is no such key
                    self.health.answered()
                    raise
                except (RedisError, OSError):
                    self.health.failed()  # before the next thread may ask
                    raise
                finally:
                    self.health.probing.release()
        except (RedisError, OSError) as error:
            log.warning("cache_away", error=type(error).__name__)
            self._owe(owes)  # before it rests: nobody may find it well in between
            self.health.failed()
            return otherwise
        self._owe(owes)
        return otherwise

    def _owe(self, keys: Iterable[str]) -> None:
        with self.health.lock:
            self.health.owed.update(keys)
            if not self.health.owed or self.health.is_waited_for:
                return
            self.health.is_waited_for = True
        # Another process may read the key before this one asks for anything again: do not wait for that.
        threading.Thread(target=self._settle_when_back, name="cache-owes", daemon=True).start()

    def _settle_when_back(self) -> None:
        pause, health = threading.Event(), self.health
        while True:
            pause.wait(health.length())
            if health.probing.acquire(blocking=False):
                try:
                    self._settle()
                    health.answered()
                except (RedisError, OSError):
                    health.failed()
                finally:
                    health.probing.release()
            with health.lock:
                if not health.owed and not health.settling:
                    health.is_waited_for = False
                    return

    def _settle(self) -> None:
        """Delete what is owed. Under `probing`; what is owed anew meanwhile stays so."""
        health = self.health
        with health.lock:
            if not health.owed:
                return
            health.settling, health.owed = health.owed, set()
        try:
            if len(health.settling) > MOST_OWED:
                super().clear()
            else:
                super().delete_many(health.settling)
        except BaseException:
            with health.lock:
                health.owed |= health.settling
            raise
        finally:
            deleted = len(health.settling)
            health.settling = set()
        log.info("cache_back", deleted=deleted)

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(RestingClient, self).add(key, value, timeout), False)

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(lambda: super(RestingClient, self).get(key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(lambda: super(RestingClient, self).set(key, value, timeout), None, [key])

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(lambda: super(RestingClient, self).touch(key, timeout), False)

    def delete(self, key: Any) -> bool:
        return self._ask(lambda: super(RestingClient, self).delete(key), False, [key])

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return self._ask(lambda: super(RestingClient, self).get_many(keys), {})

    def has_key(self, key: Any) -> bool:
        return self._ask(lambda: super(RestingClient, self).has_key(key), False)

    def incr(self, key: Any, delta: int) -> Any:
        """ValueError where the key is missing, and so where Redis is away."""
        counted = self._ask(lambda: super(RestingClient, self).incr(key, delta), None)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return counted

    def read_and_count(self, windows: Sequence[tuple[list[str], str, int]]) -> list[tuple[list[int], int]]:
        """Count up the last counter of each window: what its earlier ones hold, 0 for a missing one, and what it holds.

        A window is its earlier keys, its current one, and for how long that is kept. One exchange for all. ValueError
        where Redis is away.
        """

        def ask() -> list[Any]:
            together = self.get_client(write=True).pipeline(transaction=False)
            for earlier, current, timeout in windows:
                together.mget(earlier)
                together.incr(current)
                together.expire(current, timeout)
            answers: list[Any] = together.execute()
            return answers

        found = self._ask(ask, None)
        if found is None:
            raise ValueError(f"Key {windows[0][1]!r} cannot be counted.")
        return [
            ([int(held or 0) for held in before], int(counted))
            for before, counted in zip(found[::3], found[1::3], strict=True)
        ]

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        self._ask(lambda: super(RestingClient, self).set_many(data, timeout), None, data)

    def delete_many(self, keys: Iterable[Any]) -> None:
        keys = list(keys)
        self._ask(lambda: super(RestingClient, self).delete_many(keys), None, keys)

    def clear(self) -> bool:
        return self._ask(lambda: super(RestingClient, self).clear(), False)


class RestingRedisCache(RedisCache):
    """Django's RedisCache over a `RestingClient`."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = RestingClient

    def read_and_count(self, windows: Sequence[tuple[list[str], str, int]]) -> list[tuple[list[int], int]]:
        """As `RestingClient.read_and_count`."""
        key = self.make_key  # what Django looks at letter by letter are limits of memcached
        client = cast(RestingClient, self._cache)
        return client.read_and_count(
            [([key(one) for one in earlier], key(current), kept) for earlier, current, kept in windows]
        )


def is_resting(alias: str = "default") -> bool:
    """Whether the cache is away just now: a miss means nothing then, and limits count in the process."""
    client = getattr(caches[alias], "_cache", None)
    return isinstance(client, RestingClient) and client.health.is_resting()
