"""The embedded site for the page cache's figures: no worker; the cache as BENCH_CACHE says: off, memory, redis."""

import os

from community.settings.embedded import *  # noqa: F403

EMBEDDED_WORKER = False
PAGE_CACHE = os.environ["BENCH_CACHE"] != "off"
PAGE_CACHE_REDIS = os.environ["REDIS_URL"] if os.environ["BENCH_CACHE"] == "redis" else ""
