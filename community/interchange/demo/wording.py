"""Fills the blanks in scripted sentences: choices, numbers, and what the speaker and the moment bring along."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from community.core import chance
from community.interchange.demo.people import CAR_NAMES, Person

_BLANK = re.compile(r"\{([^{}\n]+)\}")
_NUMBERS = re.compile(r"(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Days before seeding on which a version came out, newest first; before them all, OLDEST.
VERSIONS = ((33, "4.2.2"), (61, "4.2.1"), (62, "4.2"), (215, "4.1"))
OLDEST = "4.0"

# Words somebody may only say when it is true of them.
_CLAIMS = {
    "wife": re.compile(r"老婆|媳妇|爱人|\b[Mm]y wife\b"),
    "husband": re.compile(r"老公|\b[Mm]y husband\b"),
    "kids": re.compile(r"我家娃|我儿子|我女儿|送儿子|接送孩子|\b[Mm]y (?:son|daughter|children|teenager)\b"),
}
_EMPLOYED = re.compile(r"加班|上班|同事|单位|公司|外派|\b(?:office|colleagues?)\b")
_WITH_PARENTS = re.compile(r"我爸|我妈|爸妈|岳父|\b[Mm]y (?:father|mother)\b")


@dataclass(frozen=True)
class Scene:
    """What one sentence may refer to: who speaks, who asked, when."""

    speaker: Person
    asker: Person
    tongue: str
    day: date  # of the opening post
    days_ago: float
    event: date | None = None


def may_say(person: Person, text: str) -> bool:
    """Whether this text contradicts nothing we know about the person."""
    if any(said.search(text) and not person.has(trait) for trait, said in _CLAIMS.items()):
        return False
    if (person.has("old") or person.has("boss")) and _EMPLOYED.search(text):
        return False
    if person.has("old") and _WITH_PARENTS.search(text):
        return False
    return bool(person.car or "{car}" not in text) and bool(person.city or "{city}" not in text)


def software(days_ago: float) -> str:
    """The version most cars ran that many days before seeding."""
    return next((name for age, name in VERSIONS if days_ago <= age), OLDEST)


def day_name(day: date, tongue: str) -> str:
    """A day as somebody would announce it: with its weekday, without the year."""
    weekday = _WEEKDAYS[tongue][day.weekday()]
    if tongue == "zh":
        return f"{day.month} 月 {day.day} 日（{weekday}）"
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]}"


def fill(text: str, scene: Scene) -> str:
    """The text with every blank filled. ValueError for a blank nobody knows."""
    done: list[str] = []
    at = 0
    for found in _BLANK.finditer(text):
        done.append(text[at : found.start()])
        value = _value(found[1], scene)
        if value[:1].isascii() and done[-1] and _HAN.match(done[-1][-1]):
            value = f" {value}"
        if value[-1:].isascii() and _HAN.match(text[found.end() : found.end() + 1]):
            value = f"{value} "
        done.append(value)
        at = found.end()
    done.append(text[at:])
    return "".join(done)


def kilometres(person: Person, days_ago: float) -> int:
    """What their odometer said that day. The same person always drives at the same yearly rate."""
    yearly = person.yearly_km or 12_000
    loose_end = sum(ord(letter) for letter in person.name) * 37 % 400
    return round(yearly * max(0.0, person.car_months / 12 - days_ago / 365)) + loose_end


def _value(blank: str, scene: Scene) -> str:
    numbers = _NUMBERS.fullmatch(blank)
    if numbers:
        return _number(numbers[1], numbers[2])
    if "|" in blank:
        return chance.pick(blank.split("|"))
    known = _KNOWN.get(blank)
    if known and (blank != "event" or scene.event):
        return known(scene)
    if re.fullmatch(r"d\+\d+", blank):
        return day_name(scene.day + timedelta(days=int(blank[2:])), scene.tongue)
    raise ValueError(f"nobody knows how to fill {{{blank}}}")


def _driven(scene: Scene) -> str:
    driven = f"{kilometres(scene.speaker, scene.days_ago):,}"
    return driven.replace(",", "" if scene.tongue == "zh" else "\u00a0")


_KNOWN: dict[str, Callable[[Scene], str]] = {
    "city": lambda scene: scene.speaker.city,
    "car": lambda scene: CAR_NAMES[scene.speaker.car],
    "months": lambda scene: str(max(1, scene.speaker.months_at(scene.days_ago))),
    "km": _driven,
    "op": lambda scene: scene.asker.name,
    "ota": lambda scene: software(scene.days_ago),
    "event": lambda scene: day_name(scene.event, scene.tongue) if scene.event else "",
}


def _number(low: str, high: str) -> str:
    decimals = len(low.partition(".")[2])
    scale = 10**decimals
    first, last = round(float(low) * scale), round(float(high) * scale)
    return f"{(first + chance.below(last - first + 1)) / scale:.{decimals}f}"
