"""Pure rules of a hosted run: its code, its clock, what an answer is worth, who is in front."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from community.core import chance

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
LENGTH = 6
SECONDS = 20  # for a question of a quiz that sets no limit
GRACE = timedelta(seconds=2)  # what a slow network is given beyond what the pages say
AWAY = timedelta(
    seconds=90
)  # without a sign of the host (a page behind others gives one a minute): the run waits
ABANDONED = timedelta(hours=3)  # the same: it ends, and keeps its results
MOST_PLAYERS = 2_000
TOP = 10
FULL, LEAST = 1000, 500  # points for a right answer: at once, and with the last second


@dataclass(frozen=True, slots=True)
class Choice:
    """An option at its place, for everybody the same."""

    text: str
    note: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question as this run asks it. `picture`: the number of an upload, 0 for none."""

    text: str
    choices: tuple[Choice, ...]
    takes_several: bool = False
    why_title: str = ""
    why: str = ""
    source: str = ""
    picture: int = 0
    alt: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Sheet:
        return cls(**{**kept, "choices": tuple(Choice(**one) for one in kept["choices"])})

    def kept(self) -> dict[str, Any]:
        """As it is written down."""
        return asdict(self)

    @property
    def key(self) -> list[int]:
        """The places of the right choices."""
        return [place for place, choice in enumerate(self.choices) if choice.is_right]


def new_code() -> str:
    return "".join(chance.pick(ALPHABET) for _ in range(LENGTH))


def code_of(raw: str) -> str:
    """The code that was typed, whatever case and gaps; "" for what is none."""
    typed = "".join(raw[: LENGTH * 4].upper().replace("-", " ").split())
    return typed if len(typed) == LENGTH and set(typed) <= set(ALPHABET) else ""


def picked_of(places: Iterable[int]) -> str:
    """Picks as an answer keeps them."""
    return ",".join(map(str, sorted(places)))


def elapsed(shown_at: datetime, at: datetime, seconds: int) -> int:
    """Milliseconds that an answer took; what came within the grace took all the time there was."""
    return min(max(0, (at - shown_at) // timedelta(milliseconds=1)), 1000 * seconds)


def points(took: int, seconds: int) -> int:
    """What a right answer is worth: 1000 at once, 500 with the last second, in between in proportion."""
    whole = 1000 * seconds
    return FULL - (FULL - LEAST) * min(took, whole) // whole


def place_of(mine: int, scores: Sequence[int]) -> int | None:
    """Which place so many points are among these scores; who is level shares it. None while nobody has points: all
    would be first."""
    if not any(scores):
        return None
    return 1 + sum(1 for score in scores if score > mine)


def is_time_up(ends_at: datetime | None, now: datetime) -> bool:
    """Whether an open question closes by the clock."""
    return ends_at is not None and now >= ends_at + GRACE


def is_away(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at >= AWAY


def is_abandoned(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at >= ABANDONED
