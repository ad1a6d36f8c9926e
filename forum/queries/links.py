"""Threads that people tied together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from community.core.prepared import Prepared
from forum.models import LinkKind, Thread, ThreadLink

if TYPE_CHECKING:
    from forum.roles import Viewer

MOST_STEPS = 20  # from tie to tie


def linked_ids(thread_id: int) -> list[tuple[int, str]]:
    """(id, kind) of the threads tied to this one, in either direction, whoever may read them. One statement.

    Where a thread was merged into another, that one stands for it.
    """
    rows: list[Any] = _links.rows(there=thread_id, back=thread_id)
    found = [(row.target_now if row.thread_id == thread_id else row.thread_now, row.kind) for row in rows]
    return [(pk, kind) for pk, kind in dict.fromkeys(found) if pk != thread_id]


def _links_of(*, there: int, back: int) -> QuerySet[ThreadLink]:
    rows = ThreadLink.objects.filter(Q(thread_id=there) | Q(target_id=back)).order_by("pk")
    return rows.annotate(
        target_now=Coalesce("target__merged_into_id", "target_id"),
        thread_now=Coalesce("thread__merged_into_id", "thread_id"),
    )


_links = Prepared(_links_of)


def same_question(viewer: Viewer, thread_id: int) -> set[int]:
    """Threads that ask the same as this one: tied to it, or to one that is, as far as the viewer may read them.

    Two statements a step, mostly one step.
    """
    found, step = {thread_id}, {thread_id}
    for _ in range(MOST_STEPS):
        rows = ThreadLink.objects.filter(Q(thread__in=step) | Q(target__in=step), kind=LinkKind.SAME)
        ends = {pk for pair in rows.values_list("thread", "target") for pk in pair} - found
        if not ends:
            break
        step = set(Thread.objects.visible_to(viewer).filter(pk__in=ends).values_list("pk", flat=True))
        found |= ends
    return found - {thread_id}
