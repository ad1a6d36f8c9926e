"""Recounts of what is stored about known answers."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Q

from community.core.counters import register
from forum.models import Thread
from moderation.solutions.models import Link, Solution


def rebuild_solved() -> int:
    """How many people each answer helped. Returns how many rows were wrong."""
    wrong = 0
    with transaction.atomic():
        rows = Solution.objects.annotate(real=Count("solved")).values_list("pk", "solved_count", "real")
        for pk, stored, real in rows.iterator():
            if stored != real:
                Solution.objects.filter(pk=pk).update(solved_count=real)
                wrong += 1
    return wrong


def rebuild_marks() -> int:
    """Which threads have a known answer to fetch. Returns how many were marked wrong."""
    real = set(Link.objects.filter(ended_at=None).values_list("thread_id", flat=True))
    real |= set(Solution.objects.values_list("thread_id", flat=True))
    stored = Thread.objects.filter(Q(has_known=True) | Q(pk__in=real)).values_list("pk", "has_known")
    wrong = [(pk, pk in real) for pk, marked in stored.iterator() if marked != (pk in real)]
    for pk, marked in wrong:
        Thread.objects.filter(pk=pk).update(has_known=marked)
    return len(wrong)


register("solutions.solved", rebuild_solved)
register("solutions.marks", rebuild_marks)
