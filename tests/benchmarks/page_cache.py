"""What a guest's page costs from a copy, by server and by where the copies are: CPU, every answer checked.

    .venv/bin/python -m tests.benchmarks.page_cache                  # in memory
    REDIS_URL=redis://… .venv/bin/python -m tests.benchmarks.page_cache   # and shared through Redis

CPU is what the server's processes used by their own account, in microseconds a request; Redis apart.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
from redis import Redis

from tests.benchmarks.load import WrongAnswer, cpu_seconds
from tests.browser.site import ROOT, Site, free_port

CANARY = "zqcanary"
SEED = f"""
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
people = [a_member(name=f"Driver {{n}}") for n in range(12)]
thread = a_thread(author=people[0], title="A long road {CANARY}")
for n in range(24):
    a_reply(author=people[n % 12], thread=thread, body="Words of a reply. " * 20 + "{CANARY}" + str(n))
print("PATH" + thread.get_absolute_url())
"""
SERVERS = {
    "uvicorn": [
        "-m",
        "uvicorn",
        "community.asgi:application",
        "--host",
        "127.0.0.1",
        "--log-level",
        "warning",
        "--port",
    ],
    "gunicorn gthread": [
        "-m",
        "gunicorn",
        "community.wsgi:application",
        "--workers",
        "1",
        "--threads",
        "8",
        "--bind",
    ],
}


@dataclass(frozen=True)
class Figure:
    what: str
    count: int
    micros: float
    redis: float
    size: int

    def line(self) -> str:
        beside = f"{self.redis:>10.0f}" if self.redis else f"{'—':>10}"
        return f"{self.what:<52} {self.count:>6} {self.micros:>9.0f} {beside} {self.size:>9}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=4000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="convoy-pages-") as folder:
        site = Site(Path(folder) / "var", demo=False)
        site.var.mkdir(parents=True)
        site.manage("migrate", "--verbosity", "0")
        path = next(
            line.removeprefix("PATH")
            for line in site.manage("shell", "-c", SEED).splitlines()
            if line.startswith("PATH")
        )
        print(f"{'':<52} {'n':>6} {'CPU µs':>9} {'Redis µs':>10} {'bytes':>9}")
        places = ["memory", "redis"] if os.environ.get("REDIS_URL") else ["memory"]
        for server in SERVERS:
            for place in [*places, "off"]:
                for figure in _measured(site, server, place, path, options.requests):
                    print(figure.line(), flush=True)


def _measured(site: Site, server: str, place: str, path: str, count: int) -> Iterator[Figure]:
    with _serving(site, server, place) as (pid, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        browser = {
            "Accept-Encoding": "gzip, deflate, br",
            "Accept-Language": "en-GB,en;q=0.9",
            "Accept": "text/html",
        }
        browser |= {"Cookie": "theme=dark; tz=Europe%2FBerlin", "User-Agent": "Mozilla/5.0"}
        tag = _ask(connection, path, browser, 200)[1]
        asks = {"page": (browser, 200)}
        if place != "off":
            asks["page, 304"] = (browser | {"If-None-Match": tag}, 304)
        for what, (headers, status) in asks.items():
            number = count if place != "off" else max(200, count // 10)
            for _ in range(50):
                _ask(connection, path, headers, status)
            redis_before, before = _redis_cpu(place), _cpu(pid)
            for _ in range(number):
                size, _tag = _ask(connection, path, headers, status)
            spent, beside = _cpu(pid) - before, _redis_cpu(place) - redis_before
            yield Figure(
                f"{server}, copies: {place}, {what}",
                number,
                spent * 1e6 / number,
                beside * 1e6 / number,
                size,
            )
        connection.close()


def _ask(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str], status: int
) -> tuple[int, str]:
    """Bytes of the body and the entity tag of a checked answer."""
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    raw = response.read()
    if response.status != status:
        raise WrongAnswer(f"{path}: {response.status} instead of {status}")
    if status == 200:
        encoding = response.getheader("Content-Encoding")
        body = (
            brotli.decompress(raw)
            if encoding == "br"
            else gzip.decompress(raw)
            if encoding == "gzip"
            else raw
        )
        if body.count(CANARY.encode()) < 20:
            raise WrongAnswer(f"{path}: the posts are not on the page")
        if response.getheader("Set-Cookie"):
            raise WrongAnswer(f"{path}: a page for guests sets a cookie")
    elif raw:
        raise WrongAnswer(f"{path}: a 304 with a body")
    return len(raw), response.getheader("ETag") or ""


@contextmanager
def _serving(site: Site, server: str, place: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    where = f"127.0.0.1:{port}" if server.startswith("gunicorn") else str(port)
    environment = site.environment | {
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.page_cache_settings",
        "BENCH_CACHE": place,
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
        "CONVOY_HOSTS": "127.0.0.1,localhost",
    }
    with (site.var / "bench.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *SERVERS[server], where], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        for _ in range(600):
            try:
                probe = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                probe.request("GET", "/healthz")
                if probe.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError((site.var / "bench.log").read_text()[-2000:])
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _cpu(pid: int) -> float:
    """Of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return cpu_seconds(pid) + sum(cpu_seconds(int(child)) for child in children)


def _redis_cpu(place: str) -> float:
    if place != "redis":
        return 0.0
    with Redis.from_url(os.environ["REDIS_URL"]) as client:
        told = client.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])  # type: ignore[index]


if __name__ == "__main__":
    main()
