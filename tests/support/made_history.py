"""Histories whose truth is known: each open thread is answered at a rate that we set, hour by hour.

`signal` 0: every thread of every age is answered at one rate, so that no order can tell anything. 1: newcomers, small
hours and boards without people are answered less, and talk brings talk.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from forum.queries.history import Deed, Event

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIVES = 96  # hours in which a thread can be answered


@dataclass(frozen=True, slots=True)
class Made:
    """What to make. `rate`: answers an hour to an ordinary open thread."""

    seed: int
    signal: float
    days: int = 90
    threads_a_day: float = 9
    rate: float = 0.035


@dataclass(slots=True)
class _Open:
    pk: int
    board: int
    author: int
    pull: float
    age: int = 0
    replies: int = field(default=0)


def events(made: Made) -> Iterator[Event]:
    """The history, oldest first."""
    dice = random.Random(made.seed)
    regulars, newcomer, pk = range(1, 60), 1000, 0
    threads: list[_Open] = []
    for hour in range(made.days * 24):
        now = BEGIN + hour * HOUR
        awake = 0.5 + 0.5 * math.cos((now.hour - 20) / 24 * 2 * math.pi)
        busy = 1 + made.signal * (2 * awake - 1)
        here = []
        for thread in threads:
            chance = made.rate * thread.pull * busy * (1 + made.signal * min(thread.replies, 3))
            if dice.random() < 1 - math.exp(-chance):
                thread.replies += 1
                writer = dice.choice([one for one in regulars if one != thread.author])
                here.append(_event(now, Deed.REPLIED, thread, writer, dice))
            thread.age += 1
        threads = [one for one in threads if one.age < LIVES]
        if dice.random() < made.threads_a_day / 24:
            pk += 1
            is_new = dice.random() < 0.4
            newcomer += is_new
            board = dice.randrange(1, 4)
            pull = math.exp(made.signal * (-1.1 * is_new - 0.5 * (board - 2)))
            thread = _Open(pk, board, newcomer if is_new else dice.choice(regulars), pull)
            here.append(_event(now, Deed.OPENED, thread, thread.author, dice))
            threads.append(thread)
        yield from sorted(here, key=lambda event: event.at)


def _event(now: datetime, deed: Deed, thread: _Open, writer: int, dice: random.Random) -> Event:
    at = now + timedelta(seconds=dice.randrange(3600))
    lane = "ask" if thread.pk % 2 else "chat"
    dice.randrange(40, 900)  # the histories in docs/warm-list.md were thrown with one more die
    return Event(at, deed, thread.pk, thread.board, lane, writer, asks=lane == "ask")
