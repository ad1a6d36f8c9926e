"""What the desk takes with many open threads: `python -m tests.benchmarks.desk 100000`.

On PostgreSQL and Redis (`deploy/services.sh env`), with production's settings, in a database of its own that is dropped
before the next run. Makes the threads, ranks all of them as the worker does, then asks for the desk's first page and one
further down, and ranks anew one thread, as after a reply, and a batch. Looked at: every open thread has its row, one in a
thousand has the score that the published function gives it, pages follow the order and no row stands on two.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.load import WrongAnswer, resident_mb, share, timed
from tests.benchmarks.results import Result, Run
from tests.benchmarks.stacks import Production

BOARDS, AUTHORS = 20, 200
A_PAGE, A_CHANGE, STATEMENTS = 50, 300, 8  # ms, ms
FULL, MILLION = 300, 1_000_000  # seconds for a million threads


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("threads", type=int, nargs="?", default=100_000)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    options = parser.parse_args()
    with Production.of_its_own("bench_desk") as stack:
        os.environ.update(stack.environment | {"CONVOY_LOG_LEVEL": "ERROR"})
        import django

        django.setup()
        kept = Run(f"the desk: {options.threads:,} open threads")
        moderator = made(options.threads)
        measure(kept, moderator, options.threads)
        if options.json:
            kept.write(options.json)


def made(size: int) -> Any:
    """Boards, authors and threads with a question each; a moderator of all of them."""
    from django.db import connection

    from community.core import clock
    from forum.models import Post, Thread
    from forum.queries.history import CHUNK
    from tests.builders.forum import a_board
    from tests.builders.members import a_member

    boards, now = [a_board() for _ in range(BOARDS)], clock.now()
    authors = [a_member() for _ in range(AUTHORS)]
    for start in range(0, size, CHUNK):
        threads = [
            Thread(
                board=boards[n % BOARDS], author=authors[n % AUTHORS], title=f"Question {n}", slug=f"question-{n}",
                lane=("ask", "chat", "tell")[n % 3], opened_at=now - timedelta(minutes=n % 500_000),
                last_poster=authors[n % AUTHORS], last_posted_at=now - timedelta(minutes=n % 9_000),
                answer_count=n % 3, reply_count=n % 3,
            )
            for n in range(start, min(start + CHUNK, size))
        ]  # fmt: skip
        Thread.objects.bulk_create(threads)
        Post.objects.bulk_create(
            Post(
                thread=row, number=1, author=row.author, source="Why?", html="Why?", plain="Why?",
                posted_at=row.opened_at,
            )
            for row in threads
        )  # fmt: skip
    told_of(connection)
    return a_member(role="moderator")


def told_of(connection: Any) -> None:
    """The server counts what was made, as it does by itself within a minute or two."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(kept: Run, moderator: Any, size: int) -> None:
    from django.db import connection

    from moderation.desk import actions, queries
    from moderation.desk.models import DeskThread
    from moderation.desk.wanted import Wanted

    run = actions.begin_rescore(afresh=True)
    began, spent, at_first, most, batches = time.perf_counter(), time.process_time(), 0.0, 0.0, 0
    while actions.rescore_batch(run_id=run.pk):
        batches += 1
        held = resident_mb(os.getpid())
        at_first, most = (held, held) if batches == 10 else (at_first, max(most, held))
    took, cpu = time.perf_counter() - began, time.process_time() - spent
    ids = list(DeskThread.objects.order_by("pk").values_list("pk", flat=True))
    if len(ids) != size:
        raise WrongAnswer(f"{len(ids):,} of {size:,} threads are on the desk")
    as_published(random.Random(7).sample(ids, max(1, size // 1000)))
    kept.add(
        Result("all threads ranked", took, "s", FULL if size >= MILLION else None),
        Result("all threads ranked: CPU of the worker", cpu, "s"),
        Result("memory of the worker after ten batches", at_first, "MB"),
        Result("memory of the worker: most, over that", max(0.0, most - at_first), "MB", 10),
    )
    told_of(connection)
    wanted = Wanted(boards=queries.boards_for(moderator))
    first = queries.queue(moderator, wanted, None)
    second = queries.queue(moderator, wanted, first.next)
    in_order([*first.items, *second.items])
    kept.add(p95("the queue's first rows", lambda: queries.queue(moderator, wanted, None), A_PAGE))
    kept.add(p95("the queue's next rows", lambda: queries.queue(moderator, wanted, first.next), A_PAGE))
    pages(kept, moderator, [f"/desk/?page={first.next}", "/desk/"], first.items[0].thread.title)
    anew = iter(ids)
    kept.add(p95("one thread ranked anew", lambda: actions.rescore(thread_ids=[next(anew)]), A_CHANGE))
    kept.add(p95("500 threads ranked anew", lambda: actions.rescore(thread_ids=ids[:500]), A_CHANGE, 20))


def as_published(ids: list[int]) -> None:
    """WrongAnswer unless these rows hold the scores that the rules give them as they stand."""
    from moderation.desk import scoring
    from moderation.desk.knowing import known_now
    from moderation.desk.models import DeskThread

    for row in DeskThread.objects.filter(pk__in=ids):
        (known,) = known_now([row.pk], row.scored_at)
        if row.is_learnt or row.score != scoring.score(known).total:
            raise WrongAnswer(f"thread {row.pk} stands at {row.score}")


def in_order(rows: list[Any]) -> None:
    """WrongAnswer unless they follow the order of the queue and none comes twice."""
    places = [(-row.score, row.pk) for row in rows]
    if len(set(places)) != len(places) or places != sorted(places):
        raise WrongAnswer(f"rows out of order: {places}")


def pages(kept: Run, moderator: Any, paths: list[str], title: str) -> None:
    """Whole pages in this process, with sign-in and drawing."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.builders.members import signed_in

    client = Client(SERVER_NAME="localhost", headers={"x-forwarded-proto": "https", "accept-language": "en"})
    signed_in(client, moderator, strongly=True)

    def look(path: str) -> None:
        answer = client.get(path, secure=True)
        if answer.status_code != 200 or (title in answer.content.decode()) != (path == "/desk/"):
            raise WrongAnswer(f"{path} was answered with {answer.status_code}")

    for path in paths:
        look(path)
        with CaptureQueriesContext(connection) as told:
            look(path)
        what = "the desk's page" if path == "/desk/" else "the desk's second page"
        kept.add(Result(f"{what}: statements", len(told), "", STATEMENTS))
        kept.add(p95(what, lambda path=path: look(path), A_PAGE))


def p95(what: str, act: Callable[[], object], most: float, times: int = 100) -> Result:
    """The 95th of a hundred, on the clock."""
    return Result(f"{what}: p95", share(sorted(1000 * timed(act) for _ in range(times)), 0.95), "ms", most)


if __name__ == "__main__":
    main()
