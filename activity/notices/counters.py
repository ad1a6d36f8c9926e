"""The count on the badge: how it is counted, and counted again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet

from activity.notices.models import UNREAD, Notification
from community.core.counters import register
from community.members import counts
from community.members.models import Member

BATCH = 1000


def unread_of_outer() -> QuerySet[Any]:
    """For a subquery on members: how many unread notices the outer member has."""
    mine = Notification.objects.filter(UNREAD, recipient_id=OuterRef("pk")).order_by()
    return mine.values("recipient_id").annotate(n=Count("pk")).values("n")


def settle(member_ids: list[int]) -> None:
    """Count these members' unread notices. Callers hold their rows. One statement."""
    counts.settle_notices(member_ids, unread_of_outer())


def rebuild() -> int:
    """Unread notices of every member. Returns how many rows were wrong."""
    wrong, after = 0, 0
    while True:
        with transaction.atomic():
            pks = list(
                Member.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
            )
            if not pks:
                return wrong
            held = counts.hold(pks)
            real = dict(
                Notification.objects.filter(UNREAD, recipient_id__in=pks)
                .order_by()
                .values_list("recipient_id")
                .annotate(n=Count("pk"))
            )
            amiss = [member.pk for member in held if member.notice_count != real.get(member.pk, 0)]
            if amiss:
                settle(amiss)
            wrong += len(amiss)
            after = pks[-1]


register("notices.unread", rebuild)
