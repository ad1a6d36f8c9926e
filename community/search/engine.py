"""Which entries match: answered by the engine this site has, and by the database while that one is away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from community.search import database, elastic
from community.search.analysis import Phrase
from community.search.question import Engine, Found, Question

__all__ = ["Found", "Question", "closest", "each", "matching"]


@cache
def _elastic() -> Engine:
    # Ten megabytes that a site without it never needs.
    from community.search.elastic_engine import ElasticEngine

    return ElasticEngine()


def matching(asked: Question, *, size: int, before: int | None = None) -> list[Found]:
    """At most `size` entries, the newest first. One statement; none for an empty question."""
    if asked.is_empty:
        return []
    if elastic.is_on():
        with suppress(elastic.Away):
            return _elastic().matching(asked, size=size, before=before)
    return database.engine().matching(asked, size=size, before=before)


def each(asked: Sequence[tuple[Question, int]]) -> list[list[Found]]:
    """For each (question, size) what `matching` gives. One statement together; none where all are empty."""
    wanted = [one for one in asked if not one[0].is_empty]
    if not wanted:
        return [[] for _ in asked]
    found = iter(_each(wanted))
    return [[] if question.is_empty else next(found) for question, _size in asked]


def _each(asked: Sequence[tuple[Question, int]]) -> list[list[Found]]:
    if elastic.is_on():
        with suppress(elastic.Away):
            return _elastic().each(asked)
    return database.engine().each(asked)


def closest(asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]:
    """Entries with at least `needed` of the units and every exact one, the fullest and newest first."""
    if elastic.is_on():
        with suppress(elastic.Away):
            return _elastic().closest(asked, units, needed=needed, size=size)
    return database.engine().closest(asked, units, needed=needed, size=size)
