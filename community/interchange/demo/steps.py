"""The plan as one list of moments: what happens when, across all threads, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from community.interchange.demo.people import MODERATORS
from community.interchange.demo.plan import Plan, PlannedThread

LONGEST_PIN = 85  # days; the forum allows ninety


class Verb(IntEnum):
    """What happens; at the same moment, in this order."""

    OPEN = 1
    REPLY = 2
    EDIT = 3
    MOVE = 4
    ACCEPT = 5
    HIDE_POST = 6
    HIDE_THREAD = 7
    MERGE = 8
    LOCK = 9
    PIN = 10


@dataclass(frozen=True, order=True)
class Step:
    """One verb at one moment."""

    at: datetime
    verb: Verb
    thread: int  # index in the plan
    post: int = 0  # index in the thread


def steps(plan: Plan) -> list[Step]:
    """Everything the plan holds, sorted by time."""
    return sorted(
        step for number, thread in enumerate(plan.threads) for step in _of(number, thread, plan.now)
    )


def moderator_of(thread: PlannedThread) -> str:
    return MODERATORS[thread.tongue]


def _of(number: int, thread: PlannedThread, now: datetime) -> Iterator[Step]:
    opened, ended = thread.posts[0].at, thread.ended_at
    last = now - timedelta(seconds=5)
    for index, post in enumerate(thread.posts):
        yield Step(post.at, Verb.REPLY if index else Verb.OPEN, number, index)
        if post.edited_at:
            yield Step(min(post.edited_at, last), Verb.EDIT, number, index)
        if post.accepted_at:
            yield Step(min(post.accepted_at, last), Verb.ACCEPT, number, index)
        if post.hidden:
            yield Step(post.at + timedelta(minutes=11), Verb.HIDE_POST, number, index)
    if thread.opened_on:
        yield Step(opened + timedelta(minutes=22), Verb.MOVE, number)
    if thread.hide_reason:
        yield Step(ended + timedelta(minutes=31), Verb.HIDE_THREAD, number)
    if thread.merge_into:
        yield Step(ended + timedelta(minutes=44), Verb.MERGE, number)
    if thread.lock_reason:
        yield Step(min(ended + timedelta(minutes=26), last), Verb.LOCK, number)
    if thread.pin_days:
        yield Step(max(ended + timedelta(minutes=5), now - timedelta(hours=30)), Verb.PIN, number)
