"""docs/benchmarks.md, from the kept figures alone: no number in it was typed.

`docs/benchmarks/*.json` are runs as `make bench ARGS="--json …"` wrote them; `docs/benchmarks/notes.toml` says, in words,
where the time of a missed figure goes and what was tried: `"part of the figure's name" = "…"`, the longest that fits.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.results import KEPT, Result, Run, read

EXPONENT = 0.05
PAGE = KEPT.with_suffix(".md")
GROWING = (
    "thread, page 1",
    "thread, middle page",
    "thread, last page",
    "board, page 1",
    "board, deepest page",
    "boards",
    "home",
    "latest",
    "thread",
)
COST = "CPU of all processes"
GROWTH = "growth"  # the note on the table of exponents

INTRODUCTION = """# Benchmarks

What the site costs, measured by `make bench` on communities that `tests/benchmarks/community` makes from a seed. This
page is written by `make bench ARGS="--page"` from the runs kept in `docs/benchmarks/`; the targets were set before
anything was measured.

**Data.** Threads of Zipf-distributed length, the longest holding one post in fifty (20,000 of a million); forty boards,
two of them private with one post in twenty; three posts in a hundred hidden or removed; half the words Chinese. Every
counter is exact (`rebuild_counters` finds nothing to correct), and what each page and each search must show is written
beside the data.

**Checking.** Each response is compared with those answers while it is measured: its status, the first and the last post
or row, how many there are, the words only those posts hold, and that no hidden word stands there. One wrong answer ends
the run without figures. Replies are counted again in the database afterwards.

**Measuring.** Processor time is that of every process of the site (web, worker, PostgreSQL, Redis) from `/proc`, so the
load generator on the same machine does not count; times on the wire do suffer from it and from whatever else the
machine does. Pages: one request after another on one connection, after a round that warms. "20 a second" and "50/s" are
open loops: requests are due at fixed moments and waiting counts. Statements are counted in a process with the same
settings. The calibration is a fixed loop of Python: compare machines by it.
"""


def write_page(folder: Path = KEPT, page: Path = PAGE) -> None:
    """Write the page anew from what is kept."""
    runs = sorted((read(path) for path in folder.glob("*.json")), key=lambda run: (run.stack, run.posts))
    notes_at = folder / "notes.toml"
    notes = tomllib.loads(notes_at.read_text()) if notes_at.exists() else {}
    page.write_text(
        "\n".join([INTRODUCTION, *_growth(runs, notes), *_missed(runs, notes), *map(_section, runs)])
    )


def exponent(small: Run, large: Run, what: str) -> float | None:
    """Slope of log(cost) on log(posts) between two runs: 0, the cost does not grow; 1, it grows with the site."""
    first, second = small.value(what), large.value(what)
    if not first or not second:
        return None
    return math.log(second / first) / math.log(large.posts / small.posts)


def _growth(runs: Sequence[Run], notes: dict[str, str]) -> list[str]:
    lines = []
    for small, large in pairwise(runs):
        if small.stack != large.stack or small.posts == large.posts:
            continue
        lines += [
            f"## Growth, {large.stack}, {small.posts:,} to {large.posts:,} posts\n",
            "Slope of log CPU on log posts; the target is for threads, boards and home.\n",
            f"| page | CPU at {small.posts:,} | CPU at {large.posts:,} | exponent | target | |",
            "|---|--:|--:|--:|--:|---|",
        ]
        for name in (f"{page}, {who}" for who in ("signed in", "guest, not cached") for page in GROWING):
            slope = exponent(small, large, f"{name}: {COST}")
            if slope is not None:
                before, after = small.value(f"{name}: {COST}"), large.value(f"{name}: {COST}")
                met = "met" if slope <= EXPONENT else "**missed**"
                lines.append(
                    f"| {name} | {before:.2f} ms | {after:.2f} ms | {slope:.3f} | ≤ {EXPONENT} | {met} |"
                )
        lines += ["", notes[GROWTH].strip() + "\n"] if GROWTH in notes else [""]
    return lines


def _missed(runs: Sequence[Run], notes: dict[str, str]) -> list[str]:
    lines = ["## What was missed\n"]
    by_note: dict[str, list[str]] = {}
    for run in runs:
        for result in run.results:
            if result.met is False:
                key = max((key for key in notes if key in result.what), key=len, default="")
                by_note.setdefault(key, []).append(
                    f"- {run.name}: {result.what} is {_number(result.value)} {result.unit}, "
                    f"{_times(result)} the target of {_number(result.target or 0)} {result.unit}."
                )
    if not by_note:
        return [*lines, "Nothing.\n"]
    for key, missed in sorted(by_note.items(), reverse=True):
        lines += [f"### {key}\n\n{notes[key].strip()}\n" if key else "### Other figures\n", *missed, ""]
    return lines


def _times(result: Result) -> str:
    assert result.target
    return f"{result.value / result.target:.2f} times"


def _section(run: Run) -> str:
    machine = run.notes["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    lines = [
        f"## {run.name[0].upper()}{run.name[1:]}\n",
        f"{run.notes['at']}, commit {run.notes['commit']}. {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}, {packages}. "
        f"Calibration {machine['calibration_ms']} ms; load of the machine {machine['load']}."
        f"{f' Data {filling}.' if (filling := run.notes.get('filling')) else ''}\n",
        "| figure | measured | target | |",
        "|---|--:|--:|---|",
    ]
    lines += [_row(result) for result in run.results]
    return "\n".join([*lines, ""])


def _row(result: Result) -> str:
    target = ""
    if result.target is not None:
        target = f"{'≤' if result.most else '≥'} {_number(result.target)} {result.unit}".strip()
    verdict = {True: "met", False: "**missed**", None: ""}[result.met]
    return f"| {result.what} | {_number(result.value)} {result.unit} | {target} | {verdict} |".replace(
        "  ", " "
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
