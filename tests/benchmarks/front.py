"""In front of Django: what Caddy adds to a kept page, and a thousand guests who come at once to one that is not kept."""

from __future__ import annotations

import asyncio
import http.client
import os
import shutil
import ssl
import subprocess
import time
from pathlib import Path

from tests.benchmarks.asks import Page
from tests.benchmarks.load import Ask, WrongAnswer, cpu_seconds
from tests.benchmarks.results import Result
from tests.benchmarks.stacks import Production
from tests.browser.site import ROOT, free_port

AT_ONCE = 1000
PATIENCE = 30.0


def measure_caddy(stack: Production, page: Page, *, rounds: int) -> list[Result]:
    """Processor time of Caddy alone for a page that is kept, through TLS, one request after another."""
    if shutil.which("caddy") is None:
        return []
    port, caddy = _open_caddy(stack)
    try:
        client = http.client.HTTPSConnection(
            "localhost", port, context=ssl._create_unverified_context(), timeout=60
        )
        _wait_for(client)
        for ask in page.asks:
            _asked(client, ask)
        began = cpu_seconds(caddy.pid)
        for _ in range(rounds):
            for ask in page.asks:
                _asked(client, ask)
        spent = (cpu_seconds(caddy.pid) - began) * 1000 / (rounds * len(page.asks))
    finally:
        caddy.terminate()
        caddy.wait(timeout=PATIENCE)
    return [Result(f"{page.key}, guest, cached, through Caddy: CPU of Caddy alone", spent, "ms")]


def _open_caddy(stack: Production) -> tuple[int, subprocess.Popen[bytes]]:
    port, own = free_port(), stack.var / "caddy"
    own.mkdir(exist_ok=True)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "XDG_DATA_HOME": str(own),
        "XDG_CONFIG_HOME": str(own),
        "CONVOY_SITE": f"https://localhost:{port}",
        "CONVOY_CADDY": str(ROOT / "deploy/caddy"),
        "CONVOY_WEB": " ".join(f"127.0.0.1:{port}" for port in stack.ports),
        "CONVOY_LIVE": f"127.0.0.1:{stack.port}",
        "CONVOY_STATIC": str(stack.var / "static"),
        "CONVOY_MEDIA": str(stack.var / "media"),
        "CADDY_OPTIONS": "auto_https disable_redirects",
        "CADDY_SITE": "bind 127.0.0.1\ntls internal",
    }
    command = ["caddy", "run", "--config", str(ROOT / "deploy/caddy/Caddyfile"), "--adapter", "caddyfile"]
    with (own / "log").open("wb") as log:
        return port, subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def _wait_for(client: http.client.HTTPSConnection) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            client.request("GET", "/healthz")
            client.getresponse().read()
            return
        except OSError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _asked(client: http.client.HTTPSConnection, ask: Ask) -> None:
    client.request("GET", ask.path, headers={"Accept-Language": "en"})
    response = client.getresponse()
    ask.check(response.status, response.read())


def measure_rush(stack: Production, ask: Ask) -> list[Result]:
    """A thousand guests at once, each over a connection of their own, ask for a page that nobody asked for before."""
    log, mark = stack.var / "web.log", f'"{"/".join(ask.path.split("/")[:3])}/'
    before, spent = _told(log, mark), sum(stack.cpu().values())
    began = time.perf_counter()
    asyncio.run(_rush(stack, ask))
    seconds = time.perf_counter() - began
    cpu = (sum(stack.cpu().values()) - spent) * 1000 / AT_ONCE
    return [
        Result(f"{AT_ONCE:,} guests at once, not cached: pages made", _told(log, mark) - before, "", 1),
        Result(f"{AT_ONCE:,} guests at once: until the last had it", seconds, "s"),
        Result(f"{AT_ONCE:,} guests at once: CPU of all processes, each", cpu, "ms"),
    ]


def _told(log: Path, mark: str) -> int:
    """How often the site itself, not the copies in front of it, told of this address in its log."""
    return sum(1 for line in log.read_text().splitlines() if mark in line and '"event": "request"' in line)


async def _rush(stack: Production, ask: Ask) -> None:
    opened = [await asyncio.open_connection("127.0.0.1", stack.port) for _ in range(AT_ONCE)]

    async def one(number: int) -> None:
        reader, writer = opened[number]
        headers = stack.headers | {
            "Accept-Language": "en",
            "X-Forwarded-For": f"10.9.{number >> 8}.{number & 255}",
            "Connection": "close",
        }
        lines = [f"GET {ask.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        if not head:
            raise WrongAnswer(f"{ask.path}: no answer to the {number}th of {AT_ONCE} at once")
        ask.check(int(head.split(b" ", 2)[1]), body)

    await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
