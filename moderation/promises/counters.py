"""Recounts: every clock read anew from the forum's rows, every record counted anew from the clocks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Min, Q

from community.core.counters import register
from forum.actions import hold_thread
from forum.models import Thread
from moderation.promises.actions.clocks import refresh_record, settle
from moderation.promises.models import Clock, Promise, Terms


def rebuild_clocks() -> int:
    """Read every question's clock anew, one short transaction each; how many showed something else."""
    since = Terms.objects.aggregate(first=Min("from_at"))["first"]
    if since is None:
        return 0
    known = Clock.objects.values("thread_id")
    moved = Q(log__kind__in=["moved", "split_from"], log__at__gte=since)
    threads = Thread.objects.filter(Q(pk__in=known) | Q(opened_at__gte=since, imported_from="") | moved)
    wrong = 0
    for pk in threads.order_by("pk").values_list("pk", flat=True).distinct().iterator():
        with transaction.atomic():
            hold_thread(pk)
            wrong += settle(pk)
    return wrong


def refresh_records() -> int:
    """Count every board's record anew; how many said something else."""
    wrong = 0
    for board_id in Promise.objects.order_by("board_id").values_list("board_id", flat=True):
        with transaction.atomic():
            wrong += refresh_record(board_id)
    return wrong


register("promises.clocks", rebuild_clocks)
register("promises.records", refresh_records)
