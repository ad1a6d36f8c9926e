"""Digests: once a day or a week at the member's hour, never empty, never twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Min, QuerySet

from activity.notices import budget, sending, telling
from activity.notices.kinds import BY_THE_WAY, Channel
from activity.notices.models import Delivery, NoticeSettings, Notification
from community.core import clock
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from forum.models import Lane

BATCH = 500


def due() -> Iterator[tuple[int, str]]:
    """Members whose digest is due now, with its period. Four statements for each 500 members for whom something waits.

    Due is what waited already when its hour came.
    """
    after, now = 0, clock.now()
    while True:
        waiting = Notification.objects.filter(waits=True, recipient_id__gt=after).values("recipient_id")
        rows = waiting.annotate(since=Min("at")).order_by("recipient_id")[:BATCH]
        since = {row["recipient_id"]: row["since"] for row in rows}
        if not since:
            return
        pks = list(since)
        own = {row.member_id: row for row in NoticeSettings.objects.filter(member__in=pks)}
        periods = {}
        for member in Member.objects.get_queryset().filter(pk__in=pks):
            settings = own.get(member.pk) or NoticeSettings(member=member)
            rules = settings.rules(member.time_zone)
            period = budget.digest_period(now, rules, settings.rhythm)
            is_due = period and since[member.pk] <= budget.digest_moment(now, rules, settings.rhythm)
            if period == settings.digested:
                continue
            if is_due and member.email and sending.may_be_reached(member):
                periods[key_of(member.pk, period)] = (member.pk, period)
        made = set(Delivery.objects.filter(key__in=periods).values_list("key", flat=True))
        yield from (found for key, found in periods.items() if key not in made)
        after = pks[-1]


def key_of(member_id: int, period: str) -> str:
    return f"digest:{member_id}:{period}"


@action
def make(*, member_id: int, period: str) -> Delivery | None:
    """Put what waits into this period's digest, unless there is one. None when there is nothing to say.

    The delivery, and that nothing waits any more, are one transaction: cut off before its end, it is as if it had
    not begun.
    """
    (member,) = counts.hold([member_id])
    key = key_of(member_id, period)
    forgotten = NoticeSettings.objects.filter(member=member, digested=period)
    if Delivery.objects.filter(key=key).exists() or forgotten.exists():
        return None
    waiting = Notification.objects.filter(recipient=member, waits=True)
    aside = _chat(member, waiting)
    rows = sending.digest_rows(member, list(waiting.exclude(pk__in=aside).values_list("pk", flat=True)))
    muted = sending.unheard(member, rows)
    aside += muted
    rows = [row for row in rows if row.pk not in muted]
    waiting.update(waits=False)
    if aside:
        telling.keep_in_list(member.pk, aside)
    if not rows:
        return None
    return Delivery.objects.create(
        recipient=member, channel=Channel.DIGEST, key=key, contents=[row.pk for row in rows]
    )


def _chat(member: Member, waiting: QuerySet[Notification]) -> list[int]:
    """What only chats and speaks to nobody: no digest brings it unless somebody wants that. It stands in the list."""
    if NoticeSettings.objects.filter(member=member, chat_in_digest=True).exists():
        return []
    rows = waiting.filter(kind__in=BY_THE_WAY, thread__lane=Lane.CHAT)
    return list(rows.values_list("pk", flat=True))
