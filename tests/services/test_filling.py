"""A new index beside a living site: it takes every change, and questions go to it when it holds everything."""

from __future__ import annotations

import time

import pytest

from community.core.tasks.testing import run_due
from community.search import drift, filling, sending
from community.search.models import SearchEntry
from forum import actions
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.services.elastic import found, held, known, settled

pytestmark = pytest.mark.django_db


def test_filling_misses_nothing_that_is_written_meanwhile(engine, monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 2)
    author = a_member()
    thread = a_thread(author=author, title="Lantern")
    replies = [a_reply(author=author, thread=thread, body=f"lantern {n}") for n in range(7)]
    settled()
    before = sending.write_indices()
    acts = iter(
        [
            lambda: actions.edit_post(actor=author, post_id=replies[0].pk, body="torch"),
            lambda: actions.purge_post(actor=a_member(role="admin"), post_id=replies[1].pk, reason="Spam"),
            lambda: a_reply(author=author, thread=thread, body="lantern, once more"),
            lambda: actions.edit_post(actor=author, post_id=replies[6].pk, body="candle"),
        ]
    )

    def meanwhile(_done: int) -> None:
        act = next(acts, None)
        if act:
            act()
            run_due()

    index = filling.fill(meanwhile)
    assert index not in before and sending.write_indices() == [index], "the old one is gone"
    settled()
    assert held() == known() and drift.in_elasticsearch(repair=False).total == 0
    assert found("torch") == [replies[0]] and found("candle") == [replies[6]]
    assert replies[1] not in found("lantern") and len(found("once more")) == 1


def test_every_index_takes_every_change(engine):
    """The one that is read, and the one that a fill has begun beside it."""
    author = a_member()
    thread = a_thread(author=author, title="Lantern")
    gone = a_reply(author=author, thread=thread, body="lantern, no more")
    settled()
    beside = filling._create()
    reply = a_reply(author=author, thread=thread, body="lantern, once more")
    actions.edit_post(actor=author, post_id=reply.pk, body="lantern, at last")
    actions.purge_post(actor=a_member(role="admin"), post_id=gone.pk, reason="Spam")
    settled()
    assert len(sending.write_indices()) == 2
    kept = drift._documents_of(beside, [f"post-{reply.pk}", f"post-{gone.pk}"])
    assert {key: stand[0] for key, stand in kept.items()} == {f"post-{reply.pk}": known()[f"post-{reply.pk}"]}


def test_what_changes_while_both_sides_are_read_is_no_drift(engine, monkeypatch):
    """Written, sent and no longer noted between the one reading and the other: a fill beside a living site swaps."""
    author = a_member()
    thread = a_thread(author=author, title="Lantern")
    replies = [a_reply(author=author, thread=thread, body=f"lantern {n}") for n in range(4)]
    settled()
    read, lives = drift._entries, True

    def while_others_write(stretch):
        if lives:
            a_reply(author=author, thread=thread, body="lantern, meanwhile")
            actions.edit_post(actor=author, post_id=replies[0].pk, body=f"torch {time.monotonic()}")
            run_due()
        yield from read(stretch)

    monkeypatch.setattr(drift, "_entries", while_others_write)
    assert drift.in_elasticsearch(repair=False).total == 0
    filling.fill()
    lives = False
    settled()
    assert held() == known() and len(found("meanwhile")) >= 2
    SearchEntry.objects.filter(post_id=replies[2].pk).update(version=1)
    assert drift.in_elasticsearch(repair=False).stale == [f"post-{replies[2].pk}"]


def test_a_fill_that_was_cut_off_is_taken_up_again(engine, monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 2)
    monkeypatch.setattr(filling, "NOTED_EVERY", 1)
    thread = a_thread(author=a_member(), title="Lantern")
    for n in range(6):
        a_reply(author=a_member(), thread=thread, body=f"lantern {n}")
    settled()
    steps: list[int] = []

    def cut(done: int) -> None:
        steps.append(done)
        if len(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filling.fill(cut)
    assert len(sending.write_indices()) == 2 and len(found("lantern")) == 7, "the old one still answers"
    again: list[int] = []
    filling.fill(again.append)
    assert again[0] == 4, "begins where the other run noted its way"
    assert sum(again) == SearchEntry.objects.count()
    assert len(sending.write_indices()) == 1 and held() == known()
