"""An upload killed with -9 between any two of its steps: no row without its file, no half file, no orphan for long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.answering import Answering

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


@dataclass(frozen=True)
class Place:
    """An embedded site of its own with one member, and what runs on it."""

    folder: Path
    process: Answering

    def run(self, step: str, *, what: str = "upload") -> int:
        done = self.process.ask(what, step)
        assert done.code in (0, -9), done.err[-2000:]
        return done.code


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, lay_database: Callable[[Path], bool]) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("uploads-killed")
    lay_database(folder)
    others = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL")
    env = {key: value for key, value in os.environ.items() if key not in others}
    env |= {"CONVOY_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "community.settings.embedded"}
    place = Place(folder, Answering("tests.faults.uploading", env))
    try:
        place.run("never", what="begin")
        yield place
    finally:
        place.process.close()


@pytest.mark.stack
@pytest.mark.parametrize("step", TRIED)
def test_what_a_kill_leaves_is_whole_and_what_nobody_names_is_swept(site: Place, step: str) -> None:
    assert site.run(step) == (0 if step == "never" else -9)
    # A worker gives back and finishes what the dead one held, an hour passes, the sweep runs.
    assert site.run("never", what="recover") == 0  # and looks at what is left


def test_the_steps_are_those_the_process_knows() -> None:
    from tests.faults import uploading

    assert set(STEPS) - {"never"} == set(uploading.STEPS)
    assert timedelta(minutes=30) + uploading.grace() < timedelta(hours=1)


def test_the_check_itself_can_fail(site: Place) -> None:
    """A control: a file without a row, and a row without its file, are found."""
    stray: Any = site.folder / "media" / "files" / "zz" / f"{'z' * 32}-{'y' * 8}-960.webp"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    with pytest.raises(AssertionError, match="strays"):
        site.run("never", what="check")
    stray.unlink()
