"""What the doctor looks at in Redis: its version, and what it does when its memory is full."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from redis.exceptions import RedisError

from community.core.caches import RestingClient
from community.core.doctor_findings import Finding

OLDEST = 6
KEEPS_WRITING = "noeviction"


def redis() -> Finding:
    """Recent enough, and full memory makes room instead of refusing to write."""
    client = getattr(caches["default"], "_cache", None)
    if not isinstance(client, RestingClient):
        return Finding("redis", "OK", "not used: the cache is in this process")
    try:
        told: Any = client.get_client(None).info()
    except (RedisError, OSError) as error:
        mend = "Start it, or mend REDIS_URL. Until then pages are slower, limits stricter, and open pages hear late."
        return Finding("redis", "FAIL", type(error).__name__, mend)
    return judge(told)


def judge(told: dict[str, Any]) -> Finding:
    """What `INFO` says, judged."""
    version, policy = str(told.get("redis_version", "0")), str(told.get("maxmemory_policy", ""))
    limit, used = int(told.get("maxmemory", 0)), int(told.get("used_memory", 0))
    room = f"{used // 2**20} of {limit // 2**20} MiB" if limit else f"{used // 2**20} MiB, no limit"
    line = ", ".join(filter(None, (f"Redis {version}", policy, room)))
    if not version.split(".", 1)[0].isdecimal() or int(version.split(".", 1)[0]) < OLDEST:
        return Finding("redis", "FAIL", line, f"Convoy needs Redis {OLDEST} or newer.")
    if limit and policy == KEEPS_WRITING:
        mend = "Full memory would refuse every write. In redis.conf: maxmemory-policy allkeys-lru"
        return Finding("redis", "WARN", line, mend)
    if not limit:
        mend = "It may grow until the machine is full. In redis.conf: maxmemory 256mb, maxmemory-policy allkeys-lru"
        return Finding("redis", "WARN", line, mend)
    return Finding("redis", "OK", line)
