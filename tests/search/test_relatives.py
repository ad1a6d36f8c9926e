"""Threads with titles alike: found when they are written, read without a search, right after every change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from community.core import clock
from community.core.tasks import rows
from community.core.tasks.testing import run_due
from community.search import queries, relatives
from community.search.models import Relatives
from forum import actions
from forum.models import Thread
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _committed(django_capture_on_commit_callbacks):
    """What waits for the commit happens at the end of each `with committed():`."""
    cache.clear()
    committed.how = lambda: django_capture_on_commit_callbacks(execute=True)


def committed():
    return committed.how()


def near(thread: Thread) -> list[int]:
    return relatives.of_thread(thread.pk)[1]


def written(*titles: str) -> list[Thread]:
    author, board = a_member(), a_board()
    threads = [a_thread(author=author, board=board, title=title) for title in titles]
    with committed():
        run_due()
    return threads


def test_the_older_thread_shows_the_newer_one_too():
    older, newer, other = written("Frost on the left window", "Frost on the right window", "Where to swim")
    assert near(older) == [newer.pk]
    assert near(newer) == [older.pk]
    assert near(other) == []


def test_reading_a_thread_asks_no_search(monkeypatch):
    thread, like = written("Frost on the left window", "Frost on the right window")
    monkeypatch.setattr(queries.engine, "matching", None)
    cache.clear()
    assert like.title in Client().get(thread.get_absolute_url()).content.decode()


def test_looking_twice_changes_nothing():
    older, newer = written("Frost on the left window", "Frost on the right window")
    before = list(Relatives.objects.order_by("pk").values_list("pk", "near"))
    for _again in range(2):
        relatives.find(older.pk)
        relatives.find(newer.pk)
    assert list(Relatives.objects.order_by("pk").values_list("pk", "near")) == before


def test_another_title_has_other_relatives_on_both_sides():
    moved, left, found = written(
        "Frost on the left window", "Frost on the right window", "Swimming lakes at night"
    )
    assert near(left) == [moved.pk] and near(found) == []
    actions.rename_thread(
        actor=a_member(role="moderator"), thread_id=moved.pk, title="Swimming lakes with a dog"
    )
    with committed():
        run_due()
    assert near(moved) == [found.pk]
    assert near(left) == [] and near(found) == [moved.pk]


def test_a_thread_of_one_word_is_alike_in_its_own_eyes_only():
    """One common word is enough for a title of one word, not for a long one."""
    long, short = written("Sunroof rattles in the cold", "Sunroof")
    assert near(short) == [long.pk]
    assert near(long) == []


def test_the_nearest_come_first_and_no_more_are_kept_than_some_readers_need(monkeypatch):
    monkeypatch.setattr(relatives, "MOST", 3)
    titles = [f"Frost on the window {name}" for name in ("one", "two", "three", "four", "five")]
    first, *others = written("Frost on the window, evening five", *titles)
    shared = sorted(Relatives.objects.get(pk=first.pk).near, key=lambda one: -one[1])
    assert [pk for pk, _shared in shared] == near(first)
    assert near(first)[0] == others[-1].pk and shared[0][1] > shared[1][1], "it shares one word more"
    assert all(len(row.near) <= 3 for row in Relatives.objects.all())


def test_a_thread_out_of_sight_joins_nobody_and_one_undone_leaves_nothing():
    hidden, like = written("Frost on the left window", "Where to swim")
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=hidden.pk, reason="Off topic")
    actions.rename_thread(actor=like.author, thread_id=like.pk, title="Frost on the right window")
    run_due()
    assert near(like) == []
    relatives.find(hidden.pk)
    assert near(like) == [], "it is not put among those of others either"
    relatives.find(hidden.pk + 1000)  # undone before its turn came
    assert not Relatives.objects.filter(pk=hidden.pk + 1000).exists()


def test_what_moved_in_is_looked_for_in_small_portions(monkeypatch):
    threads = written(*[f"Frost on the window, morning {n}" for n in ("one", "two", "three")])
    Relatives.objects.all().delete()
    cache.clear()
    assert near(threads[0]) == [], "shows none until its turn"
    monkeypatch.setattr(
        relatives, "A_STRETCH", 10**9
    )  # whatever the ids have come to, and whichever minute it is
    monkeypatch.setattr(relatives, "A_PORTION", 2)
    monkeypatch.setattr(relatives, "A_MINUTE", 2)
    with committed():
        relatives.find_missing.func()
    assert Relatives.objects.count() == 2
    run_due()
    assert Relatives.objects.count() == 2, "a minute has its share"
    with committed():
        relatives.find_missing.func()
    assert {row.pk for row in Relatives.objects.all()} == {thread.pk for thread in threads}
    assert len(near(threads[0])) == 2
    told = Relatives.objects.get(pk=threads[0].pk).found_at
    relatives.find_missing.func()
    assert Relatives.objects.get(pk=threads[0].pk).found_at == told
    with clock.frozen(clock.now() + relatives.GOOD_FOR + timedelta(days=1)):
        relatives.find_missing.func()
        relatives.find_missing.func()
    assert Relatives.objects.get(pk=threads[0].pk).found_at > told


def test_a_minutes_share_never_keeps_the_worker_from_other_work(monkeypatch):
    """A few searches at a time, then whatever else is waiting, and the next ones some seconds later."""
    threads = written(*[f"Frost on the window, morning {n}" for n in ("one", "two", "three", "four", "five")])
    Relatives.objects.all().delete()
    monkeypatch.setattr(
        relatives, "A_STRETCH", 10**9
    )  # whatever the ids have come to, and whichever minute it is
    monkeypatch.setattr(relatives, "A_PORTION", 2)
    now, counts = clock.now(), []
    with committed():
        relatives.find_missing.func()
    for portion in range(3):
        counts.append(Relatives.objects.count())
        with committed():
            relatives.find_missing.func()  # a minute that comes while its neighbour is still at work adds nothing
        assert Relatives.objects.count() == counts[-1]
        run_due()
        assert Relatives.objects.count() == counts[-1], "not before the pause is over"
        (waiting,) = rows.rows().filter(status="READY", task_path=relatives.find_more.module_path)
        assert waiting.priority < 0
        with clock.frozen(now + (portion + 1) * (relatives.A_PAUSE + timedelta(seconds=1))):
            run_due()
        if Relatives.objects.count() == len(threads):
            break
    assert counts == [2, 4] and Relatives.objects.count() == len(threads)
    assert not rows.rows().filter(status="READY", task_path=relatives.find_more.module_path).exists()
