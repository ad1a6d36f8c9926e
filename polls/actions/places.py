"""Polls stay under their posts when posts go to another thread."""

from __future__ import annotations

from collections.abc import Sequence

from community.core.retrying import action
from forum import actions as threads
from polls.models import Poll, PollQuerySet


@action
def follow_merge(*, source_id: int, target_id: int) -> int:
    """Every post of one thread stands in another now; how many polls went along."""
    return _move(Poll.objects.filter(thread_id=source_id), target_id)


@action
def follow_split(*, new_thread_id: int, post_ids: Sequence[int]) -> int:
    """These posts stand in a thread of their own now; how many polls went along."""
    return _move(Poll.objects.filter(post_id__in=post_ids).exclude(thread_id=new_thread_id), new_thread_id)


def _move(rows: PollQuerySet, thread_id: int) -> int:
    polls = list(rows)
    for poll in polls:
        if poll.is_published and poll.thread_id is not None:
            threads.count_polls(actor=None, thread_id=poll.thread_id, by=-1)
        Poll.objects.filter(pk=poll.pk).update(thread_id=thread_id)
        if poll.is_published:
            threads.count_polls(actor=None, thread_id=thread_id, by=1)
    return len(polls)
