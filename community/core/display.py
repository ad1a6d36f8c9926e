"""How things are shown: pure functions behind the template tags. No request, no database, no clock."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote
from zlib import crc32

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

STRIP_DAYS = 14
TONES = 7
_MINUTE = timedelta(minutes=1)


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in the viewer's language and zone: "6 min ago", "yesterday 21:10", "18 Nov"."""
    return ago_said(at, (now - at) // _MINUTE, timezone.localtime(now).date())


def ago_said(at: datetime, minutes: int, today: date) -> str:
    """As `ago`, so many whole minutes later, on this day in the viewer's zone. From a day on, minutes do not matter."""
    local = timezone.localtime(at)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(count)s min ago") % {"count": minutes}
    days = (today - local.date()).days
    if minutes < 24 * 60 and (days == 0 or minutes < 12 * 60):
        return _("%(count)s h ago") % {"count": minutes // 60}
    if days == 1:
        return _("yesterday %(time)s") % {"time": local.strftime("%H:%M")}
    if days < 7:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    return day(local.date(), today)


def when(at: datetime, now: datetime) -> str:
    """The moment itself: "today 13:26", "yesterday 22:40", "18 Nov, 20:14", "18 Nov 2024, 20:14"."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    clock = local.strftime("%H:%M")
    days = (today.date() - local.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": clock}
    if days == 1:
        return _("yesterday %(time)s") % {"time": clock}
    return _("%(day)s, %(time)s") % {"day": day(local.date(), today.date()), "time": clock}


def span(length: timedelta) -> str:
    """A stretch of time in its largest unit: "50 minutes", "1 hour", "4 hours", "3 days"."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 90 and minutes != 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 36:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def day(value: date, today: date) -> str:
    """A date without the time: "18 Nov", with the year when it is another one."""
    return _day(value, value.year == today.year, get_language())


@lru_cache(maxsize=4096)
def _day(value: date, is_this_year: bool, _language: str | None) -> str:
    # Translators: date formats in Django's letters.
    return date_format(value, _("j M") if is_this_year else _("j M Y"))


_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")


def language_of(text: str) -> str:
    """The language a text is set in, by its Chinese characters against its Latin words: zh, en, or empty."""
    sample = text[:2000]
    han, latin = len(_HAN.findall(sample)), len(_LATIN.findall(sample))
    if not han and not latin:
        return ""
    return "zh" if han * 2 >= latin else "en"


@lru_cache(maxsize=4096)
def lang_attribute(text: str) -> SafeString:
    """` lang="zh"` for the element around a member's own short words: their commas and quotes follow it."""
    language = language_of(text)
    return mark_safe(f' lang="{language}"') if language else SafeString()  # noqa: S308  one of two fixed words


def number(value: float) -> str:
    """Digits in groups of three."""
    return f"{int(value):,}"


def compact(value: float, language: str) -> str:
    """A count that fits a narrow place: 1,204, 12.3k, 3.4M; in Chinese 1,204, 1.2 万, 3.4 亿."""
    count = int(value)
    if abs(count) < 10_000:
        return number(count)
    english, chinese = ((1_000_000, "M"), (1_000, "k")), ((100_000_000, " 亿"), (10_000, " 万"))
    steps = chinese if language.startswith("zh") else english
    for step, unit in steps:
        if abs(count) >= step:
            scaled = math.trunc(count / step * 10) / 10
            whole = scaled >= 100 or scaled == int(scaled)
            return f"{int(scaled)}{unit}" if whole else f"{scaled:.1f}{unit}"
    return number(count)


_PLACES = {"boards", "threads", "posts", "members", "magazine", "search", "tags", "import", "q"}


def search_guess(path: str) -> str:
    """Words worth searching for in an address that leads nowhere: its longest readable part."""
    parts = [" ".join(re.split(r"[-_+.]+", part)).strip() for part in unquote(path).split("/")]
    readable = [part for part in parts if part.lower() not in _PLACES and re.search(r"[^\W\d_]{2}", part)]
    return max(readable, key=len, default="")[:80]


def page_steps(page: int, pages: int) -> list[int | None]:
    """The numbers a pager shows: both ends and the neighbours of the current page; None is a gap."""
    wanted = sorted(
        {1, 2, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)} & set(range(1, pages + 1))
    )
    if page <= 3:
        wanted = sorted({*wanted, *range(1, min(pages, 4) + 1)})
    steps: list[int | None] = []
    for number in wanted:
        previous = steps[-1] if steps else None
        if previous is not None and number - previous == 2:
            steps.append(number - 1)
        elif previous is not None and number - previous > 2:
            steps.append(None)
        steps.append(number)
    return steps


def initials(name: str) -> str:
    """What stands on a generated stone: the first sign of a Chinese name, two letters of any other."""
    name = name.strip()
    if not name:
        return "?"
    if unicodedata.east_asian_width(name[0]) in "WF":
        return name[0]
    words = [word for word in name.replace("_", " ").replace("-", " ").split() if word]
    letters = words[0][:1] + words[1][:1] if len(words) > 1 else "".join(words)[:2] or name[:1]
    return letters.upper()


def tone(name: str) -> int:
    """Which of the seven stone colours a name gets: the same one everywhere, for ever."""
    return crc32(name.encode()) % TONES


def strip_days(days: Mapping[str, int] | Sequence[int], today: date) -> list[int]:
    """Posts on each of the last fourteen days, oldest first: from the stored day map, or a list as it is."""
    if isinstance(days, Mapping):
        first = today - timedelta(days=STRIP_DAYS - 1)
        return [int(days.get((first + timedelta(days=n)).isoformat(), 0)) for n in range(STRIP_DAYS)]
    padded = [0] * STRIP_DAYS + [int(n) for n in days]
    return padded[-STRIP_DAYS:]


def strip_index(at: datetime | None, today: date) -> int | None:
    """The column of a moment on the strip, or None when it lies outside."""
    if at is None:
        return None
    column = STRIP_DAYS - 1 - (today - at.date()).days
    return column if 0 <= column < STRIP_DAYS else None


def strip_svg(
    days: Sequence[int], *, opened: int | None = None, accepted: int | None = None, title: str = ""
) -> SafeString:
    """A thread's last fourteen days as a road: a tick a day with posts, dashes where it was quiet.

    The tick grows with the square root of the day's posts on one scale for all rows, so that a lively
    thread looks lively beside a calm one.
    """
    start = opened or 0
    road, quiet = _stretches(days, start, busy=True), _stretches(days, start, busy=False)
    ticks = "".join(
        f"M{column * 10 + 5} 16V{16 - min(15.0, 3.2 * math.sqrt(count)):g}"
        for column, count in enumerate(days)
        if count and column >= start
    )
    parts = [
        f'<path class="s-quiet" d="{quiet}"/>' if quiet else "",
        f'<path class="s-road" d="{road}"/>' if road else "",
        f'<path class="s-tick" d="{ticks}"/>' if ticks else "",
        f'<circle class="s-start" cx="{opened * 10}" cy="16" r="2.4"/>' if opened is not None else "",
        f'<circle class="s-ans" cx="{accepted * 10 + 5}" cy="16" r="3.2"/>' if accepted is not None else "",
    ]
    named = f'role="img"><title>{escape(title)}</title>' if title else 'aria-hidden="true">'
    return mark_safe(f'<svg class="strip" viewBox="0 0 140 22" {named}{"".join(parts)}</svg>')  # noqa: S308


def _stretches(days: Sequence[int], start: int, *, busy: bool) -> str:
    """Neighbouring days of one kind as a single line each."""
    path: list[str] = []
    column = start
    while column < len(days):
        if bool(days[column]) is not busy:
            column += 1
            continue
        first = column
        while column < len(days) and bool(days[column]) is busy:
            column += 1
        path.append(f"M{first * 10} 16H{column * 10}")
    return "".join(path)


def strip_title(days: Sequence[int], *, opened: int | None, accepted: int | None) -> str:
    """The strip in words, for those who cannot see it. The opening post is not a reply."""
    replies = max(0, sum(days) - (opened is not None))
    said = ngettext(
        "%(count)s reply in the last 14 days.", "%(count)s replies in the last 14 days.", replies
    ) % {"count": replies}
    answered = _("An answer was accepted.")
    return f"{said} {answered}" if accepted is not None else said
