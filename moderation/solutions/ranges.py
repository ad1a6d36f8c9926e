"""Ranges as they are typed, and in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core.access import Invalid
from forum.actions import clean_line
from forum.typed import bare, find_key
from moderation.solutions import policy
from moderation.solutions.policy import Range


def clean(held: Range) -> Range:
    """The range as it is kept. Invalid, on its field, for what cannot be one."""
    for field, year in (("year_from", held.year_from), ("year_to", held.year_to)):
        if year is not None and not policy.FIRST_YEAR <= year <= policy.LAST_YEAR:
            raise Invalid(_("Write the year with four digits, such as 2024."), field=field)
    if held.year_from and held.year_to and held.year_from > held.year_to:
        raise Invalid(_("The first model year comes after the last one."), field="year_to")
    first = _version(held.software_from, "software_from")
    last = _version(held.software_to, "software_to")
    if first and last and policy.parts(first) > policy.parts(last):
        raise Invalid(_("The first version comes after the last one."), field="software_to")
    return Range(_car(held.car), held.year_from, held.year_to, first, last)


def clean_release(car: str, year: int | None, software: str) -> tuple[str, int | None, str]:
    """What somebody names, cleaned. Invalid unless it is a car with a year or with a version."""
    name = _car(car)
    if not find_key(name):
        raise Invalid(_("Say which car."), field="car")
    if year is not None and not policy.FIRST_YEAR <= year <= policy.LAST_YEAR:
        raise Invalid(_("Write the year with four digits, such as 2024."), field="year")
    version = _version(software, "software")
    if (year is None) == (not version):
        raise Invalid(_("Name a model year or a software version, one at a time."), field="year")
    return name, year, version


def narrows(before: Range, after: Range) -> bool:
    """Whether a car that an answer held for is left out now. An empty end is open; versions go by their numbers."""
    return (
        bool(after.car and find_key(after.car) != find_key(before.car))
        or (after.year_from or 0) > (before.year_from or 0)
        or (after.year_to or policy.LAST_YEAR) < (before.year_to or policy.LAST_YEAR)
        or policy.parts(after.software_from) > policy.parts(before.software_from)
        or _ends_sooner(before.software_to, after.software_to)
    )


def _ends_sooner(before: str, after: str) -> bool:
    return bool(after) and (not before or policy.parts(after) < policy.parts(before))


def _car(typed: str) -> str:
    name = clean_line(typed)
    if len(name) > policy.MOST_CAR:
        raise Invalid(
            _("This is %(length)d characters long; at most %(most)d fit.")
            % {"length": len(name), "most": policy.MOST_CAR},
            field="car",
        )
    if name and not find_key(name):
        raise Invalid(_("Say which car."), field="car")
    return name


def _version(typed: str, field: str) -> str:
    text = bare(clean_line(typed)[:100])
    if not text:
        return ""
    version = policy.version_of(text)
    if not version:
        raise Invalid(_("Write the version in numbers, such as 4.2 or 2026.14.3."), field=field)
    return version


def in_words(held: Range) -> str:
    """ "Aurora E, model years 2024 to 2026, software up to 4.2"; "all cars" for no range."""
    told = [part for part in (held.car, _years(held), _software(held)) if part]
    return _(", ").join(told) if told else _("all cars")


def _years(held: Range) -> str:
    first, last = held.year_from, held.year_to
    if first and last:
        if first == last:
            return _("model year %(year)d") % {"year": first}
        return _("model years %(first)d to %(last)d") % {"first": first, "last": last}
    if first:
        return _("from model year %(year)d") % {"year": first}
    return _("up to model year %(year)d") % {"year": last} if last else ""


def _software(held: Range) -> str:
    first, last = held.software_from, held.software_to
    if first and last:
        if first == last:
            return _("software %(version)s") % {"version": first}
        return _("software %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("software from %(version)s") % {"version": first}
    return _("software up to %(version)s") % {"version": last} if last else ""
