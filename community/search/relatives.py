"""Threads whose titles are alike: found when one of them is written or renamed, kept, and read with its page.

Nobody who reads a thread waits for a search. A thread that was not looked for yet (it moved in, or the site is older than
this) shows none until the minute that has its turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, QuerySet

from community.core import clock
from community.core.prepared import Prepared
from community.core.tasks import rows
from community.core.tasks.crons import cron
from community.core.tasks.queue import task
from community.search import queries
from community.search.drift import stretch_of
from community.search.models import Relatives
from forum.models import LinkKind, Thread, ThreadState
from forum.queries import links

MOST = 12  # more are kept than shown: some readers may not read the nearest of them
SECONDS = 6 * 3600  # how long a page remembers what it read here
A_STRETCH, A_MINUTE = 2000, 100  # threads looked over in a minute, and searches made for them
# A search takes some hundredths of a second: all of a minute's in one go kept the worker from everything else for
# seconds, and half of a small machine from whoever was reading.
A_PORTION, A_PAUSE = 10, timedelta(seconds=4)
GOOD_FOR = timedelta(days=30)

Near = list[list[int]]  # [[thread id, terms in common], …], the nearest first


def of_thread(thread_id: int) -> tuple[list[int], list[int]]:
    """Ids of threads that ask the same as this one, and of those near to it, whoever may read them.

    What people tied together stands first. Two statements, none for some hours after.
    """
    known: tuple[list[int], list[int]] | None = cache.get(_key(thread_id))
    if known is None:
        linked = links.linked_ids(thread_id)
        found = _rows_to_read.first(thread_id=thread_id)
        same = [pk for pk, kind in linked if kind == LinkKind.SAME][:MOST]
        near = [pk for pk, kind in linked if kind != LinkKind.SAME] + [
            pk for pk, _shared in (found.near if found else [])
        ]
        known = same, [pk for pk in dict.fromkeys(near) if pk not in same][:MOST]
        cache.set(_key(thread_id), known, SECONDS)
    return known


def _row_to_read(*, thread_id: int) -> QuerySet[Relatives]:
    return Relatives.objects.filter(pk=thread_id)


_rows_to_read = Prepared(_row_to_read)


def forget(thread_ids: Iterable[int]) -> None:
    """Pages read these threads' relatives anew."""
    cache.delete_many([_key(pk) for pk in thread_ids])


def _key(thread_id: int) -> str:
    return f"search:near:{thread_id}"


def find(thread_id: int) -> None:
    """Look for the relatives of a thread, and put it among theirs. Repeatable; about six statements."""
    thread = Thread.objects.filter(pk=thread_id).only("title", "state").first()
    if thread is None:
        return
    found = queries.related(thread, MOST)
    now = clock.now()
    with transaction.atomic():
        mine = Relatives.objects.filter(pk=thread_id).first()
        others = {pk for pk, _shared in [*found, *(mine.near if mine else [])]}
        # Its own row in its turn: two alike that are looked for at once would else wait for each other.
        theirs = Relatives.objects.filter(pk__in={thread_id, *others}).order_by("pk").select_related("thread")
        theirs = theirs.only("near", "thread__title").select_for_update(of=("self",))
        shared: dict[int, int] = dict(found) if thread.state == ThreadState.VISIBLE else {}
        changed = [
            row for row in theirs if row.pk != thread_id and _put(row, thread_id, shared.get(row.pk, 0))
        ]
        Relatives.objects.bulk_update(changed, ["near"])
        Relatives.objects.bulk_create(
            [Relatives(thread=thread, near=[list(one) for one in found], found_at=now)],
            update_conflicts=True,
            unique_fields=["thread"],
            update_fields=["near", "found_at"],
        )
        told = [thread_id, *(row.pk for row in changed)]
        transaction.on_commit(lambda: forget(told))


def _put(row: Relatives, thread_id: int, shared: int) -> bool:
    """Place a thread among the relatives of another, or take it out; whether that changed anything."""
    before: Near = row.near
    near = [one for one in before if one[0] != thread_id]
    if shared >= queries.enough_in_common(row.thread.title):
        near = sorted([*near, [thread_id, shared]], key=lambda one: (-one[1], -one[0]))[:MOST]
    row.near = near
    return near != before


@cron("* * * * *", name="search.find_relatives")
def find_missing() -> None:
    """Of this minute's stretch of threads, some that were not looked for yet, or not for a month."""
    if not rows.waiting(find_more.module_path, after=clock.now() - timedelta(days=1)):
        _find_some(A_MINUTE)


@task("search.find_more_relatives", max_attempts=3, priority=-10)
def find_more(left: int) -> None:
    """The next portion of a minute's, after whatever else is waiting."""
    _find_some(left)


def _find_some(left: int) -> None:
    last = Thread.objects.aggregate(last=Max("pk"))["last"] or 0
    here = stretch_of(int(clock.now().timestamp()) // 60, last, A_STRETCH).within("pk")
    known = Relatives.objects.filter(found_at__gte=clock.now() - GOOD_FOR, **here)
    known_ids = set(known.values_list("pk", flat=True))
    ids = Thread.objects.public().filter(**here).order_by("-pk").values_list("pk", flat=True)
    missing = [pk for pk in ids if pk not in known_ids]
    for pk in missing[:A_PORTION]:
        find(pk)
    if len(missing) > A_PORTION and left > A_PORTION:
        find_more.using(run_after=clock.now() + A_PAUSE).enqueue(left=left - A_PORTION)
