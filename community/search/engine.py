"""Which entries match: answered by the engine this site has, and by the database while that one is away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from community.search import database, elastic
from community.search.analysis import Phrase
from community.search.question import Engine, Found, Question

__all__ = ["Found", "Question", "closest", "matching"]

_elastic: Engine = elastic.ElasticEngine()


def matching(asked: Question, *, size: int, before: int | None = None) -> list[Found]:
    """At most `size` entries, the newest first. One statement; none for an empty question."""
    if asked.is_empty:
        return []
    if elastic.is_on():
        with suppress(elastic.Away):
            return _elastic.matching(asked, size=size, before=before)
    return database.engine().matching(asked, size=size, before=before)


def closest(asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]:
    """Entries with at least `needed` of the units and every exact one, the fullest and newest first."""
    if elastic.is_on():
        with suppress(elastic.Away):
            return _elastic.closest(asked, units, needed=needed, size=size)
    return database.engine().closest(asked, units, needed=needed, size=size)
