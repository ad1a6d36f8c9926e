"""Who reacts to what: more to answers that helped, to jokes and to old hands; never to oneself."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from community.core import chance
from community.interchange.demo import pacing
from community.interchange.demo.people import Person, by_name, everyone
from community.interchange.demo.plan import Liking, PlannedPost, PlannedThread
from community.interchange.demo.script import Story

PRIVATE_BOARDS = {"owners-council"}
_KINDS = {
    "ask": (("same", 5.0), ("useful", 1.0), ("wow", 0.5)),
    "tell": (("useful", 6.0), ("thanks", 3.0), ("wow", 1.0), ("funny", 0.5)),
    "meet": (("thanks", 2.0), ("useful", 1.0), ("funny", 1.0)),
    "chat": (("funny", 6.0), ("same", 3.0), ("wow", 1.0)),
    "answer": (("useful", 7.0), ("thanks", 3.0), ("funny", 1.0)),
}
_USUAL = {"ask": 2.2, "tell": 6.0, "meet": 2.5, "chat": 4.0}


def liked(thread: PlannedThread, *, now: datetime, story: Story | None = None) -> PlannedThread:
    """The same thread with everybody's reactions. A story may say how many found a reply useful."""
    if thread.hide_reason or thread.merge_into:
        return thread
    posts = []
    for index, post in enumerate(thread.posts):
        fixed = story.replies[index - 1].useful if story and index else 0
        posts.append(_liked(post, index, thread, now=now, fixed=fixed))
    return replace(thread, posts=tuple(posts))


def _liked(post: PlannedPost, index: int, thread: PlannedThread, *, now: datetime, fixed: int) -> PlannedPost:
    if post.hidden:
        return post
    wanted = fixed or _poisson(_expected(post, index, thread))
    willing = [person for person in everyone() if _may_like(person, post, thread, now=now)]
    lane = thread.lane if index == 0 or thread.lane == "chat" else "answer"
    kinds, weights = zip(*_KINDS[lane], strict=True)
    likings: list[Liking] = []
    while willing and len(likings) < wanted:
        weight = [
            (1 + person.chatty) * (4.0 if person.tongue == thread.tongue else 1.0) for person in willing
        ]
        person = willing.pop(pacing.weighted(weight))
        at = pacing.when_awake(person, post.at + timedelta(seconds=pacing.spread(4 * 60, 4 * 86400)))
        if at < now - timedelta(seconds=30):
            kind = "useful" if fixed else kinds[pacing.weighted(list(weights))]
            likings.append(Liking(person.name, kind, at))
    return replace(post, likings=tuple(likings))


def _expected(post: PlannedPost, index: int, thread: PlannedThread) -> float:
    if index == 0:
        return _USUAL[thread.lane]
    if post.accepted_at:
        return 5.0
    base = 1.5 if thread.lane == "chat" else 0.8
    return base * (1.6 if by_name()[post.author].has("expert") else 1.0)


def _may_like(person: Person, post: PlannedPost, thread: PlannedThread, *, now: datetime) -> bool:
    if (
        person.name == post.author
        or person.standing == "suspended"
        or (not person.chatty and not person.is_staff)
    ):
        return False
    if thread.board in PRIVATE_BOARDS and not (person.key_member or person.role in {"moderator", "admin"}):
        return False
    return person.joined_days > (now - post.at).total_seconds() / 86400


def _poisson(mean: float) -> int:
    # Knuth's method: fine for means below ten.
    limit, product, count = math.exp(-mean), chance.jitter(), 0
    while product > limit:
        product *= chance.jitter()
        count += 1
    return count
