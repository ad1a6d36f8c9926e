"""What the demo's boards ask, and what its people answered: as far as it follows from who they are and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.interchange.demo.people import CAR_NAMES, Person, by_name
from community.interchange.demo.plan import PlannedThread
from community.interchange.demo.script import header
from community.interchange.demo.wording import kilometres
from forum import actions
from forum.models import BoardField

NO_CAR = "none"
WARRANTY_MONTHS = 36
_COLD = re.compile(r"(?:−|-|minus |零下 ?)(\d{1,2}) ?(?:℃|°C|度|degrees)")
# Whoever tells of kilometres, months and years in their own words is not contradicted by a form.
_OWN_FIGURES = re.compile(r"公里|\bkm\b|\bmonths?\b|个月|年多|\byears?\b", re.IGNORECASE)
# What was paid for, by words that name it.
_WORK = {
    "tyres": re.compile(r"轮胎|胎|tyre", re.IGNORECASE),
    "glass": re.compile(r"玻璃|前挡|windscreen|glass", re.IGNORECASE),
    "body": re.compile(r"喷漆|补漆|保险杠|bumper|paint|\bdent", re.IGNORECASE),
    "inspection": re.compile(r"保养|inspection|service plan", re.IGNORECASE),
    "insurance": re.compile(r"续保|insurance", re.IGNORECASE),
    "battery": re.compile(r"12 ?V|小电瓶", re.IGNORECASE),
}


@dataclass(frozen=True)
class PlannedField:
    """A field as boards.txt has it. `choices`: (key, English, Chinese)."""

    name: str
    kind: str
    en: str
    zh: str
    told: Mapping[str, str]

    @property
    def choices(self) -> list[tuple[str, str, str, bool]]:
        found = []
        for part in filter(None, self.told.get("choices", "").split("; ")):
            key, _, names = part.partition("=")
            en, _, zh = names.partition("/")
            found.append((key.strip(), en.strip(), zh.strip(), True))
        return found


def planned_field(line: str) -> PlannedField:
    name, _, rest = line.partition(" | ")
    told = header(rest)
    return PlannedField(name, told["kind"], told["en"], told["zh"], told)


def make_field(board_id: int, field: PlannedField) -> None:
    told = field.told
    actions.add_field(
        actor=None,
        board_id=board_id,
        kind=field.kind,
        label_en=field.en,
        label_zh=field.zh,
        help_en=told.get("help en", ""),
        help_zh=told.get("help zh", ""),
        unit_en=told.get("unit", ""),
        unit_zh=told.get("unit zh", ""),
        least=int(told["least"]) if "least" in told else None,
        most=int(told["most"]) if "most" in told else None,
        lanes=[lane.strip() for lane in told.get("lanes", "").split(",") if lane.strip()],
        choices=field.choices,
        is_required="needed" in told,
        is_filter=True,
    )


def fields_of(board_ids: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Board's slug → label in English → id of each field."""
    slugs = {pk: slug for slug, pk in board_ids.items()}
    found: dict[str, dict[str, int]] = {}
    for pk, label, board_id in BoardField.objects.values_list("pk", "label_en", "board_id"):
        if board_id in slugs:
            found.setdefault(slugs[board_id], {})[label] = pk
    return found


def answers(thread: PlannedThread, asked: Mapping[str, int], *, now: datetime) -> dict[int, list[str]]:
    """What the opening post answers: field's id → as it would be typed."""
    author, opening = by_name()[thread.posts[0].author], thread.posts[0]
    days_ago = (now - opening.at).total_seconds() / 86400
    scene = _Scene(thread, author, now, days_ago, f"{thread.title}\n{opening.body}")
    told = {pk: _KNOWN[label](scene) for label, pk in asked.items()}
    return {pk: said for pk, said in told.items() if said}


@dataclass(frozen=True)
class _Scene:
    thread: PlannedThread
    author: Person
    now: datetime
    days_ago: float
    words: str

    @property
    def subject(self) -> str:
        return " ".join([self.thread.title, *self.thread.tags])

    @property
    def months(self) -> int:
        return self.author.months_at(self.days_ago)


def _car(scene: _Scene) -> list[str]:
    return [CAR_NAMES[scene.author.car].lower().replace(" ", "-")] if scene.months > 0 else [NO_CAR]


def _year(scene: _Scene) -> list[str]:
    bought = scene.now - timedelta(days=30.4 * scene.author.car_months)
    return [str(bought.year)] if scene.months > 0 and not _OWN_FIGURES.search(scene.words) else []


def _mileage(scene: _Scene) -> list[str]:
    if scene.months <= 0 or _OWN_FIGURES.search(scene.words):
        return []
    return [str(kilometres(scene.author, scene.days_ago))]


def _warranty(scene: _Scene) -> list[str]:
    return ["yes" if scene.months < WARRANTY_MONTHS else "no"] if scene.months > 0 else []


def _cold(scene: _Scene) -> list[str]:
    found = set(_COLD.findall(scene.words))
    return [f"-{found.pop()}"] if len(found) == 1 else []


_KNOWN: dict[str, Callable[[_Scene], list[str]]] = {
    "Car": _car,
    "Model year": _year,
    "Mileage": _mileage,
    "Under warranty": _warranty,
    "Fault codes": lambda scene: [scene.thread.fault_codes] if scene.thread.fault_codes else [],
    "City": lambda scene: [scene.author.city] if scene.author.city else [],
    "Outside temperature": _cold,
    "What was paid for": lambda scene: [work for work, said in _WORK.items() if said.search(scene.subject)],
}
