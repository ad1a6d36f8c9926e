"""One page after another inside this process: statements, CPU as a WSGI worker spends it, bytes as sent.

Run by the benchmark with the site's environment; reads asks as JSON lines, answers with JSON lines:
`{"name", "asks": [[path, canary], …], "as": member pk or null}` → `{"name", "statements", "cpu_ms", "wire", "p95_ms"}`.
One address is asked for often, a series of them each twice. Limits are per process and forgotten before each round.
"""

import gzip
import json
import os
import sys
import time
from typing import Any

ROUNDS = 30


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    for line in sys.stdin:
        print(json.dumps(_measure(json.loads(line))), flush=True)


def _measure(ask: dict[str, Any]) -> dict[str, Any]:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost", headers={"accept-encoding": "gzip", "accept-language": "en"})
    if ask["as"] is not None:
        client.force_login(get_user_model()._default_manager.get(pk=ask["as"]))

    secure = settings.SESSION_COOKIE_SECURE

    def get(path: str, canary: str) -> bytes:
        response = client.get(path, secure=secure)
        wire: bytes = b"".join(response.streaming_content) if response.streaming else response.content
        packed = response.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(wire) if packed else wire
        if response.status_code != 200 or canary.encode() not in body:
            sys.exit(f"{ask['name']}: {response.status_code}, or {canary!r} is not on {path}")
        return wire if packed else gzip.compress(wire, 6)

    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    series = ask["asks"]
    for _ in range(3):
        wire = get(*series[0])
    with connection.execute_wrapper(note):
        get(*series[0])
    times, spent = [], 0.0
    for path, canary in series * (ask.get("rounds") or (ROUNDS if len(series) == 1 else 2)):
        if len(series) > 1:
            cache.clear()
        began, busy = time.perf_counter(), time.process_time()
        wire = max(wire, get(path, canary), key=len)
        times.append(time.perf_counter() - began)
        spent += time.process_time() - busy
    return {
        "name": ask["name"],
        "statements": len(statements),
        "cpu_ms": spent * 1000 / len(times),
        "wire": len(wire),
        "p95_ms": sorted(times)[int(len(times) * 0.95)] * 1000,
    }


if __name__ == "__main__":
    main()
