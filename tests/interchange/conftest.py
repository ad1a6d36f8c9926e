"""Importing in tests: a folder of its own, no bars."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from community.core import counters
from community.core.progress import progress
from community.interchange.stackexchange.reader import find_dump
from community.interchange.stackexchange.running import Outcome, run


@pytest.fixture
def var(tmp_path: Path, settings: Any) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def importing(var: Path) -> Callable[..., Outcome]:
    """`importing(folder)` moves the dump there in; every file's rows must add up, every counter be right."""

    def move(place: Path, *, site: str = "beer", group: str = "", index: bool = False) -> Outcome:
        outcome = run(
            find_dump(place, site),
            group=group,
            bars=lambda label, total: progress(label, total, io.StringIO()),
            index=index,
        )
        for kind, one in outcome.report.files.items():
            assert one.adds_up, (kind, one)
            assert min([0, *one.here.values(), *one.left_out.values()]) == 0
        assert {done.name: done.corrected for done in counters.rebuild() if done.corrected} == {}
        return outcome

    return move
