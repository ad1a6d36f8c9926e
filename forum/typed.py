"""Numbers, days and words as people type them into a form, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.text import slugify

_LONGEST = 40  # characters of anything that may be a number or a day
_GAPS = re.compile(r"[\s'’_]+")
_WHOLE = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:[.,][0-9]{3}){1,4})")
_POINTED = re.compile(r"([+-]?[0-9]{1,3}(?:,[0-9]{3}){1,4}|[+-]?[0-9]{1,15})(?:\.([0-9]{1,6}))?")
_COMMA = re.compile(r"([+-]?[0-9]{1,15}),([0-9]{1,6})")
_WAN = re.compile(r"([+-]?[0-9]{1,6})(?:[.,]([0-9]{1,4}))?万")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
THIN = "\u202f"  # between groups of digits


def bare(raw: str) -> str:
    """Full-width letters and digits as plain ones."""
    return unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()


def number_of(raw: str, *, units: Iterable[str] = (), places: int = 0) -> Decimal | None:
    """A number with at most so many digits after the point, or None.

    Groups of three digits may be set apart, a unit may follow, and 2.4 万 is 24 000. `12,5` is a broken number where
    those are wanted, `12,500` a whole one.
    """
    if len(raw) > _LONGEST:
        return None
    text = _GAPS.sub("", bare(raw))
    for unit in sorted(filter(None, units), key=len, reverse=True):
        ending = _GAPS.sub("", bare(unit))
        if ending and text.casefold().endswith(ending.casefold()):
            text = text[: -len(ending)]
            break
    found = _parsed(text, is_whole=not places)
    if found is None or found != round(found, places):
        return None
    return found


def _parsed(text: str, *, is_whole: bool) -> Decimal | None:
    if ten_thousands := _WAN.fullmatch(text):
        return Decimal(f"{ten_thousands[1]}.{ten_thousands[2] or 0}") * 10_000
    if is_whole:
        return Decimal(re.sub("[.,]", "", text)) if _WHOLE.fullmatch(text) else None
    if broken := _POINTED.fullmatch(text):
        return Decimal(f"{broken[1].replace(',', '')}.{broken[2] or 0}")
    if broken := _COMMA.fullmatch(text):
        return Decimal(f"{broken[1]}.{broken[2]}")
    return None


def number_text(amount: int, scale: int, *, is_day: bool = False) -> str:
    """An amount in steps of 1/scale as digits; a day as in 2026-03-31."""
    if is_day:
        return date.fromordinal(amount).isoformat()
    number = Decimal(amount) / scale
    return f"{number.normalize():f}"


def grouped(digits: str) -> str:
    """Groups of three before the point, where there are more than four."""
    sign, whole, rest = re.fullmatch(r"(-?)([0-9]+)(.*)", digits).groups()  # type: ignore[union-attr]
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", THIN)
    return f"{'−' if sign else ''}{whole}{rest}"


def day_of(raw: str) -> int | None:
    """The ordinal of a day, or None."""
    found = _DAY.fullmatch(_GAPS.sub("", bare(raw))) if len(raw) <= _LONGEST else None
    if not found:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day.toordinal() if FIRST_DAY <= day <= LAST_DAY else None


def day_in_words(ordinal: int) -> tuple[str, str]:
    """English, Chinese."""
    day = date.fromordinal(ordinal)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day.year} 年 {day.month} 月 {day.day} 日"


def find_key(text: str) -> str:
    """What a word is found by: its letters and digits, whatever their case and width."""
    return slugify(unicodedata.normalize("NFKC", text).casefold(), allow_unicode=True)[:60]
