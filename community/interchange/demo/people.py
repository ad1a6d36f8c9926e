"""Who lives in the demo community. The cast is written in people/*.txt, one paragraph a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from community.interchange.demo.script import blocks, header, read

CAR_NAMES = {"E": "Aurora E", "Trek": "Aurora Trek", "Mini": "Aurora Mini"}
STAFF_ROLES = ("admin", "moderator", "editor")
MODERATORS = {"zh": "顾南溪", "en": "Tess Okafor"}
ENGINEER = "陆景行"
DEALER = "辽沈店董师傅"
# Cities and time zones within an evening's or a weekend's drive of one another.
_REGIONS = (
    ("哈尔滨", "大庆", "长春", "沈阳"),
    ("北京", "天津", "石家庄", "太原", "呼和浩特"),
    ("上海", "杭州", "苏州", "南京", "无锡", "合肥", "青岛"),
    ("广州", "深圳", "佛山", "厦门"),
    ("成都", "重庆", "昆明", "拉萨"),
    ("西安", "西宁", "乌鲁木齐"),
    ("武汉", "长沙", "郑州", "洛阳"),
    ("Europe/London", "Europe/Dublin"),
    ("Europe/Copenhagen", "Europe/Oslo", "Europe/Stockholm", "Europe/Helsinki"),
    ("Europe/Amsterdam", "Europe/Brussels", "Europe/Paris"),
    ("Europe/Vienna", "Europe/Zurich", "Europe/Rome", "Europe/Zagreb", "Europe/Sarajevo", "Europe/Budapest"),
)


@dataclass(frozen=True)
class Person:
    """One demo member. Ages count back from the day of seeding."""

    name: str
    tongue: str  # "zh" | "en": the language they write in
    city: str
    zone: str
    car: str  # a key of CAR_NAMES or empty
    car_months: int
    joined_days: int
    role: str
    verified: bool
    key_member: bool
    engineer: bool
    standing: str
    standing_reason: str
    headline: str
    bio: str
    picture: str  # a drawing's name in drawings.py; empty = the generated avatar
    climate: str  # "cold" | "mild" | "warm": who speaks of which winter
    traits: frozenset[str]  # wife husband kids old boss expert nohome: what they may say
    yearly_km: int
    chatty: int  # how often the composer lets them speak, 0 (never) to 6
    account: str  # "owner" | "moderator" | "prospect" | "editor": can be signed in to

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    def has(self, trait: str) -> bool:
        """Whether this is part of their story."""
        return trait in self.traits

    @property
    def region(self) -> int:
        """People of one region may meet; -1 is far from everybody."""
        return next((n for n, places in enumerate(_REGIONS) if {self.city, self.zone} & set(places)), -1)

    def months_at(self, days_ago: float) -> int:
        """How long they had their car that many days before seeding; 0 or less: not yet."""
        return round(self.car_months - days_ago / 30.4) if self.car else 0


@cache
def everyone() -> tuple[Person, ...]:
    """The whole cast, in a stable order."""
    return tuple(
        _person(title, rest, tongue)
        for tongue in ("zh", "en")
        for title, rest in blocks(read("people", tongue))
    )


@cache
def by_name() -> dict[str, Person]:
    """The cast by name."""
    return {person.name: person for person in everyone()}


def _person(name: str, text: str, tongue: str) -> Person:
    first, _, rest = text.partition("\n")
    told = header(first)
    headline, _, bio = rest.partition("\n")
    place, _, zone = told["from"].rpartition(", ")
    car, _, months = told.get("car", "").partition(" ")
    standing, _, standing_reason = told.get("standing", "good").partition(" ")
    marks = told.get("is", "").split()
    return Person(
        name=name,
        tongue=tongue,
        city=place,
        zone=zone,
        car=car,
        car_months=int(months or 0),
        joined_days=int(told["joined"]),
        role=told.get("role", "member"),
        verified="verified" in marks,
        key_member="key" in marks,
        engineer="engineer" in marks,
        standing=standing,
        standing_reason=standing_reason,
        headline=headline.strip(),
        bio=bio.strip(),
        picture=told.get("picture", ""),
        climate=told.get("climate", "mild"),
        traits=frozenset(told.get("traits", "").split()),
        yearly_km=int(told.get("km", 0)),
        chatty=int(told.get("chatty", 3)),
        account=told.get("account", ""),
    )
