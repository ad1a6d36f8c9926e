"""Asks a served site for pages and believes nothing: each answer has its status and its canary checked."""

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


class WrongAnswer(AssertionError):
    """A response that was quick and wrong. The run stops: its times would be worthless."""


@dataclass(frozen=True)
class Ask:
    """One address with what a right answer holds. `canary` must be in the body, `never` must not."""

    path: str
    canary: str
    never: str = "Traceback"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


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

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)

    def get(self, ask: Ask) -> tuple[bytes, float, int]:
        """Body, seconds, bytes as sent (compressed)."""
        import gzip

        began = time.perf_counter()
        self._connection.request("GET", ask.path, headers={"Accept-Encoding": "gzip"} | ask.headers)
        response = self._connection.getresponse()
        raw = response.read()
        seconds = time.perf_counter() - began
        body = gzip.decompress(raw) if response.getheader("Content-Encoding") == "gzip" else raw
        if response.status != ask.status:
            raise WrongAnswer(f"{ask.path}: {response.status} instead of {ask.status}")
        if ask.canary.encode() not in body:
            raise WrongAnswer(f"{ask.path}: {ask.canary!r} is not on the page")
        if ask.never and ask.never.encode() in body:
            raise WrongAnswer(f"{ask.path}: {ask.never!r} is on the page")
        return body, seconds, len(raw)

    def close(self) -> None:
        self._connection.close()


def cpu_seconds(pid: int) -> float:
    """User and system time a process and its threads have used so far (Linux)."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(ticks[11]) + int(ticks[12])) / 100


def resident_mb(pid: int) -> float:
    """Memory a process holds, in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(
    client: Client, name: str, asks: Sequence[Ask], *, rounds: int, pid: int | None = None
) -> Figures:
    """Ask for everything `rounds` times, one after another, after one round that warms."""
    for ask in asks:
        client.get(ask)
    before = cpu_seconds(pid) if pid else 0.0
    answers = [client.get(ask) for _ in range(rounds) for ask in asks]
    cpu = (cpu_seconds(pid) - before) * 1000 / len(answers) if pid else None
    times = sorted(seconds * 1000 for _, seconds, _ in answers)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return Figures(name, len(times), median(times), p95, cpu, max(size for _, _, size in answers))


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
