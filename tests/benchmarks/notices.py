"""Being told by the thousand: a new thread on a board that many watch, and what that costs its author.

    python -m tests.benchmarks.notices --people 50000

Works in a database of its own, made and dropped again, wherever DATABASE_URL points (SQLite in memory without it).
Every figure stands beside a count of what it made; the whole is then told again, and must change nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.notices", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    try:
        return measure(options.people)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def measure(people: int) -> int:
    from activity.notices import policy, tasks
    from activity.notices.models import Notification
    from activity.notices.telling import BATCH
    from community.core import clock
    from community.core.tasks.testing import run_due
    from community.members.models import Member
    from forum import actions
    from forum.models import Watch
    from tests.builders.forum import a_board
    from tests.builders.members import a_member

    author, board = a_member(name="Author"), a_board()
    members = Member.objects.get_queryset().bulk_create(
        [
            Member(name=f"m{n}", name_key=f"m{n}", email=f"m{n}@example.org", password="!")
            for n in range(people)
        ],
        batch_size=2000,
    )
    now = clock.now()
    Watch.objects.bulk_create(
        [Watch(member=member, board=board, level="all", since=now) for member in members], batch_size=5000
    )
    words = {"board_id": board.pk, "title": "Range at minus twelve", "body": "How far?", "lane": "ask"}
    began = time.perf_counter()
    thread = actions.open_thread(author=author, **words)
    of_author = time.perf_counter() - began
    with clock.frozen(clock.now() + 2 * policy.SETTLING):
        used, began = _cpu(), time.perf_counter()
        run_due(limit=10_000)
        wall, cpu = time.perf_counter() - began, _cpu() - used
        told = Notification.objects.filter(kind="opened", thread=thread, count=1).count()
        badges = Member.objects.get_queryset().filter(notice_count=1).count()
        tasks.tell_of_post.enqueue(post_id=thread.posts.get().pk, mentioned_ids=[])
        for after in (0, members[min(BATCH, people) - 1].pk):
            tasks.tell_of_post.enqueue(post_id=thread.posts.get().pk, mentioned_ids=[], after=after)
        run_due(limit=10_000)
        again = Notification.objects.count()
    print(f"the author waits            {of_author * 1000:8.1f} ms   (one row queued, however many watch)")
    print(
        f"told {people:>7,} people        {wall:8.2f} s    with {cpu:.2f} s of this process's CPU; target 10 s"
    )
    print(f"notices, badges, told again {told:,}, {badges:,}, {again:,}")
    is_right = told == badges == again == people
    print("counts agree" if is_right else "COUNTS DIFFER")
    return 0 if is_right else 1


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
