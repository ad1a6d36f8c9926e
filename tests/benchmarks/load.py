"""Asks a served site for pages and believes nothing: each answer has its status and its canary checked."""

import http.client
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

TICKS = os.sysconf("SC_CLK_TCK")
# Every request comes from an address of its own, as behind a proxy: the site limits what one address may ask.
_callers = (f"10.{n >> 8 & 255}.{n & 255}.1" for n in itertools.count())


class WrongAnswer(AssertionError):
    """A response that was quick and wrong. The run stops: its times would be worthless."""


@dataclass(frozen=True)
class Ask:
    """One address with what a right answer holds.

    `canary` and everything in `also` must be in the body, `never` and everything in `nor` must not, and each text of
    `counts` must stand there so many times.
    """

    path: str
    canary: str
    never: str = "Traceback"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    nor: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    def check(self, status: int, body: bytes) -> None:
        """Raise WrongAnswer unless this is the right answer."""
        text = body.decode()
        if status != self.status:
            raise WrongAnswer(f"{self.path}: {status} instead of {self.status}")
        for wanted in (self.canary, *self.also):
            if wanted not in text:
                raise WrongAnswer(f"{self.path}: {wanted!r} is not on the page")
        for unwanted in (self.never, *self.nor):
            if unwanted and unwanted in text:
                raise WrongAnswer(f"{self.path}: {unwanted!r} is on the page")
        for text_, times in self.counts:
            if (found := text.count(text_)) != times:
                raise WrongAnswer(f"{self.path}: {text_!r} stands there {found} times instead of {times}")


@dataclass(frozen=True)
class Figures:
    """What a series of right answers cost."""

    name: str
    count: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float | None
    body_bytes: int

    def line(self) -> str:
        cpu = "—" if self.cpu_ms is None else f"{self.cpu_ms:.2f}"
        size = f"{self.body_bytes / 1024:.1f}"
        return f"{self.name:<34} {self.count:>5} {self.p50_ms:>8.1f} {self.p95_ms:>8.1f} {cpu:>8} {size:>8}"


HEADER = f"{'':<34} {'n':>5} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'KB gzip':>8}"


class Client:
    """One kept-alive connection. `get` returns the checked body and its seconds on the wire."""

    def __init__(self, host: str, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._headers = {"Accept-Encoding": "gzip", "Accept-Language": "en"} | (headers or {})

    def get(self, ask: Ask) -> tuple[bytes, float, int]:
        """Body, seconds, bytes as sent (compressed)."""
        import gzip

        began = time.perf_counter()
        headers = self._headers | {"X-Forwarded-For": next(_callers)} | ask.headers
        self._connection.request("GET", ask.path, headers=headers)
        response = self._connection.getresponse()
        raw = response.read()
        seconds = time.perf_counter() - began
        body = gzip.decompress(raw) if response.getheader("Content-Encoding") == "gzip" else raw
        ask.check(response.status, body)
        return body, seconds, len(raw)

    def close(self) -> None:
        self._connection.close()


class Lines:
    """Connections that stay open, for each thread one to every page process. A request goes to the process with the
    fewest under way, as Caddy hands them out (`lb_policy least_conn`).
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self._under_way = dict.fromkeys(ports, 0)
        self._turn = itertools.count()
        self._lock, self._local = threading.Lock(), threading.local()

    @contextmanager
    def line(self) -> Iterator[http.client.HTTPConnection]:
        """The connection for one request: send it and read the whole answer inside."""
        kept: dict[int, http.client.HTTPConnection] = self._local.__dict__.setdefault("kept", {})
        with self._lock:
            ports = list(self._under_way)
            first = next(self._turn) % len(ports)
            port = min(ports[first:] + ports[:first], key=self._under_way.__getitem__)
            self._under_way[port] += 1
        if port not in kept:
            kept[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            yield kept[port]
        finally:
            with self._lock:
                self._under_way[port] -= 1


def cpu_seconds(pid: int, *, with_ended: bool = False) -> float:
    """User and system time a process and its threads have used so far; `with_ended`: and children that ended (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if with_ended else 13])) / TICKS


def resident_mb(pid: int) -> float:
    """Memory a process holds, in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(
    client: Client,
    name: str,
    asks: Sequence[Ask],
    *,
    rounds: int,
    pid: int | None = None,
    spent: Callable[[], float] | None = None,
    warm: bool = True,
    times: int = 1,
) -> Figures:
    """Ask for everything `rounds` times, one after another, after one round that warms.

    `spent` tells the processor seconds of the whole site so far; a `pid` those of one process. Where a page costs less
    than what the site does by the clock, do all of it several `times`: the processor time is the middle one's.
    """
    if spent is None and pid is not None:
        spent = partial(cpu_seconds, pid)
    for ask in asks if warm else ():
        client.get(ask)
    answers, costs = [], []
    for _time in range(times):
        before, asked = spent() if spent else 0.0, len(answers)
        answers += [client.get(ask) for _ in range(rounds) for ask in asks]
        if spent:
            costs.append((spent() - before) * 1000 / (len(answers) - asked))
    waits = sorted(seconds * 1000 for _, seconds, _ in answers)
    cpu, largest = median(costs) if costs else None, max(size for _, _, size in answers)
    return Figures(name, len(waits), median(waits), share(waits, 0.95), cpu, largest)


def share(ordered: Sequence[float], part: float) -> float:
    """The value below which this part of them lies: `share(times, 0.95)`."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def open_loop(
    send: Callable[[int], None], *, rate: float, seconds: float, clients: int
) -> tuple[list[float], float]:
    """Call `send(n)` at fixed moments whatever the answers take: waiting for a free client counts.

    The milliseconds of each from the moment it was due, sorted, and how many were answered a second. A failure stops it.
    """
    total = int(rate * seconds)
    times: list[float] = []
    began = time.perf_counter() + 0.1

    def one(number: int) -> float:
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        send(number)
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(clients) as pool:
        times = sorted(pool.map(one, range(total)))
    return times, total / (time.perf_counter() - began)


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
