"""Rows as lists show them: with their thread and people, without what no list needs."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from community.members.models import all_but_face

M = TypeVar("M", bound=Model)
HEAVY = ("excerpt", "board__rights", "board__form")  # of a thread
POST_HEAVY = ("source", "html", "particulars", "cards")


def light(rows: QuerySet[M], thread: str, *people: str) -> QuerySet[M]:
    """With the thread, its board and these people; without what no list shows."""
    at = f"{thread}__" if thread else ""
    rows = rows.select_related(f"{at}board", *people)
    return rows.defer(*(f"{at}{name}" for name in HEAVY), *all_but_face(*people))
