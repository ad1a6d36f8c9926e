"""Being told by the thousand: a new thread on a board that many watch, a group of as many that a reply calls, and what
either costs its author.

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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.db.models import Sum

from tests.benchmarks.results import Result, Run


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.notices", description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    options = parser.parse_args()
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    kept = Run(f"notices, {connection.vendor}")
    try:
        is_right = measure(options.people, kept)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    if options.json and is_right:
        kept.write(options.json)
    return 0 if is_right else 1


def measure(people: int, kept: Run) -> bool:
    """Whether every count agrees; the figures go to `kept`."""
    from activity.notices import policy, tasks
    from activity.notices.models import Notification
    from activity.notices.telling import BATCH
    from community.core import clock
    from community.core.tasks.testing import run_due
    from community.members.models import Member
    from forum import actions
    from forum.models import Post, Thread, Watch
    from tests.builders.forum import a_board, a_thread
    from tests.builders.members import a_member

    author, board = a_member(name="Author", role="moderator"), a_board()
    members = Member.objects.get_queryset().bulk_create(
        [
            Member(
                name=f"m{n}",
                name_key=f"m{n}",
                email=f"m{n}@example.org",
                password="!",
                is_verified_owner=True,
            )
            for n in range(people)
        ],
        batch_size=2000,
    )
    now = clock.now()
    Watch.objects.bulk_create(
        [Watch(member=member, board=board, level="all", since=now) for member in members], batch_size=5000
    )

    def told(what: str, act: Callable[[], Any], **fields: Any) -> bool:
        """What it costs the author, and everybody who is told; whether each was told once, and no badge differs."""
        used, began = _cpu(), time.perf_counter()
        post = act()
        of_author, of_its_own = time.perf_counter() - began, _cpu() - used
        badges = Member.objects.get_queryset().filter(is_verified_owner=True)
        before = badges.aggregate(sum=Sum("notice_count"))["sum"] or 0
        with clock.frozen(clock.now() + 2 * policy.SETTLING):
            used, began = _cpu(), time.perf_counter()
            run_due(limit=10_000)
            wall, cpu = time.perf_counter() - began, _cpu() - used
            rows = Notification.objects.filter(**fields, count=1)
            first = rows.count()
            for after in (0, members[min(BATCH, people) - 1].pk):
                tasks.tell_of_post.enqueue(post_id=post.pk, mentioned_ids=[], after=after)
                if fields["kind"] == "called":
                    tasks.tell_of_call.enqueue(post_id=post.pk, groups=["owners"], after=after)
            run_due(limit=10_000)
        kept.add(
            Result(f"{what}: the author waits", of_author * 1000, "ms", 60),
            Result(f"{what}: CPU of the author's own", of_its_own * 1000, "ms"),
            Result(f"{what}: all {people:,} are told", wall, "s", 10),
            Result(f"{what}: CPU of this process", cpu, "s"),
        )
        added = badges.aggregate(sum=Sum("notice_count"))["sum"] - before
        print(f"notices {first:,}, badges {added:,}, told again {rows.count():,}")
        return first == added == rows.count() == people

    def first_post(thread: Thread) -> Post:
        return thread.posts.get()

    words = {"board_id": board.pk, "title": "Range at minus twelve", "body": "How far?", "lane": "ask"}
    quiet = a_thread(author=a_member())
    actions.post_reply(
        author=author, thread_id=quiet.pk, body="@moderators, it is warm."
    )  # the author is the only one
    return told(
        "new thread on a board that many watch",
        lambda: first_post(actions.open_thread(author=author, **words)),
        kind="opened",
    ) and told(
        "group that a reply calls",
        lambda: actions.post_reply(author=author, thread_id=quiet.pk, body="@owners, how far?"),
        kind="called",
    )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
