"""Cars as verified owners name them in their profiles: which are known here, and whether two are the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When

from community.core.near import near
from community.members.models import Member, Role
from polls.splits import car_of

LONGEST = 40  # characters of a car that a poll names
MOST_OFFERED = 60
_MOST_READ = 3000  # ways in which owners name their cars
_YEAR = re.compile(r"\s+((?:19|20)\d\d)\s*年?款?$")
_YEAR_ALONE = re.compile(r"(?:^|[,，、;；·•|/(（])\s*((?:19|20)\d\d)\s*年?款?\s*(?=$|[,，、;；·•|/)）])")
_KEY = "polls.cars"


@dataclass(frozen=True, slots=True)
class Car:
    """A model, and its year where one is named ("Aurora E · 2024", "Aurora E 2024, Leipzig")."""

    model: str
    year: str = ""

    def __str__(self) -> str:
        return f"{self.model} {self.year}" if self.year else self.model

    def is_one_of(self, named: Car) -> bool:
        """Whether this is the named car: of that year, or of any where it names none."""
        return self.model.casefold() == named.model.casefold() and named.year in ("", self.year)


def car_in(words: str) -> Car:
    """The car that somebody named; without a model where there is none."""
    first = car_of(words)
    at_the_end = _YEAR.search(first)
    if at_the_end:
        return Car(first[: at_the_end.start()], at_the_end[1])
    alone = _YEAR_ALONE.search(words)
    return Car(first, alone[1] if alone else "")


def known(words: str) -> str:
    """The car that is meant, as its owners write it; "" where no verified owner names it. One statement."""
    meant = car_in(words)
    if not meant.model:
        return ""
    spelt: Counter[str] = Counter()
    for car, n in _counted(_told_to_members(owners_naming(meant))):
        if car.is_one_of(meant):
            spelt[car.model] += n
    if not spelt:
        return ""
    found = str(Car(spelt.most_common(1)[0][0], meant.year))
    return found if len(found) <= LONGEST else ""


def offered() -> list[str]:
    """Cars that verified owners name, those of most owners first, each also by its years. A statement in ten minutes."""
    return near(_KEY, lambda: _offered(_counted(_told_to_members(_owners()))), 600)


def _offered(cars: Iterable[tuple[Car, int]]) -> list[str]:
    models: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = {}
    years: dict[str, set[str]] = {}
    for car, n in cars:
        key = car.model.casefold()
        models[key] += n
        spelt.setdefault(key, Counter())[car.model] += n
        years.setdefault(key, set()).add(car.year)
    told: list[str] = []
    for key, _n in models.most_common():
        model = spelt[key].most_common(1)[0][0]
        told += [model, *(str(Car(model, year)) for year in sorted(years[key] - {""}, reverse=True))]
    return [one for one in told if len(one) <= LONGEST][:MOST_OFFERED]


def owners_naming(car: Car) -> QuerySet[Any]:
    """Verified owners whose profile has the first word of the car's model: of no others need it be read."""
    return _owners().filter(drives__icontains=car.model.split()[0])


def _owners() -> QuerySet[Any]:
    return Member.objects.filter(role=Role.MEMBER, is_active=True, is_verified_owner=True)


def _told_to_members(owners: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose profile tells members what they drive."""
    hidden = When(visibility__drives="nobody", then=Value(""))
    told: QuerySet[Any] = owners.annotate(told=Case(hidden, default=F("drives"), output_field=CharField()))
    return told.exclude(told="")


def _counted(rows: QuerySet[Any]) -> list[tuple[Car, int]]:
    found = rows.order_by().values_list("told").annotate(n=Count("pk")).order_by("-n", "told")
    cars = [(car_in(words), n) for words, n in found[:_MOST_READ]]
    return [(car, n) for car, n in cars if car.model]
