"""Finds who speaks a scripted line: right language and car, already a member, and true to their own story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from community.interchange.demo import pacing, wording
from community.interchange.demo.people import DEALER, ENGINEER, MODERATORS, Person, by_name, everyone

SETTLED_MONTHS = {"E": 5, "Trek": 5, "Mini": 1}  # who speaks as the owner of a car has had it that long
WINTER_BOARDS = {"winter", "winter-range", "winter-tyres"}
NEEDS_A_WALL = {"charging-home"}
OPEN_TO_ALL = {"off-topic", "introductions", "meet-ups", "delivery-day"}  # where one need not own a car


class Casting:
    """Remembers how often each person has spoken, so that everyone gets a turn."""

    def __init__(self) -> None:
        self.opened: Counter[str] = Counter()
        self.spoke: Counter[str] = Counter()

    def note(self, name: str, *, opened: bool = False) -> None:
        self.spoke[name] += 1
        self.opened[name] += opened

    def asker(self, told: dict[str, str], text: str, tongue: str) -> Person:
        """Who opens a thread with this text."""
        if "who" in told:
            return by_name()[told["who"]]
        cars = [car.strip() for car in told.get("car", told.get("cars", "")).split(",") if car.strip()]
        fitting = [
            person
            for person in _regulars(tongue)
            if person.car
            and person.joined_days > 60
            and (not cars or person.car in cars)
            and not (told["lane"] == "ask" and person.has("expert"))
            and not (told["board"] in WINTER_BOARDS and person.climate != "cold")
            and not (told["board"] in NEEDS_A_WALL and person.has("nohome"))
            and wording.may_say(person, text)
        ]
        if not fitting:
            raise LookupError(f"nobody can open a thread like {told}")
        return fitting[
            pacing.weighted([person.chatty / (1 + 2.0 * self.opened[person.name]) ** 2 for person in fitting])
        ]

    def speaker(
        self,
        role: str,
        *,
        car: str,
        texts: Iterable[str],
        told: dict[str, str],
        tongue: str,
        days_ago: float,
        taken: set[str],
        asker: Person,
        nearby: bool = False,
    ) -> Person | None:
        """Who says these lines in a thread that began so long ago; None when nobody can.

        `nearby`: it is about meeting, so neighbours first.
        """
        staff = {"MOD": MODERATORS[tongue], "ENG": ENGINEER, "DEALER": DEALER}.get(role)
        if staff:
            return by_name()[staff]
        said = "\n".join(texts)
        fitting = [
            person
            for person in _regulars(tongue)
            if person.name not in taken
            and person.joined_days > days_ago + 1
            and (not car or (person.car == car and person.months_at(days_ago) >= SETTLED_MONTHS[car]))
            and (person.months_at(days_ago) >= 1 or told["board"] in OPEN_TO_ALL)
            and not (told["board"] in WINTER_BOARDS and person.climate == "warm")
            and not (told["board"] in NEEDS_A_WALL and person.has("nohome"))
            and wording.may_say(person, said)
        ]
        if nearby:
            fitting = [person for person in fitting if person.region == asker.region >= 0] or fitting
        if not fitting:
            return None
        weights = [
            person.chatty * (2.0 if person.car == asker.car else 1.0) / (4 + self.spoke[person.name])
            for person in fitting
        ]
        return fitting[pacing.weighted(weights)]


def _regulars(tongue: str) -> list[Person]:
    return [
        person for person in everyone() if person.tongue == tongue and person.chatty and not person.is_staff
    ]
