"""Composes the whole demo community: the same seed and moment give the same plan, word for word."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.core import chance
from community.interchange.demo import pacing
from community.interchange.demo.casting import Casting
from community.interchange.demo.improvising import Improviser
from community.interchange.demo.liking import liked
from community.interchange.demo.people import by_name
from community.interchange.demo.plan import Plan, PlannedThread
from community.interchange.demo.script import Kit, Opener, kits, stories
from community.interchange.demo.telling import tell

SEED = "aurora"
# When the freshest threads began, in minutes before seeding.
FRESH = (6, 17, 34, 58, 95, 140, 205, 290, 400, 540, 700, 880, 1100, 1350, 1600, 1900, 2300, 2700)


def compose(*, now: datetime, seed: str = SEED) -> Plan:
    """Everything the demo says, ending at `now`."""
    with chance.seeded(seed):
        casting = Casting()
        threads: list[PlannedThread] = []
        for story in stories():
            thread = tell(story, now=now)
            threads.append(liked(thread, now=now, story=story))
            for index, post in enumerate(thread.posts):
                casting.note(post.author, opened=index == 0)
        improviser = Improviser(now, casting)
        fresh: list[tuple[Kit, Opener]] = []
        for kit in kits():
            for opener in kit.openers:
                if opener.told["when"] == "fresh":
                    fresh.append((kit, opener))
                else:
                    threads.append(liked(improviser.thread(kit, opener), now=now))
        threads += _freshest(improviser, fresh, now=now)
    return Plan(now, tuple(sorted(threads, key=lambda thread: thread.posts[0].at)))


def _freshest(
    improviser: Improviser, fresh: list[tuple[Kit, Opener]], *, now: datetime
) -> list[PlannedThread]:
    """One thread for each moment of FRESH, by somebody who is awake then; answered ones not in the last hour."""
    left = list(fresh)
    threads: list[PlannedThread] = []
    for minutes in FRESH[: len(fresh)]:
        moment = now - timedelta(minutes=minutes)
        chosen = min(left, key=lambda pair: _strain(pair[1], moment, minutes))
        left.remove(chosen)
        threads.append(liked(improviser.thread(*chosen, minutes_ago=minutes), now=now))
    return threads


def _strain(opener: Opener, moment: datetime, minutes: int) -> tuple[bool, bool, float]:
    author = by_name().get(opener.told.get("who", ""))
    asleep = author is not None and not pacing.is_awake(author, moment)
    return asleep, bool(opener.dialogues) and minutes < 90, chance.jitter()
