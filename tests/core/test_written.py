"""Rows written past the ORM are the rows that it would have written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.models.signals import post_save, pre_save

from activity.live.models import LiveEvent
from community.core import clock
from community.core.models import IdempotencyKey, ReactorRun
from community.core.written import insert, insert_all, update
from forum.models import Post, Thread, Watch
from tests.builders.forum import a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def _key(key: str) -> IdempotencyKey:
    return IdempotencyKey(
        owner="member:5", verb="sing", key=key, digest="d", result={"post": 1, "名": [None]}
    )


def _columns(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name not in ("_state", "id", "key")}


def test_a_row_stands_as_the_orm_writes_it(django_assert_num_queries) -> None:
    mine, theirs = _key("mine"), _key("theirs")
    theirs.claimed_at = mine.claimed_at
    with django_assert_num_queries(1):
        insert(mine)
    theirs.save()
    kept = {row.key: row for row in IdempotencyKey.objects.all()}
    assert kept["mine"].pk == mine.pk and not mine._state.adding
    assert _columns(kept["mine"]) == _columns(kept["theirs"])
    with pytest.raises(IntegrityError):
        insert(ReactorRun(key="a", reactor="x"))
        insert(ReactorRun(key="a", reactor="y"))


def test_many_are_one_statement(django_assert_num_queries) -> None:
    runs = [ReactorRun(key=str(number), reactor="x") for number in range(3)]
    with django_assert_num_queries(1):
        insert_all(runs)
    assert ReactorRun.objects.count() == 3 and not runs[0]._state.adding
    with django_assert_num_queries(0):
        insert_all([])


def test_fields_are_changed_and_no_others(django_assert_num_queries) -> None:
    thread = a_thread(author=a_member())
    thread.days, thread.heat, thread.title = {"2026-11-23": 4}, 2.5, "not to be written"
    thread.last_posted_at = clock.now()
    with django_assert_num_queries(1):
        update(thread, "days", "heat", "last_posted_at", "last_poster")
    kept = Thread.objects.get(pk=thread.pk)
    assert (kept.days, kept.heat, kept.last_posted_at) == (thread.days, 2.5, thread.last_posted_at)
    assert kept.title != "not to be written"


def test_a_row_that_is_gone_is_an_error() -> None:
    key = _key("gone")
    insert(key)
    IdempotencyKey.objects.all().delete()
    with pytest.raises(DatabaseError, match="is gone"):
        update(key, "result")


def test_nobody_of_ours_listens_to_these_rows_being_saved() -> None:
    for model in (Post, Thread, Watch, LiveEvent, IdempotencyKey, ReactorRun):
        for signal in (pre_save, post_save):
            heard = signal._live_receivers(model)[0]
            assert [one for one in heard if not one.__module__.startswith("wagtail.")] == []
