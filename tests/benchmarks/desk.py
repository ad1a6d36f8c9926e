"""How long the desk takes with many open threads: `python -m tests.benchmarks.desk 100000` on a database of its own.

Makes the threads, ranks all of them, then asks for pages of the queue, ranks one thread anew after a reply, and tells
processor and wall time of each, the 95th of a hundred.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    import django

    django.setup()

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    mei, boards = _made(size)
    from moderation.desk import actions, queries
    from moderation.desk.wanted import Wanted

    run = actions.begin_rescore(afresh=True)
    began, spent, peak = time.perf_counter(), time.process_time(), 0
    while actions.rescore_batch(run_id=run.pk, size=1000):
        peak = max(peak, _memory())
    run.refresh_from_db()
    print(
        f"{run.scored:,} threads ranked: {time.perf_counter() - began:.1f} s, "
        f"{time.process_time() - spent:.1f} s of this processor, at most {peak} MB"
    )
    wanted = Wanted(boards=boards)
    tell("a page of the queue", lambda: queries.queue(mei, wanted, None))
    deep = queries.queue(mei, wanted, None).next
    tell("its second page", lambda: queries.queue(mei, wanted, deep))
    ids = iter(range(1, 10_000))
    first = boards[0].threads.order_by("pk").values_list("pk", flat=True)[0]
    tell("one thread ranked anew", lambda: actions.rescore(thread_ids=[first + next(ids)]))
    tell(
        "a batch of 500 ranked anew", lambda: actions.rescore(thread_ids=range(first, first + 500)), times=20
    )


def _made(size: int):
    from community.core import clock
    from forum.models import Post, Thread
    from forum.queries.history import CHUNK
    from tests.builders.forum import a_board
    from tests.builders.members import a_member

    boards, now = [a_board() for _ in range(20)], clock.now()
    authors = [a_member() for _ in range(200)]
    for start in range(0, size, CHUNK):
        threads = [
            Thread(
                board=boards[n % 20], author=authors[n % 200], title=f"Question {n}", slug=f"question-{n}",
                lane=("ask", "chat", "tell")[n % 3], opened_at=now - timedelta(minutes=n), last_poster=authors[n % 200],
                last_posted_at=now - timedelta(minutes=n % 9_000), answer_count=n % 3, reply_count=n % 3,
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
    return a_member(role="moderator"), boards


def tell(what: str, act: Callable[[], object], *, times: int = 100) -> None:
    walls, cpus = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        act()
        walls.append(1000 * (time.perf_counter() - began))
        cpus.append(1000 * (time.process_time() - spent))
    nth = int(times * 0.95) - 1
    print(f"{what}: p95 {sorted(walls)[nth]:.1f} ms, {sorted(cpus)[nth]:.1f} ms of this processor")


def _memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
