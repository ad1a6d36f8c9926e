"""An upload killed with -9 between any two of its steps: no row without its file, no half file, no orphan for long."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Where the process ends, as it reaches that step for the first time. "never": it does not.
STEPS = [
    "received",  # whole in memory, nothing looked at
    "looked at",
    "half stored",  # the first piece of the file is on the disk
    "stored",
    "row written",  # and not committed
    "row committed",
    "decoded",
    "half a size stored",
    "one size stored",
    "all sizes stored",
    "sizes committed",
    "never",
]
# An ordinary run takes those that leave most behind; CONVOY_FAULTS=long takes all.
BRIEF = ["half stored", "stored", "row written", "one size stored", "sizes committed", "never"]
TRIED = STEPS if os.environ.get("CONVOY_FAULTS") == "long" else BRIEF


def run(folder: Path, step: str, *, what: str = "upload") -> int:
    env = os.environ | {"CONVOY_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "community.settings.embedded"}
    env = {
        key: value
        for key, value in env.items()
        if key not in ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL")
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.uploading", what, step],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr[-2000:]
    return done.returncode


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, lay_database: Callable[[Path], None]) -> Path:
    """An embedded site of its own, with one member."""
    folder = tmp_path_factory.mktemp("uploads-killed")
    lay_database(folder)
    run(folder, "never", what="begin")
    return folder


@pytest.mark.stack
@pytest.mark.parametrize("step", TRIED)
def test_what_a_kill_leaves_is_whole_and_what_nobody_names_is_swept(site: Path, step: str) -> None:
    assert run(site, step) == (0 if step == "never" else -9)
    # A worker gives back and finishes what the dead one held, an hour passes, the sweep runs.
    assert run(site, "never", what="recover") == 0  # and looks at what is left


def test_the_steps_are_those_the_process_knows() -> None:
    from tests.faults import uploading

    assert set(STEPS) - {"never"} == set(uploading.STEPS)
    assert timedelta(minutes=30) + uploading.grace() < timedelta(hours=1)


def test_the_check_itself_can_fail(site: Path) -> None:
    """A control: a file without a row, and a row without its file, are found."""
    stray: Any = site / "media" / "files" / "zz" / f"{'z' * 32}-{'y' * 8}-960.webp"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    with pytest.raises(AssertionError, match="strays"):
        run(site, "never", what="check")
    stray.unlink()
