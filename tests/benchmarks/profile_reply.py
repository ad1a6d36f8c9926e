"""Where the time of one member's reply goes, phase by phase, in this process: the page's part, then the worker's.

    python -m tests.benchmarks.profile_reply var/answers.json            # with the site's environment
    python -m tests.benchmarks.profile_reply var/answers.json --statements --functions 40

Milliseconds of processor time a reply in this process, and in PostgreSQL's where it runs on this machine. The worker's
part is all that the replies have queued, also what would wait until they can no longer be taken back.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import json
import os
import pstats
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.benchmarks.community.words import coded
from tests.benchmarks.load import cpu_seconds
from tests.benchmarks.profile_thread import Phases
from tests.benchmarks.replies import BODY

REPLIES = 200
WRITERS = 40  # each writes so few between two cleared caches that no limit is met
Places = list[tuple[str, Any, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("answers", type=Path)
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    parser.add_argument("--statements", action="store_true", help="also each statement and what it takes")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    reply = writer(json.loads(options.answers.read_text()))
    write, work = (lambda: [reply() for _ in range(REPLIES)]), worker()
    write()
    work()
    for title, act, places in (("page", write, _page_places()), ("worker", work, _worker_places())):
        if act is work:
            work()
            write()
        bare, server = _spent(act)
        if act is work:
            write()
        phases = Phases()
        with ExitStack() as stack:
            for phase, owner, name in places:
                stack.enter_context(patch.object(owner, name, phases.timed(phase, getattr(owner, name))))
            act()
        print(f"{title}: {'all of it':<50} {bare:>8.2f} ms")
        for phase, seconds in phases.spent.most_common():
            print(f"{title}:   {phase:<48} {seconds * 1000 / REPLIES:>8.2f} ms")
        rest = bare - phases.spent.total() * 1000 / REPLIES
        print(f"{title}:   {'the rest':<48} {rest:>8.2f} ms")
        print(f"{title}: {'PostgreSQL':<50} {server:>8.2f} ms\n")
    if options.statements:
        _statements("page", write)
        _statements("worker", work)
    if options.functions:
        for act in (write, work):
            profile = cProfile.Profile(time.process_time)
            profile.runcall(act)
            pstats.Stats(profile).sort_stats("tottime").print_stats(options.functions)
            pstats.Stats(profile).sort_stats("cumtime").print_stats(2 * options.functions)


def writer(answers: dict[str, Any]) -> Callable[[], None]:
    """What posts one reply: the next of many members in the next of many threads."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.cache import cache
    from django.test import Client

    clients = []
    for member in get_user_model()._default_manager.filter(pk__in=answers["viewers"]["writers"])[:WRITERS]:
        clients.append(Client(SERVER_NAME="localhost", headers={"accept-language": "en"}))
        clients[-1].force_login(member)
    threads = [thread["id"] for thread in answers["sample"]]
    serial, first = itertools.count(), int(time.time() * 1000) * 100_000
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"

    def reply() -> None:
        number = next(serial)
        if number % REPLIES == 0:
            cache.clear()
        word = coded("zr", first + number)
        answer = clients[number % len(clients)].post(
            f"/threads/{threads[number % len(threads)]}/reply/",
            {"body": BODY.format(words=word), "key": word, "awake": "1"},
            secure=scheme == "https",
            headers={"origin": f"{scheme}://localhost"},
        )
        assert answer.status_code == 302, answer.content[-2000:]

    return reply


def worker() -> Callable[[], None]:
    """What does all that is queued, as a worker does."""
    from community.core import clock
    from community.core.tasks import rows
    from community.core.tasks.worker import Worker, load_timetable

    load_timetable()
    one = Worker(kind="profile")

    def work() -> None:
        now = clock.now()
        rows.rows().filter(status="READY", run_after__gt=now).order_by().update(run_after=now)
        one.drain()

    return work


def _spent(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds a reply: this process, PostgreSQL."""
    server, began = _server(), time.process_time()
    act()
    spent = time.process_time() - began
    return spent * 1000 / REPLIES, (_server() - server) * 1000 / REPLIES


def _server() -> float:
    """Seconds that the processes of PostgreSQL which serve this database have used."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() OR datname IS NULL"
        )
        return sum(cpu_seconds(pid) for (pid,) in cursor.fetchall())


def _page_places() -> Places:
    from django.db.backends.utils import CursorWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from community.core import ratelimit
    from community.core.middleware import RequestLogMiddleware
    from community.core.tasks.backend import Queue
    from forum import access, actions
    from forum.actions import writing as verb
    from forum.views import repeats, writing

    return [
        ("SQL: driver, and database or waiting for it", CursorWrapper, "execute"),
        ("SQL: compiling", SQLCompiler, "as_sql"),
        ("limits", ratelimit, "hit"),
        ("thread and verdict, before the form", access, "thread_for_reading"),
        ("thread and verdict, held", access, "thread_for_reply"),
        ("form: said before?", repeats, "is_new_reply"),
        ("form: timely?", writing, "is_timely"),
        ("Markdown", verb, "render_body"),
        ("facts, their recorders and tasks", verb, "publish"),
        ("queueing a task", Queue, "enqueue"),
        ("the verb beside these", actions, "post_reply"),
        ("the view beside these", writing, "reply"),
        ("log line", RequestLogMiddleware, "handle_response"),
    ]


def _worker_places() -> Places:
    from django.db.backends.utils import CursorWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from community.core.tasks import rows
    from community.core.tasks.worker import Worker

    places: Places = [
        ("SQL: driver, and database or waiting for it", CursorWrapper, "execute"),
        ("SQL: compiling", SQLCompiler, "as_sql"),
        ("queue: taking", rows, "claim"),
        ("queue: finishing", rows, "succeed"),
        ("one task beside these", Worker, "execute"),
    ]
    return places


def _statements(title: str, act: Callable[[], Any]) -> None:
    """Each statement: how often a reply, and milliseconds until it is answered."""
    from django.db.backends.utils import CursorWrapper

    times: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    execute = CursorWrapper.execute

    def timed(self: Any, sql: str, params: Any = None) -> Any:
        began = time.perf_counter()
        try:
            return execute(self, sql, params)
        finally:
            said = sql if "SAVEPOINT" not in sql else sql.partition('"')[0]
            times[said] += 1
            spent[said] += time.perf_counter() - began

    with patch.object(CursorWrapper, "execute", timed):
        act()
    print(f"{title}: {times.total() / REPLIES:.1f} statements")
    for sql, seconds in spent.most_common():
        print(
            f"{times[sql] / REPLIES:6.2f} times {seconds * 1000 / REPLIES:7.3f} ms  {' '.join(sql.split())[:170]}"
        )


if __name__ == "__main__":
    main()
