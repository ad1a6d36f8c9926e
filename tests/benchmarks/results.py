"""Figures with their targets, kept as JSON from which docs/benchmarks.md is written."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.browser.site import ROOT

KEPT = ROOT / "docs" / "benchmarks"


@dataclass(frozen=True)
class Result:
    """One figure beside its target; `most` is whether less is better."""

    what: str
    value: float
    unit: str
    target: float | None = None
    most: bool = True

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.most else self.value >= self.target

    def line(self) -> str:
        sign = "≤" if self.most else "≥"
        target = "" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.what:<56} {self.value:>10.2f} {self.unit:<8} {target:<16} {verdict}"


@dataclass
class Run:
    """One run: where, when, on what, and what came out. No posts: its name says all of it."""

    stack: str
    posts: int = 0
    results: list[Result] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def add(self, *results: Result) -> None:
        for result in results:
            print(result.line(), flush=True)
            self.results.append(result)

    @property
    def name(self) -> str:
        return f"{self.stack}, {self.posts:,} posts" if self.posts else self.stack

    def value(self, what: str) -> float | None:
        return next((result.value for result in self.results if result.what == what), None)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "stack": self.stack,
            "posts": self.posts,
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "commit": _commit(),
            "machine": machine(),
            "notes": self.notes,
            "results": [
                asdict(result) | {"value": round(result.value, 4), "met": result.met}
                for result in self.results
            ],
        }
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def read(path: Path) -> Run:
    """A run as it was written."""
    kept = json.loads(path.read_text())
    results = [
        Result(**{name: row[name] for name in ("what", "value", "unit", "target", "most")})
        for row in kept["results"]
    ]
    notes = kept["notes"] | {name: kept[name] for name in ("at", "commit", "machine")}
    return Run(kept["stack"], kept["posts"], results, notes)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    names = ("django", "wagtail", "gunicorn", "uvicorn", "psycopg")
    return {
        "system": platform.platform(),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "load": round(os.getloadavg()[0], 1),
        "calibration_ms": calibration_ms(),
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in names},
    }


def calibration_ms() -> float:
    """Milliseconds of processor time this machine takes for a fixed piece of Python: the best of five."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        total = 0
        for n in range(1_000_000):
            total += n & 7
        best = min(best, (time.process_time() - began) * 1000)
    return round(best, 1)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
