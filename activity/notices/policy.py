"""Who is told what: pure rules, no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from activity.notices.kinds import ADDRESSED, STRENGTH, Kind, Rhythm, Ways
from forum.policy import UNDO_FOR, UNDO_GRACE

SETTLING = UNDO_FOR + UNDO_GRACE  # as long as a post can be taken back
MOST_ITEMS = 20  # single happenings that a notification remembers by name; the count goes on
Item = list[int]  # [post, actor]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be told, and why. `why` is a code that the page puts into words."""

    member_id: int
    kind: str
    why: str = ""


def strongest(candidates: Iterable[Candidate], *, without: Collection[int] = ()) -> dict[int, Candidate]:
    """Each person once, by their strongest reason; nobody of `without` (the actor, who ignores them, who left)."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.member_id in without:
            continue
        known = best.get(candidate.member_id)
        if known is None or STRENGTH[Kind(candidate.kind)] < STRENGTH[Kind(known.kind)]:
            best[candidate.member_id] = candidate
    return best


def hears(kind: str, thread_level: str, board_level: str) -> bool:
    """Whether a wish about the thread (or else its board) lets this through. Empty levels: no wish.

    What moderators do to somebody's own words, what the desk hands to its people, and an accepted answer, are told
    whatever is muted.
    """
    if kind in (Kind.HOUSE, Kind.DUTY, Kind.ACCEPTED, Kind.MESSAGE, Kind.FOLLOWER):
        return True
    level = thread_level or board_level
    if level == "muted":
        return False
    if level == "mentions" and (thread_level or kind in (Kind.OPENED, Kind.FOLLOWED)):
        return kind in ADDRESSED
    return True


def folded(items: list[Item], item: Item) -> tuple[list[Item], bool]:
    """The items with one more, the newest last, at most `MOST_ITEMS`; and whether it is a new one."""
    if item in items:
        return items, False
    return [*items, item][-MOST_ITEMS:], True


def without_posts(items: list[Item], posts: Collection[int]) -> list[Item]:
    return [item for item in items if item[0] not in posts]


def actors(items: list[Item]) -> list[int]:
    """Who it was, the latest first, each once."""
    return list(dict.fromkeys(actor for _post, actor in reversed(items) if actor))


def interrupts(ways: Ways, rhythm: str, *, has_push: bool) -> str:
    """The one channel that may interrupt somebody for this, before their budget is asked: push, mail or empty.

    One thing interrupts once: where push reaches them, no letter follows.
    """
    if ways.push and has_push:
        return "push"
    return "mail" if ways.mail and rhythm == Rhythm.AT_ONCE else ""


def waits(ways: Ways, rhythm: str, *, interrupted: bool) -> bool:
    """Whether this belongs into the next digest, as far as is known now."""
    if rhythm == Rhythm.NEVER or interrupted:
        return False
    return ways.digest or (ways.mail and rhythm != Rhythm.AT_ONCE)
