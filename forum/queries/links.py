"""Threads that people tied together."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Coalesce

from forum.models import ThreadLink


def linked_ids(thread_id: int) -> list[tuple[int, str]]:
    """(id, kind) of the threads tied to this one, in either direction, whoever may read them. One statement.

    Where a thread was merged into another, that one stands for it.
    """
    there = ThreadLink.objects.filter(thread_id=thread_id)
    back = ThreadLink.objects.filter(target_id=thread_id)
    rows = there.values_list(Coalesce("target__merged_into_id", "target_id"), F("kind")).union(
        back.values_list(Coalesce("thread__merged_into_id", "thread_id"), F("kind"))
    )
    return [(pk, kind) for pk, kind in rows if pk != thread_id]
