"""What a member lets the site forget of what it told them. Their budget of today, and that a digest came, is not theirs
to forget so: who clears a log must not be interrupted more often for it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from activity.notices import actions, budget, sending, telling
from activity.notices.kinds import DEFAULTS, Channel, Rhythm
from activity.notices.models import Delivery, NoticeSettings, Notification, Preference
from community.core import clock
from community.core.access import Refused
from community.core.retrying import action
from community.members import counts
from community.members.models import Member

BATCH = 500
State = Delivery.State
ON_ITS_WAY = (State.QUEUED, State.SENDING)


def forget_notices(*, member: Member) -> int:
    """Forget everything the member was told, read or not; how many. What waits for a letter of it stays unsent."""
    gone, last = 0, Notification.objects.filter(recipient=member).order_by("-pk").first()
    while last is not None and (some := _forget_notices(member=member, which=Q(pk__lte=last.pk))):
        gone += some
    return gone


def forget_notice(*, member: Member, pk: int) -> None:
    _forget_notices(member=member, which=Q(pk=pk))


@action
def _forget_notices(*, member: Member, which: Q) -> int:
    (held,) = counts.hold([member.pk])
    rows = Notification.objects.filter(which, recipient=held).order_by("pk")
    pks = list(rows.values_list("pk", flat=True)[:BATCH])
    if pks:
        telling.drop_deliveries(pks)
        Notification.objects.filter(pk__in=pks).delete()
        telling.changed([held.pk])
    return len(pks)


@action
def forget_log(*, member: Member) -> None:
    """Forget what was sent. What is still on its way stays until it went."""
    _forget_deliveries(member, Delivery.objects.filter(recipient=member))


@action
def forget_delivery(*, member: Member, pk: int) -> None:
    """Forget one line of the log. Raises Refused for one that is still on its way."""
    rows = Delivery.objects.filter(recipient=member, pk=pk)
    if rows.filter(state__in=ON_ITS_WAY).exists():
        raise Refused(
            _("This is still on its way. You can let the site forget it when it has gone out."), "state"
        )
    _forget_deliveries(member, rows)


def _forget_deliveries(member: Member, rows: QuerySet[Delivery]) -> None:
    counts.hold([member.pk])  # no digest is made meanwhile
    rows = rows.exclude(state__in=ON_ITS_WAY)
    digest = rows.filter(channel=Channel.DIGEST).order_by("-made_at", "-pk").first()
    if digest is not None:
        period = digest.key.rpartition(":")[2]
        NoticeSettings.objects.update_or_create(member=member, defaults={"digested": period})
    rows.delete()


@action
def forget_ways(*, member: Member) -> None:
    """The usual ways count again for every kind."""
    for row in Preference.objects.filter(member=member):
        actions.set_ways(member=member, kind=row.kind, ways=DEFAULTS[row.kind])


def forget_way(*, member: Member, kind: str) -> None:
    actions.set_ways(member=member, kind=kind, ways=DEFAULTS[kind])


@action
def forget_noise(*, member: Member) -> None:
    """The usual loudness counts again. Of what interrupted them lately only the moments stay, for two days: the day's
    number counts them."""
    own = NoticeSettings.objects.select_for_update().filter(member=member).first()
    if own is None:
        return
    usual = NoticeSettings(member=member, digested=own.digested)
    usual.spent = [[at, delivery, ""] for at, delivery, *_name in _lately(own)]
    if usual.spent or usual.digested:
        usual.save(force_update=True)
    else:
        own.delete()


def _lately(own: NoticeSettings) -> list[list[object]]:
    now = clock.now()
    return [entry for entry in own.spent if now - datetime.fromisoformat(entry[0]) < sending.REMEMBERED]


def sweep_noise() -> int:
    """Take away rows that say nothing but the usual and remember nothing that still counts; how many."""
    rules = budget.Rules()
    usual = Q(rhythm=Rhythm.AT_ONCE, limit=rules.limit, digest_hour=rules.digest_hour, chat_in_digest=False)
    rows = NoticeSettings.objects.filter(usual, quiet_from=None, quiet_to=None)
    return sum(_sweep(rows, pk) for pk in list(rows.values_list("pk", flat=True)))


@action
def _sweep(rows: QuerySet[NoticeSettings], pk: int) -> bool:
    own = rows.select_for_update().filter(pk=pk).first()
    if own is None or _lately(own) or _came_lately(own.digested):
        return False
    own.delete()
    return True


def _came_lately(period: str) -> bool:
    """Whether a day's digest of this name may still be due. A week's is of another rhythm than the usual."""
    return "W" not in period and period >= (clock.now() - sending.REMEMBERED).date().isoformat()
