"""Where the time of a signed-in thread page goes, phase by phase, in this process.

    python -m tests.benchmarks.profile_thread var/answers.json          # with the site's environment
    python -m tests.benchmarks.profile_thread var/answers.json --board  # or --home

Milliseconds of processor time a page: SQL as the database driver spends it (compiling apart), building rows, template,
and what is left for middleware and view. `--functions` adds the most expensive functions by cProfile.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROUNDS = 60


class Phases:
    """Processor time by phase; a phase inside another is taken off the outer one."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._inner = [0.0]

    def timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                took = time.process_time() - began
                self.spent[phase] += took - self._inner.pop()
                self._inner[-1] += took

        return run

    def of(
        self, ask: Callable[[], Any], rounds: int, places: Sequence[tuple[str, Any, str]], *, whole: str
    ) -> dict[str, float]:
        """Milliseconds each time: all of it, untimed, then each phase, (phase, owner, name of its function)."""
        began = time.process_time()
        for _ in range(rounds):
            ask()
        bare = time.process_time() - began
        with ExitStack() as stack:
            for phase, owner, name in places:
                stack.enter_context(patch.object(owner, name, self.timed(phase, getattr(owner, name))))
            for _ in range(rounds):
                ask()
        each = {phase: seconds * 1000 / rounds for phase, seconds in self.spent.items()}
        rest = bare * 1000 / rounds - sum(each.values())
        return {whole: bare * 1000 / rounds} | each | {"the rest: middleware, view, the test client": rest}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("answers", type=Path)
    parser.add_argument("--board", action="store_const", dest="page", const="board", default="thread")
    parser.add_argument("--home", action="store_const", dest="page", const="home")
    parser.add_argument(
        "--functions", type=int, default=0, metavar="N", help="also the N most expensive functions"
    )
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    answers = json.loads(options.answers.read_text())
    path = {
        "thread": answers["long"]["url"],
        "board": f"/boards/{answers['boards'][0]['slug']}/",
        "home": "/",
    }[options.page]
    client = Client(SERVER_NAME="localhost", headers={"accept-encoding": "gzip", "accept-language": "en"})
    client.force_login(get_user_model()._default_manager.get(pk=answers["viewers"]["regular"]))

    def ask() -> None:
        response = client.get(path, secure=settings.SESSION_COOKIE_SECURE)
        assert response.status_code == 200, response.status_code

    for _ in range(5):
        ask()
    for phase, milliseconds in _by_phase(ask).items():
        print(f"{phase:<46} {milliseconds:>8.2f} ms")
    if options.functions:
        profile = cProfile.Profile(time.process_time)
        profile.runcall(lambda: [ask() for _ in range(ROUNDS)])
        pstats.Stats(profile).sort_stats("tottime").print_stats(options.functions)


def _by_phase(ask: Callable[[], None]) -> dict[str, float]:
    """Milliseconds a page: all of it, then each phase."""
    from django.contrib.auth import middleware as signing_in
    from django.db.backends.utils import CursorWrapper
    from django.db.models.sql.compiler import SQLCompiler
    from django.middleware.gzip import GZipMiddleware
    from django.template import Template

    from community.core.middleware import RequestLogMiddleware
    from forum import access, actions
    from forum.queries import home, lists, threads

    phases = Phases()
    places: list[tuple[str, Any, str]] = [
        ("SQL: driver, and database or waiting for it", CursorWrapper, "execute"),
        ("SQL: compiling", SQLCompiler, "as_sql"),
        ("session and account", signing_in, "get_user"),
        ("rows and verdicts", access, "thread_for_reading"),
        ("rows and verdicts", access, "board_for_reading"),
        ("rows and verdicts", threads, "thread_page"),
        ("rows and verdicts", lists, "board_page"),
        ("rows and verdicts", home, "waiting"),
        ("rows and verdicts", home, "my_boards"),
        ("read mark", actions, "mark_read"),
        ("template", Template, "render"),
        ("compressing", GZipMiddleware, "process_response"),
        ("log line", RequestLogMiddleware, "handle_response"),
    ]
    return phases.of(ask, ROUNDS, places, whole="whole page")


if __name__ == "__main__":
    main()
