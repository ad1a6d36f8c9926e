"""Production's cache keeps its promises: atomic counting and add-if-absent."""

import pytest
from django.core.cache.backends.redis import RedisCache


@pytest.fixture
def redis_cache(redis_url: str) -> RedisCache:
    cache = RedisCache(redis_url, {"KEY_PREFIX": "convoy-test"})
    cache.clear()
    return cache


def test_only_the_first_add_wins(redis_cache: RedisCache) -> None:
    assert redis_cache.add("seat", "first", 30)
    assert not redis_cache.add("seat", "second", 30)
    assert redis_cache.get("seat") == "first"


def test_counting_is_atomic_and_needs_a_key(redis_cache: RedisCache) -> None:
    redis_cache.set("hits", 0, 30)
    assert [redis_cache.incr("hits") for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ValueError):
        redis_cache.incr("never-set")
