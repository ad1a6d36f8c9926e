"""What an entry is, beside its words: short marks that every engine matches like words, so that filters cost nothing.

Marks narrow; they never decide. They follow a change by some seconds, and whatever an engine finds is looked up in
the database before anybody sees or counts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2s

GONE = "gone"  # neither the post nor its thread is hidden or removed, or else it has this
MEMBER, ARTICLE, OPENING, REPLY = "kmember", "karticle", "kopening", "kreply"
ANSWERED, OPEN = "yes", "no"  # of a question
UNCLAIMED = "unclaimed"  # a member who was moved in and has not come
FIRST_YEAR = 1990


def board(pk: int) -> str:
    return f"b{pk}"


def thread(pk: int) -> str:
    return f"t{pk}"


def author(pk: int) -> str:
    return f"a{pk}"


def lane(name: str) -> str:
    return f"l{name}"


def tag(slug: str) -> str:
    return f"g{blake2s(slug.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def moment(at: datetime) -> list[str]:
    """Year, month and day (UTC), so that any stretch of days is a few marks."""
    day = at.astimezone(UTC)
    return [f"y{day:%Y}", f"m{day:%Y%m}", f"d{day:%Y%m%d}"]


def of_post(
    *,
    number: int,
    thread_id: int,
    board_id: int,
    author_id: int | None,
    lane_name: str,
    is_answered: bool,
    is_gone: bool,
    tags: Iterable[str],
    at: datetime,
) -> list[str]:
    """Everything a post can be narrowed by. `tags` are slugs."""
    found = [OPENING if number == 1 else REPLY, thread(thread_id), board(board_id), lane(lane_name)]
    if author_id:
        found.append(author(author_id))
    if lane_name == "ask":
        found.append(ANSWERED if is_answered else OPEN)
    if is_gone:
        found.append(GONE)
    return [*found, *(tag(slug) for slug in tags), *moment(at)]


def between(since: date | None, until: date | None, today: date) -> list[str]:
    """Marks of which every entry of these days (UTC) holds one."""
    first = max(since or date(FIRST_YEAR, 1, 1), date(FIRST_YEAR, 1, 1))
    last = min(until or date(today.year + 1, 12, 31), date(today.year + 1, 12, 31))
    found: list[str] = []
    day = first
    while day <= last:
        year_end, month_end = date(day.year, 12, 31), _end_of_month(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            found.append(f"y{day:%Y}")
            day = year_end
        elif day.day == 1 and month_end <= last:
            found.append(f"m{day:%Y%m}")
            day = month_end
        else:
            found.append(f"d{day:%Y%m%d}")
        day += timedelta(days=1)
    return found


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
