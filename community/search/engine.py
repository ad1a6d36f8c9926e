"""Which entries match: answered by the engine this site has."""

from __future__ import annotations

from collections.abc import Sequence

from community.search import database
from community.search.analysis import Phrase
from community.search.question import Engine, Found, Question

__all__ = ["Found", "Question", "closest", "matching"]


def matching(asked: Question, *, size: int, before: int | None = None) -> list[Found]:
    """At most `size` entries, the newest first. One statement; none for an empty question."""
    return [] if asked.is_empty else _engine().matching(asked, size=size, before=before)


def closest(asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]:
    """Entries with at least `needed` of the units and every exact one, the fullest and newest first."""
    return _engine().closest(asked, units, needed=needed, size=size)


def _engine() -> Engine:
    return database.engine()
