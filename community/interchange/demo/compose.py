"""Composes the whole demo community: the same seed and moment give the same plan, word for word."""

from __future__ import annotations

from dataclasses import replace
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
FRESH = (9, 31, 66, 118, 170, 245, 330, 450, 600, 760, 930, 1120, 1350, 1600, 1900, 2300, 2700, 3100)
# When conversations of the last weeks got their latest reply.
LIVELY = (4, 14, 22, 41, 53, 80, 101, 135, 190, 220, 280, 370, 410, 520, 680, 840, 1010, 1230, 1480, 1750)
LIVELY_DAYS = 21


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
        threads = enliven(threads, now=now) + _freshest(improviser, fresh, now=now)
    return Plan(now, tuple(sorted(threads, key=lambda thread: thread.posts[0].at)))


def enliven(threads: list[PlannedThread], *, now: datetime) -> list[PlannedThread]:
    """The same threads; the talkative ones of the last weeks get their latest reply only today."""
    since = now - timedelta(days=LIVELY_DAYS)
    free = [n for n, thread in enumerate(threads) if thread.posts[0].at > since and _may_wait(thread)]
    free.sort(key=lambda n: -len(threads[n].posts))
    result = list(threads)
    for minutes in LIVELY:
        moment = now - timedelta(minutes=minutes, seconds=chance.below(50))
        chosen = next((n for n in free if _could_end(threads[n], moment)), None)
        if chosen is not None:
            free.remove(chosen)
            *earlier, last = threads[chosen].posts
            kept = tuple(liking for liking in last.likings if liking.at > moment)
            late = replace(last, at=moment, likings=kept)
            result[chosen] = replace(threads[chosen], posts=(*earlier, late))
    return result


def _may_wait(thread: PlannedThread) -> bool:
    plain = not (thread.lock_reason or thread.merge_into or thread.hide_reason)
    last = thread.posts[-1]
    return plain and len(thread.posts) > 3 and not (last.accepted_at or last.edited_at or last.hidden)


def _could_end(thread: PlannedThread, moment: datetime) -> bool:
    last = thread.posts[-1]
    return last.at < moment and pacing.is_awake(by_name()[last.author], moment)


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
