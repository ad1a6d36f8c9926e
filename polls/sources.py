"""What a draw can be held among: rooms announce how to find it, and how to know who took part. Never what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from community.core.access import YES, Verdict

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.roles import Viewer


@dataclass(frozen=True, slots=True)
class Target:
    """What people took part in."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Source:
    """`find`: the thing of this id as far as the viewer may know of it. `took_part`: whether this member did. `counting`:
    of these members, those whose answer counts still; None where no answer can be taken back or left out."""

    key: str
    find: Callable[[Viewer, int], Target | None]
    took_part: Callable[[Member, int], bool]
    counting: Callable[[Iterable[int], int], set[int]] | None = None


Bar = Callable[["Member"], Verdict]  # why somebody may not win anything

_sources: dict[str, Source] = {}
_bars: list[Bar] = []


def register(source: Source) -> None:
    """Announce a kind of thing. Its key stands in the database: it stays what it is."""
    if _sources.setdefault(source.key, source) is not source:
        raise ValueError(f"two sources of draws are called {source.key}")


def source_of(key: str) -> Source | None:
    return _sources.get(key)


def bar(why_not: Bar) -> Bar:
    """Announce who may win nothing, for rooms that know more of people: minors, where an age is known."""
    _bars.append(why_not)
    return why_not


def barred(member: Member) -> Verdict:
    """The first reason why this member may win nothing; yes where there is none."""
    return next((verdict for why_not in _bars if not (verdict := why_not(member))), YES)
