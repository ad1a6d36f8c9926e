"""Where the time of one guest's vote goes, phase by phase, in this process.

    python -m tests.benchmarks.votes --profile            # on a database of its own, with production's settings
    python -m tests.benchmarks.votes --profile --functions 40

Milliseconds of processor time a vote: SQL as the driver spends it (compiling apart), counting for limits, the ballot, the
drawing, and what is left for middleware, view and the client of the tests.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.profile_thread import Phases

VOTES = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("poll", type=int)
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    options = parser.parse_args()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")  # one: making its handler would cost a fifth of a vote

    def vote() -> None:
        fields = {"choice": "1", "seed": secrets.token_hex(16), "style": "home"}
        address = ".".join(map(str, secrets.token_bytes(3)))
        client.cookies.clear()
        answer = client.post(
            f"/polls/{options.poll}/vote/",
            urlencode(fields),
            content_type="application/x-www-form-urlencoded",  # as a browser sends it
            secure=settings.SESSION_COOKIE_SECURE,
            headers={"hx-request": "true", "x-forwarded-for": f"12.{address}", "accept-language": "en"}
            | {"origin": "https://localhost" if settings.SESSION_COOKIE_SECURE else "http://localhost"},
        )
        assert answer.status_code == 200, answer.content[-2000:]

    for _warm in range(20):
        vote()
    with CaptureQueriesContext(connection) as told:
        vote()
    print(f"{len(told)} statements")
    for one in told.captured_queries:
        print("   ", (one["sql"] or "a statement bound on the server")[:160].replace("\n", " "))
    for phase, milliseconds in _by_phase(vote).items():
        print(f"{phase:<46} {milliseconds:>8.2f} ms")
    if options.functions:
        profile = cProfile.Profile(time.process_time)
        profile.runcall(lambda: [vote() for _ in range(VOTES)])
        pstats.Stats(profile).sort_stats("tottime").print_stats(options.functions)
        pstats.Stats(profile).sort_stats("cumtime").print_stats(2 * options.functions)


def _by_phase(vote: Any) -> dict[str, float]:
    """Milliseconds a vote: all of it, then each phase."""
    from django.db.backends.utils import CursorWrapper
    from django.db.models.sql.compiler import SQLCompiler
    from django.template import Template

    from community.core.middleware import RequestLogMiddleware
    from polls import actions, limits
    from polls.queries import shown
    from polls.views import voting

    phases = Phases()
    places: list[tuple[str, Any, str]] = [
        ("SQL: driver, and database or waiting for it", CursorWrapper, "execute"),
        ("SQL: compiling", SQLCompiler, "as_sql"),
        ("limits", limits, "require_few"),
        ("ballot", actions, "cast_ballot"),
        ("counts and verdicts", shown, "after_vote"),
        ("drawing", voting, "piece"),
        ("template", Template, "render"),
        ("log line", RequestLogMiddleware, "handle_response"),
    ]
    return phases.of(vote, VOTES, places, whole="whole vote")


if __name__ == "__main__":
    main()
