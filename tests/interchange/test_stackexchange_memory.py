"""Memory does not follow the dump: read and sorted on disk, taken a lot at a time."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from community.interchange.stackexchange.loading import load
from community.interchange.stackexchange.reader import find_dump
from community.interchange.stackexchange.report import Report
from community.interchange.stackexchange.staging import Staging
from tests.benchmarks.dump import write_dump


def peak(folder: Path, questions: int) -> tuple[int, float]:
    """How many posts were staged and taken again, and the most memory that took in MB."""
    written = write_dump(folder / "dump", questions=questions)
    staging, report = Staging(folder / "staging"), Report(folder / "left-out.txt")
    tracemalloc.start()
    try:
        assert load(find_dump(written.path, "bench"), staging, report, lambda _bytes: None) is None
        staging.sort()
        assert list(staging.orphans()) == []
        taken = sum(len(chunk) for chunk in staging.chunks())
        assert taken == written.posts == report.of("Posts").read
        return taken, tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
        staging.close()


def test_ten_times_the_dump_takes_no_more_memory(tmp_path: Path) -> None:
    few, small = peak(tmp_path / "small", 400)
    many, large = peak(tmp_path / "large", 4_000)
    assert many > 15_000 and many > 8 * few
    assert large < small + 3
    assert large < 12


def test_a_hostile_thread_takes_no_more_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question with thousands of long answers is taken in pieces."""
    monkeypatch.setattr("tests.benchmarks.dump.LONGEST", 5_000)
    monkeypatch.setattr("random.Random.paretovariate", lambda *_args: 5_001)
    many, large = peak(tmp_path, 1)
    assert many == 5_001 and large < 12
