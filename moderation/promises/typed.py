"""Hours and holidays as people type them, and back into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core.access import Invalid
from moderation.promises.policy import DAY, Hours, Shift

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_APART = re.compile(r"\s*[,，、;；]\s*")
_STRETCH = re.compile(r"(\d{1,2})[:：.](\d{2})\s*(?:-|–|—|~|～|至|to)\s*(\d{1,2})[:：.](\d{2})")
_HOLIDAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:\s+(.{1,60}))?")


def read_day(weekday: int, text: str) -> list[Shift]:
    """ "09:00–12:30, 22:00–06:00" of one weekday. Raises Invalid for what is no time of day."""
    shifts: list[Shift] = []
    for part in filter(None, _APART.split(text.strip())):
        found = _STRETCH.fullmatch(part)
        minutes = [int(one) for one in found.groups()] if found else []
        if not found or minutes[1] > 59 or minutes[3] > 59:
            raise Invalid(
                _("“%(typed)s” is no stretch of a day. Write it like 09:00–17:30.") % {"typed": part[:40]},
                field=DAYS[weekday],
            )
        start, end = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
        if start >= DAY or end > DAY or start == end:
            raise Invalid(
                _("“%(typed)s” is no stretch of a day. Write it like 09:00–17:30.") % {"typed": part[:40]},
                field=DAYS[weekday],
            )
        shifts.append((weekday, start, end))
    return shifts


def read_holidays(text: str) -> list[tuple[date, str]]:
    """One a line, "2026-12-25 Christmas". Raises Invalid for a day that no calendar has."""
    found: dict[date, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        match = _HOLIDAY.fullmatch(line)
        try:
            day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            raise Invalid(
                _("“%(typed)s” is no day. Write one a line, like 2026-12-25 and its name.")
                % {"typed": line[:40]},
                field="holidays",
            )
        found[day] = match[4] or ""
    return sorted(found.items())


def day_typed(shifts: Iterable[Sequence[int]], weekday: int) -> str:
    """As `read_day` takes it."""
    return ", ".join(f"{clock(start)}–{clock(end)}" for day, start, end in shifts if day == weekday)


def holidays_typed(holidays: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"{day} {name}".strip() for day, name in holidays)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def weekday_name(weekday: int, *, short: bool = False) -> str:
    return str((WEEKDAYS_ABBR if short else WEEKDAYS)[weekday])


def shift_words(shift: Shift) -> str:
    """ "Monday 09:00–17:00"."""
    weekday, start, end = shift
    return _("%(day)s %(from)s–%(to)s") % {
        "day": weekday_name(weekday),
        "from": clock(start),
        "to": clock(end),
    }


def week_words(hours: Hours) -> list[tuple[str, str]]:
    """(day, its hours) for each day of the week on which somebody works."""
    return [
        (weekday_name(weekday), _(", ").join(f"{clock(start)}–{clock(end)}" for start, end in day))
        for weekday, day in enumerate(hours.week)
        if day
    ]


def span_words(minutes: int) -> str:
    """ "24 min", "2 h", "1 h 30 min": so much working time."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def wait_words(seconds: int) -> str:
    """A wait, in whole minutes begun."""
    return span_words(-(-seconds // 60))


def waited_words(seconds: int) -> str:
    """How long somebody waited: no working time passed where the answer came before it began."""
    if not seconds:
        return _("answered before working hours began")
    return _("answered after %(wait)s of working time") % {"wait": wait_words(seconds)}


def record_words(asked: int, percent: int, median: int | None) -> str:
    """What a record says; the caller has looked that there are enough questions to say anything."""
    if median is None:
        return _("Last 30 days: %(percent)d %% in time.") % {"percent": percent}
    if not median:
        told = _("Last 30 days: %(percent)d %% in time, half answered before working hours began.")
        return told % {"percent": percent}
    return _("Last 30 days: %(percent)d %% in time, median %(median)s.") % {
        "percent": percent,
        "median": wait_words(median),
    }


def few_words(asked: int) -> str:
    """That there is too little to tell, and how little."""
    if not asked:
        return _("No question was due in the last 30 days, so there is no record yet.")
    return ngettext(
        "Only %(n)d question was due in the last 30 days: too few to say how it goes.",
        "Only %(n)d questions were due in the last 30 days: too few to say how it goes.",
        asked,
    ) % {"n": asked}


def day_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
