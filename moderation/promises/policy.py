"""Working time: how much of it lies between two moments, and when so much of it has passed. No database, no request.

A moment is working time where a clock on the calendar's wall shows an hour of its week, on a day that is no holiday.
A holiday is a whole day there, from midnight to midnight: a shift that goes over midnight stops or begins with it.
What passes is real time: of an hour that the clocks skip nothing is worked, one that comes twice counts twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
FARTHEST = timedelta(days=400)  # a calendar without an hour until then has none
NOTHING = timedelta()
HALF, LATE = 0.5, 0.75  # of the promised time: handed over, and told to the lead
DAYS_TOLD = 30
LEAST_TOLD = 10  # with fewer questions a record says nothing

Stretch = tuple[int, int]  # minutes of a day, from and to
Shift = tuple[
    int, int, int
]  # weekday (Monday is 0), from, to; one that ends no later than it begins goes over midnight


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of working hours in a zone, and the days on which nobody works."""

    zone: str
    week: tuple[tuple[Stretch, ...], ...]  # seven days; stretches in order, apart from each other
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, zone: str, shifts: Iterable[Shift], holidays: Iterable[date] = ()) -> Hours:
        return cls(zone, week_of(shifts), frozenset(holidays))


def week_of(shifts: Iterable[Shift]) -> tuple[tuple[Stretch, ...], ...]:
    """Seven days of stretches, Monday first: what goes over midnight is parted, what overlaps is joined."""
    days: list[list[Stretch]] = [[] for _ in range(7)]
    for weekday, start, end in shifts:
        if start < end:
            days[weekday].append((start, end))
            continue
        days[weekday].append((start, DAY))
        if end:
            days[(weekday + 1) % 7].append((0, end))
    return tuple(tuple(_joined(day)) for day in days)


def _joined(stretches: list[Stretch]) -> Iterator[Stretch]:
    begun: Stretch | None = None
    for start, end in sorted(stretches):
        if begun is None:
            begun = start, end
        elif start <= begun[1]:
            begun = begun[0], max(begun[1], end)
        else:
            yield begun
            begun = start, end
    if begun is not None:
        yield begun


def spans(hours: Hours, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working time between two aware moments, as spans in UTC, in order."""
    for begin, end, offset in _steady(ZoneInfo(hours.zone), since.astimezone(UTC), until.astimezone(UTC)):
        # Between two changes of the clocks the wall is UTC and a constant.
        wall, last = (at.replace(tzinfo=None) + offset for at in (begin, end))
        day = wall.date()
        while (midnight := datetime.combine(day, time())) < last:
            for start, stop in () if day in hours.holidays else hours.week[day.weekday()]:
                first = max(wall, midnight + timedelta(minutes=start))
                ends = min(last, midnight + timedelta(minutes=stop))
                if first < ends:
                    yield (first - offset).replace(tzinfo=UTC), (ends - offset).replace(tzinfo=UTC)
            day += timedelta(days=1)


def _steady(
    zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time between, in parts throughout which the zone's clocks stay as far from UTC as they are."""
    at = since
    while at < until:
        offset = _offset(zone, at)
        known = at
        while known < until and _offset(zone, ahead := min(known + timedelta(days=1), until)) == offset:
            known = ahead
        end = until if known >= until else _change(zone, known, ahead, offset)
        yield at, end, offset
        at = end


def _change(zone: ZoneInfo, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """The first moment, to the second, at which the clocks are no longer as they were at `before`."""
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or NOTHING


def worked(hours: Hours, since: datetime, until: datetime) -> timedelta:
    """The working time between two moments; nothing where the second is not later."""
    return sum((end - begin for begin, end in spans(hours, since, until)), NOTHING)


def after(hours: Hours, since: datetime, much: timedelta) -> datetime | None:
    """The first moment by which so much working time has passed; None where there is none within 400 days.

    For nothing at all: when work is next done, `since` itself within working hours.
    """
    left = much
    for begin, end in spans(hours, since, since + FARTHEST):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


# Rotas -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's shift. `language`: in which they answer; empty: in any."""

    member_id: int
    shift: Shift
    language: str = ""


def on_duty(hours: Hours, duties: Sequence[Duty], at: datetime, language: str = "") -> list[int]:
    """Who is on the rota at a moment, those first who answer in this language; nobody outside working hours.

    Somebody who answers in another language alone is not among them.
    """
    wall = at.astimezone(ZoneInfo(hours.zone))
    minute, weekday = wall.hour * 60 + wall.minute, wall.weekday()
    if wall.date() in hours.holidays or not _within(hours.week[weekday], minute):
        return []
    found: dict[int, bool] = {}
    for duty in duties:
        if _within(week_of([duty.shift])[weekday], minute) and duty.language in (
            "",
            language or duty.language,
        ):
            found[duty.member_id] = found.get(duty.member_id, False) or duty.language == language != ""
    return sorted(found, key=lambda pk: (not found[pk], pk))


def gaps(hours: Hours, duties: Iterable[Duty]) -> list[Shift]:
    """Where in a week somebody should be on the rota and nobody is."""
    covered = week_of(duty.shift for duty in duties)
    return [
        (weekday, start, end)
        for weekday, day in enumerate(hours.week)
        for stretch in day
        for start, end in _without(stretch, covered[weekday])
    ]


def gaps_of(hours: Hours, duties: Sequence[Duty], languages: Iterable[str]) -> list[tuple[Shift, str]]:
    """As `gaps`, and where those who are on the rota all answer in other languages: each with the language missing.

    "" for the language: nobody is there at all.
    """
    nobody = gaps(hours, duties)
    found = [(gap, "") for gap in nobody]
    known = [Duty(0, gap) for gap in nobody]  # told of already
    for language in languages:
        able = [duty for duty in duties if duty.language in ("", language)]
        found += [(gap, language) for gap in gaps(hours, able + known)]
    return sorted(found)


def _within(day: Sequence[Stretch], minute: int) -> bool:
    return any(start <= minute < end for start, end in day)


def _without(stretch: Stretch, covered: Sequence[Stretch]) -> Iterator[Stretch]:
    start, end = stretch
    for first, last in covered:
        if last <= start or first >= end:
            continue
        if start < first:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


# The record ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """How a promise was kept: questions that were answered or are overdue, those in time, the median wait in seconds."""

    asked: int = 0
    kept: int = 0
    median: int | None = None

    @property
    def is_told(self) -> bool:
        return self.asked >= LEAST_TOLD

    @property
    def percent(self) -> int:
        """Rounded down: a promise that was broken once in a thousand is not kept in 100 %."""
        return 100 * self.kept // self.asked if self.asked else 0


def record_of(outcomes: Iterable[tuple[bool, int | None]]) -> Record:
    """The record of (kept, seconds of working time until the answer; None: there is none) for each question."""
    told = list(outcomes)
    waits = sorted(wait for _kept, wait in told if wait is not None)
    middle = len(waits) // 2
    median = None
    if waits:
        median = waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) // 2
    return Record(len(told), sum(kept for kept, _wait in told), median)
