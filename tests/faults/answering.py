"""A process that has a site loaded and runs what it is asked, each time in a copy of itself: as fresh as a new one.

To start Django with every room takes seconds, and the tests of faults ask a site's own database dozens of times.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600.0  # seconds; where no migrated copy lies ready, a busy machine migrates for minutes


class Said(NamedTuple):
    """How a run ended (-9: killed), and what it said."""

    code: int
    out: str
    err: str


class Answering:
    """The process, seen from a test. `module` calls `answer` when it is told so."""

    def __init__(self, module: str, env: dict[str, str]) -> None:
        self.env = dict(env)
        self.folder = tempfile.TemporaryDirectory(prefix="convoy-answering-")
        with (Path(self.folder.name) / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "answer"],
                cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                start_new_session=True,
            )  # fmt: skip

    def ask(self, *words: str) -> Said:
        """Run these words."""
        asked, place = self.process, Path(self.folder.name) / "said"
        assert asked.stdin and asked.stdout
        asked.stdin.write(json.dumps([str(place), *words]) + "\n")
        asked.stdin.flush()
        assert select.select([asked.stdout], [], [], PATIENCE)[0], f"{words}: no answer"
        ended = asked.stdout.readline()
        assert ended, (Path(self.folder.name) / "log").read_text()[-3000:]
        return Said(int(ended), place.read_text(), place.with_suffix(".err").read_text())

    def close(self) -> None:
        """End it, and the copy that runs just now."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        self.folder.cleanup()


def answer(run: Callable[[Sequence[str]], None]) -> None:
    """For each line [file, words…] run the words, and tell how it ended; what they said is in the file, and in `.err`.

    Call it with everything loaded and nothing opened: copies share neither connections nor threads.
    """
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  imports every view
    for line in sys.stdin:
        place, *words = json.loads(line)
        if (copy := os.fork()) == 0:
            for number, name in ((1, place), (2, f"{place}.err")):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            _run_and_end(run, words)
        _pid, ended = os.waitpid(copy, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(ended)}\n")
        sys.stdout.flush()


def _run_and_end(run: Callable[[Sequence[str]], None], words: Sequence[str]) -> None:
    code = 1
    try:
        run(words)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
