"""The noise budget: interruptions a day, quiet hours, and when a digest is due. Pure; the wall clock of the member.

Everything is decided by what a clock on the member's wall says, so that summer time changes nothing: the hour that
comes twice is quiet twice, the one that is left out was never loud.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from activity.notices.kinds import Rhythm

DAY = timedelta(days=1)
LOUD = timedelta(hours=1)  # of each day at least


@dataclass(frozen=True, slots=True)
class Rules:
    """What one member set. `limit` None: as often as it happens; equal quiet hours: none."""

    limit: int | None = 3
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_hour: int = 8
    zone: tzinfo = UTC


def zone_of(name: str) -> tzinfo:
    """The zone of this name; UTC where there is none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return UTC


def is_quiet_at(wall: time, rules: Rules) -> bool:
    """Whether this time of day lies in the quiet hours, which may run over midnight."""
    begin, end = rules.quiet_from, rules.quiet_to
    if begin is None or end is None or begin == end:
        return False
    return begin <= wall < end if begin < end else wall >= begin or wall < end


def leaves_time(begin: time | None, end: time | None) -> bool:
    """Whether these quiet hours leave an hour of the day for a digest, whichever minute the queue looks at."""
    if begin is None or end is None or begin == end:
        return True
    loud = timedelta(hours=begin.hour - end.hour, minutes=begin.minute - end.minute) % DAY
    return loud >= LOUD


def is_quiet(now: datetime, rules: Rules) -> bool:
    return is_quiet_at(now.astimezone(rules.zone).time(), rules)


def day_of(moment: datetime, rules: Rules) -> date:
    """The member's own day."""
    return moment.astimezone(rules.zone).date()


def spent_today(now: datetime, rules: Rules, spent: Iterable[datetime]) -> int:
    today = day_of(now, rules)
    return sum(day_of(moment, rules) == today for moment in spent)


def may_interrupt(now: datetime, rules: Rules, spent: Iterable[datetime]) -> bool:
    """Whether one more interruption fits: not in quiet hours, and within the day's number."""
    if is_quiet(now, rules):
        return False
    return rules.limit is None or spent_today(now, rules, spent) < rules.limit


def digest_time(rules: Rules) -> time:
    """When on the member's wall the digest is sent: their hour, or the end of quiet hours that hold it."""
    wished = time(rules.digest_hour)
    return rules.quiet_to if rules.quiet_to and is_quiet_at(wished, rules) else wished


def digest_moment(now: datetime, rules: Rules, rhythm: str) -> datetime:
    """When the digest of this day (this week) is due. What waits only since then waits for the next one: a digest that
    came as soon as there is something would be a letter that interrupts."""
    day = day_of(now, rules)
    if rhythm == Rhythm.WEEKLY:
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, digest_time(rules), rules.zone)


def digest_period(now: datetime, rules: Rules, rhythm: str) -> str:
    """The name of the digest that is due by now ("2026-11-23", "2026-W48"); empty before its hour and in quiet hours.

    A digest that was missed is made up on the same day (in the same week), never later.
    """
    wall = now.astimezone(rules.zone)
    if rhythm == Rhythm.NEVER or is_quiet(now, rules) or wall < digest_moment(now, rules, rhythm):
        return ""
    if rhythm == Rhythm.WEEKLY:
        year, week, _weekday = wall.isocalendar()
        return f"{year}-W{week:02}"
    return wall.date().isoformat()
