"""A Redis that is away is a cache that misses; what it holds wrongly is gone before it is read again."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import pytest
from django.core.cache.backends.redis import RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisGone
from redis.retry import Retry

from community.core import caches as module
from community.core import resting
from community.core.caches import RestingClient, RestingRedisCache, is_resting
from tests.support.hanging import hanging, waits


class Server:
    """A dictionary where Redis would be; can be away, and counts how often it was asked."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.away = False
        self.asked = 0

    def reach(self) -> None:
        self.asked += 1
        if self.away:
            raise RedisGone("away")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    here = Server()

    def speak(name: str, act: Callable[..., Any]) -> None:
        def method(self: RedisCacheClient, *args: Any) -> Any:
            here.reach()
            return act(*args)

        monkeypatch.setattr(RedisCacheClient, name, method)

    def incr(key: str, delta: int) -> int:
        if key not in here.kept:
            raise ValueError(f"Key '{key}' not found.")
        here.kept[key] += delta
        return here.kept[key]

    def forget(key: str) -> bool:
        return here.kept.pop(key, None) is not None

    speak("get", here.kept.get)
    speak("set", lambda key, value, timeout: here.kept.__setitem__(key, value))
    speak("add", lambda key, value, timeout: here.kept.setdefault(key, value) is value)
    speak("delete", forget)
    speak("has_key", lambda key: key in here.kept)
    speak("touch", lambda key, timeout: key in here.kept)
    speak("incr", incr)
    speak("get_many", lambda keys: {key: here.kept[key] for key in keys if key in here.kept})
    speak("set_many", lambda data, timeout: here.kept.update(data))
    speak("delete_many", lambda keys: [forget(key) for key in keys] and None)
    speak("clear", lambda: here.kept.clear() or True)
    return here


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The breaker's clock, and a breaker that knows nothing yet."""
    at = [1000.0]
    monkeypatch.setattr(resting, "monotonic", lambda: at[0])
    monkeypatch.setattr(module, "_health", {})
    yield at


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[RestingClient]:
    """Clients that began to wait for their Redis; here nobody waits until the test does."""
    begun: list[RestingClient] = []
    monkeypatch.setattr(
        module.threading, "Thread", lambda target, **how: Begun(lambda: begun.append(target.__self__))
    )
    return begun


class Begun:
    def __init__(self, start: Callable[[], None]) -> None:
        self.start = start


@pytest.fixture
def cache(now: list[float], waiting: list[RestingClient]) -> RestingRedisCache:
    return RestingRedisCache("redis://nowhere:6379/0", {"KEY_PREFIX": "t"})


def test_with_redis_there_it_is_an_ordinary_cache(cache: RestingRedisCache, server: Server) -> None:
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert cache.incr("a") == 2
    assert not cache.add("a", 5)
    assert cache.get_many(["a", "b"]) == {"a": 2}
    assert cache.has_key("a") and cache.touch("a") and cache.delete("a")
    cache.set_many({"b": 1, "c": 2})
    cache.delete_many(["b"])
    assert cache.get("b", "none") == "none"
    assert cache.clear()


def test_while_it_is_away_everything_misses_and_nothing_breaks(
    cache: RestingRedisCache, server: Server
) -> None:
    cache.set("a", 1)
    server.away = True
    assert cache.get("a") is None
    assert cache.get("a", "default") == "default"
    assert cache.get_many(["a"]) == {}
    assert not (cache.add("a", 1) or cache.has_key("a") or cache.touch("a") or cache.delete("a"))
    cache.set("a", 2)
    cache.set_many({"a": 2})
    cache.delete_many(["a"])
    assert not cache.clear()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_a_dead_redis_costs_one_timeout_not_one_a_call(
    cache: RestingRedisCache, server: Server, now: list[float]
) -> None:
    server.away = True
    for _ in range(50):
        cache.get("a")
    assert server.asked == 1
    now[0] += module.REST
    cache.get("a")
    assert server.asked == 2


def test_a_key_written_or_deleted_meanwhile_is_gone_before_it_is_read_again(
    cache: RestingRedisCache, server: Server, now: list[float]
) -> None:
    cache.set_many({"session": "signed in", "profile": "old", "other": "kept"})
    server.away = True
    cache.delete("session")
    cache.set("profile", "new")
    server.away = False
    now[0] += module.REST
    assert cache.get("session") is None
    assert cache.get("profile") is None
    assert cache.get("other") == "kept"
    cache.set("profile", "newer")
    assert cache.get("profile") == "newer", "the debt is paid once"


