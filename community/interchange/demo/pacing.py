"""When things happen: which day a thread begins, and hours at which people are awake."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.core import chance
from community.interchange.demo.people import Person

HISTORY_DAYS = 425  # how far back the community goes
SEASONS = {"winter": (11, 2), "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}
EARLY_BIRDS = {"大庆油条", "Otto Wieland", "半糖去冰"}
NIGHT_OWLS = {"夜航船", "冰城小鱼"}
# Chances of the local hours 0–23 for somebody to sit down and write.
_HOURS = (1, 0, 0, 0, 0, 0, 2, 5, 7, 7, 6, 6, 8, 7, 5, 5, 5, 6, 7, 9, 11, 11, 8, 4)
_UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0}


def weighted(weights: list[float]) -> int:
    """An index, as likely as its weight. ValueError when nothing weighs anything."""
    mark = chance.jitter() * sum(weights)
    for index, weight in enumerate(weights):
        mark -= weight
        if mark < 0:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)


def spread(low: float, high: float) -> float:
    """A number between, small ones as likely as large ones (even on a logarithmic scale)."""
    return math.exp(math.log(low) + chance.jitter() * (math.log(high) - math.log(low)))


def seconds(after: str) -> float:
    """`+40m`, `+3h`, `+2d` in seconds."""
    found = re.fullmatch(r"\+(\d+)([mhd])", after)
    if found is None:
        raise ValueError(f"not a span of time: {after!r}")
    return int(found[1]) * _UNITS[found[2]]


def opening_day(when: str, *, now: datetime, newest: float, oldest: float) -> int:
    """How many days before `now` a thread begins, by its `when`: any, a season, months `4-9`, `ago 10-20`.

    Between `newest` and `oldest` days ago as far as possible; more likely lately, as the place has grown.
    """
    low, high = math.ceil(newest), max(math.ceil(newest), math.floor(oldest))
    wanted = re.fullmatch(r"ago (\d+)(?:-(\d+))?", when)
    if wanted:
        first, last = int(wanted[1]), int(wanted[2] or wanted[1])
        return max(low, first + chance.below(last - first + 1))
    months = _months(when)
    days = [day for day in range(low, high + 1) if (now - timedelta(days=day)).month in months]
    days = days or list(range(low, high + 1))
    # A season that has just begun does not push the last one out of memory.
    lately = 6.0 if len(months) == 12 else 0.8
    return days[weighted([0.5 + lately * math.exp(-day / 16) for day in days])]


def _months(when: str) -> set[int]:
    if when in {"any", "fresh"}:
        return set(range(1, 13))
    first, last = SEASONS.get(when) or tuple(int(month) for month in when.split("-"))
    return {
        month
        for month in range(1, 13)
        if (first <= month <= last) or (first > last and not last < month < first)
    }


def sit_down(person: Person, day: date, at: str = "") -> datetime:
    """A moment of that day, in the person's own hours; `at` (HH:MM) names it."""
    zone = ZoneInfo(person.zone)
    if at:
        hour, minute = (int(part) for part in at.split(":"))
        return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
    hour = weighted([float(chances) for chances in _HOURS])
    return datetime.combine(day, time(hour, chance.below(60), chance.below(60)), zone).astimezone(UTC)


def is_awake(person: Person, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(person.zone))
    hour = local.hour + local.minute / 60
    if person.name in NIGHT_OWLS:
        return True
    if person.name in EARLY_BIRDS:
        return 3 <= hour < 22.5
    return hour >= 6.6 or hour < 0.4


def when_awake(person: Person, moment: datetime) -> datetime:
    """This moment, or the next morning of somebody who is asleep."""
    if is_awake(person, moment):
        return moment
    zone = ZoneInfo(person.zone)
    local = moment.astimezone(zone)
    wake = 3 if person.name in EARLY_BIRDS else 6
    morning = local.replace(hour=wake, minute=40, second=0)
    if morning <= local:
        morning += timedelta(days=1)
    return (morning + timedelta(minutes=chance.below(110), seconds=chance.below(60))).astimezone(UTC)


def event_day(rule: str, opening: date) -> date:
    """The day something is planned for: so many days later, or the next Saturday (sat) or Sunday (sun)."""
    if rule.isdigit():
        return opening + timedelta(days=int(rule))
    weekday = {"sat": 5, "sun": 6}[rule]
    first = opening + timedelta(days=3)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def after(previous: datetime, span: str, *, opening: date, event: date | None, person: Person) -> datetime:
    """When a reply comes: a span after the post before it, `+event`, or `day+1 09:52` from the opening day."""
    absolute = re.fullmatch(r"day\+(\d+) (\d\d:\d\d)", span)
    if absolute:
        return sit_down(person, opening + timedelta(days=int(absolute[1])), absolute[2])
    if span == "+event":
        if event is None:
            raise ValueError("no event to come after")
        return when_awake(
            person, max(sit_down(person, event + timedelta(days=1)), previous + timedelta(minutes=20))
        )
    length = seconds(span) * (0.88 + 0.3 * chance.jitter())
    return when_awake(person, previous + timedelta(seconds=length))
