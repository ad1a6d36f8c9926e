"""Rows that are written unless they are there."""

from __future__ import annotations

import pytest

from community.core.models import IdempotencyKey, ReactorRun
from community.core.once import put_once

pytestmark = pytest.mark.django_db


def _key(digest: str) -> IdempotencyKey:
    return IdempotencyKey(owner="member:5", verb="sing", key="k", digest=digest)


def test_the_first_writes_and_knows_its_id_and_the_second_learns_that_it_came_late(django_assert_num_queries):
    first, second = _key("a"), _key("b")
    with django_assert_num_queries(2):
        assert put_once(first) and not put_once(second)
    kept = IdempotencyKey.objects.get()
    assert (kept.pk, kept.digest, kept.result, kept.claimed_at) == (first.pk, "a", None, first.claimed_at)
    first.result = {"ok": True}
    first.save(update_fields=["result"])
    kept.refresh_from_db()
    assert kept.result == {"ok": True} and second.pk is None


def test_a_key_that_is_the_row_s_own_is_kept():
    assert put_once(ReactorRun(key="a" * 64, reactor="one"))
    assert not put_once(ReactorRun(key="a" * 64, reactor="two"))
    assert ReactorRun.objects.get().reactor == "one"