def test_what_is_owed_is_paid_though_nobody_asks_for_anything(
    cache: RestingRedisCache, server: Server, waiting: list[RestingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may read the key before this one is asked for a page again."""
    cache.set("session", "signed in")
    server.away = True
    cache.delete("session")
    cache.delete("another")
    (client,) = waiting
    server.away = False
    monkeypatch.setattr(module, "REST", 0.0)
    client._settle_when_back()
    assert not server.kept and not client.health.owed
    server.away = True
    cache.delete("session")
    assert waiting == [client, client], "and the next time again"


def test_a_debt_nobody_can_list_empties_the_cache(
    cache: RestingRedisCache, server: Server, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OWED", 2)
    cache.set("other", 1)
    server.away = True
    cache.delete_many(["a", "b", "c"])
    server.away = False
    now[0] += module.REST
    assert cache.get("other") is None


def test_redis_failing_again_while_the_debt_is_paid_keeps_the_debt(
    cache: RestingRedisCache, server: Server, now: list[float]
) -> None:
    cache.set("session", "signed in")
    server.away = True
    cache.delete("session")
    now[0] += module.REST
    assert cache.get("session") is None
    server.away = False
    now[0] += 2 * module.REST
    assert cache.get("session") is None
    assert "t:1:session" not in server.kept


def test_it_is_left_alone_longer_the_longer_it_stays_away(
    cache: RestingRedisCache, server: Server, now: list[float]
) -> None:
    server.away = True
    for rest in (2.0, 4.0, 8.0, 8.0):
        before = server.asked
        cache.get("a")
        now[0] += rest - 0.01
        cache.get("a")
        assert server.asked == before + 1
        now[0] += 0.01
    server.away = False
    cache.get("a")
    server.away = True
    cache.get("a")
    now[0] += module.REST
    assert not is_resting() and server.asked == before + 3, "once it answered, all that is forgotten"


def test_what_is_owed_anew_while_the_debt_is_paid_stays_owed(
    cache: RestingRedisCache, server: Server, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.away = True
    cache.delete("session")
    server.away = False
    now[0] += module.REST
    paid = RedisCacheClient.delete_many

    def and_meanwhile(client: RedisCacheClient, keys: Iterable[str]) -> None:
        paid(client, keys)
        server.kept["t:1:session"] = "written by another process"
        cache.delete("session")  # another thread's: nobody but one asks a Redis that was away

    monkeypatch.setattr(RedisCacheClient, "delete_many", and_meanwhile)
    cache.get("other")
    monkeypatch.setattr(RedisCacheClient, "delete_many", paid)
    assert cache.get("session") is None and "t:1:session" not in server.kept


def test_one_thread_pays_for_a_redis_that_hangs_and_nobody_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_health", {})
    patience = 0.3
    with hanging() as url:
        cache = RestingRedisCache(
            url, {"OPTIONS": {"socket_timeout": patience, "retry": Retry(NoBackoff(), 0)}}
        )
        health = cast(RestingClient, cache._cache).health
        health.is_waited_for = True  # nobody pays in the background here

        def ask() -> None:
            cache.delete("session")
            cache.get("session")

        assert waits(ask)[-1] < 2 * patience, "all at once, each its own timeout"
        assert health.owed
        health.rests_until = 0.0  # the rest is over
        times = waits(ask)
        assert times[-2] < patience, f"one asks, the others go on without: {times}"
        assert patience <= times[-1] < 2 * patience


def test_whether_it_rests_can_be_asked(
    cache: RestingRedisCache, server: Server, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_resting(), "the test suite's cache never rests"
    monkeypatch.setattr(module, "caches", {"default": cache})
    assert not is_resting()
    server.away = True
    cache.get("a")
    assert is_resting()
    now[0] += module.REST
    assert not is_resting()


class Together:
    """Commands of one exchange, carried out on the dictionary when they are sent."""

    def __init__(self, server: Server) -> None:
        self.server, self.acts = server, list[Callable[[], Any]]()

    def mget(self, keys: list[str]) -> None:
        self.acts.append(lambda: [self.server.kept.get(key) for key in keys])

    def incr(self, key: str) -> None:
        def act() -> int:
            self.server.kept[key] = 1 + int(self.server.kept.get(key, 0))
            return int(self.server.kept[key])

        self.acts.append(act)

    def expire(self, key: str, seconds: int) -> None:
        assert seconds > 0
        self.acts.append(lambda: key in self.server.kept)

    def execute(self) -> list[Any]:
        self.server.reach()
        return [act() for act in self.acts]


def test_counters_are_read_and_counted_in_one_exchange_and_away_is_no_zero(
    cache: RestingRedisCache, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Line:
        def pipeline(self, *, transaction: bool) -> Together:
            return Together(server)

    monkeypatch.setattr(RestingClient, "get_client", lambda self, key=None, write=False: Line())
    assert cache.read_and_count([(["earlier"], "now", 60)]) == [([0], 1)]
    windows = [(["now", "earlier"], "later", 60), (["later"], "now", 60)]
    assert cache.read_and_count(windows) == [([1, 0], 1), ([1], 2)]
    assert cache.read_and_count([(["earlier"], "later", 60)]) == [([0], 2)]
    assert server.asked == 3
    server.away = True
    with pytest.raises(ValueError, match="cannot be counted"):
        cache.read_and_count([(["earlier"], "now", 60)])
