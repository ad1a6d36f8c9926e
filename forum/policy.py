"""Pure rules of the forum: no database, no request."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

POSTS_PER_PAGE = 20
STRIP_DAYS = 14
MAX_PIN_REASON = 120  # it stands on the row
MAX_TAGS = 5
MAX_UPLOADS = 50  # shown by one post
MAX_TAG_LENGTH = 40
EDIT_GRACE = timedelta(minutes=2)  # an edit this soon after posting leaves no revision
UNDO_FOR = timedelta(seconds=10)  # after posting, as the page counts them down
UNDO_GRACE = timedelta(seconds=2)  # a press in the last of them is still on its way
MOST_SCHEDULED = 20  # posts of one member that wait for their moment
SOONEST, LATEST = timedelta(minutes=1), timedelta(days=366)  # from now on, for one that is written now
NEW_POSTS, NEW_FOR = 5, timedelta(days=3)  # fewer posts, or a younger account: new here
SAME_WITHIN = timedelta(minutes=10)  # the very same words, sent again: most likely somebody went back
HEAT_HALF_STEP = 2 * 86400.0  # a thread must be ten times as lively to stand level with one two days younger
ASLEEP_AFTER = timedelta(days=183)  # nobody wrote for half a year: whoever does now is asked first
STAFF_FREE, STAFF_SHARE = 2, 4  # posts of staff where members talk: so many in any case, then one in so many
_HEAT_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def heat(*, opened_at: datetime, answers: int, replies: int, reactions: int) -> float:
    """How lively a thread is, comparable across time without ever being recomputed.

    log10 of weighted activity plus age in steps of two days, the shape Reddit published in 2009:
    replies by others weigh 3, the author's own 1, reactions 1.
    """
    activity = 1 + 3 * answers + max(0, replies - answers) + reactions
    return math.log10(activity) + (opened_at - _HEAT_EPOCH).total_seconds() / HEAT_HALF_STEP


def needs_answer(*, lane: str, state: str, locked: bool, accepted: bool, answers: int) -> bool:
    """Whether a thread waits for its first answer: an open question nobody else has replied to."""
    return lane == "ask" and state == "visible" and not locked and not accepted and answers == 0


def staff_has_room(*, staff_posts: int, posts: int) -> bool:
    """Whether one more post of staff leaves the word to members, where they talk among themselves."""
    return staff_posts < STAFF_FREE or (staff_posts + 1) * STAFF_SHARE <= posts + 1


def is_asleep(*, last_posted_at: datetime, now: datetime) -> bool:
    """Whether a thread has been quiet for so long that a reply would wake it."""
    return now - last_posted_at >= ASLEEP_AFTER


def is_new_here(*, posts: int, joined_at: datetime, now: datetime) -> bool:
    """Whether somebody has hardly taken part yet. As for uploads."""
    return posts < NEW_POSTS or now - joined_at < NEW_FOR


def is_fresh(*, posted_at: datetime, now: datetime) -> bool:
    """Whether a post can still be taken back. Until it cannot, nobody is told of it who does not look."""
    return now - posted_at < UNDO_FOR + UNDO_GRACE


def note_day(days: Mapping[str, int], at: datetime, by: int = 1) -> dict[str, int]:
    """The activity strip after `by` posts at `at`: ISO day (UTC) → posts, the latest fourteen days kept."""
    noted = dict(days)
    key = at.date().isoformat()
    noted[key] = max(0, noted.get(key, 0) + by)
    return {day: n for day, n in sorted(noted.items())[-STRIP_DAYS:] if n}


def strip(days: Mapping[str, int], today: date) -> list[int]:
    """Posts on each of the last fourteen days, oldest first, today last."""
    first = today - timedelta(days=STRIP_DAYS - 1)
    return [days.get((first + timedelta(days=n)).isoformat(), 0) for n in range(STRIP_DAYS)]


def leaves_revision(*, posted_at: datetime, now: datetime, by_author: bool, seen_by_others: bool) -> bool:
    """Whether an edit keeps the old words. Only the author's own quick fix before any answer does not."""
    return not (by_author and not seen_by_others and now - posted_at < EDIT_GRACE)


def split_tags(text: str) -> list[str]:
    """Tags typed with commas of any script, or with spaces before `#`."""
    for mark in ("，", "、", ";", "；", "\n"):
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]
