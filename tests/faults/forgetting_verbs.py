"""Every verb by which a member lets the site forget what it told them."""

from __future__ import annotations

from functools import partial

from django.db.models import Q

from activity.notices import actions as notices
from activity.notices import forgetting, sending
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Delivery, NoticeSettings
from tests.builders.members import a_member
from tests.faults.forum_verbs import Act, World
from tests.faults.letter_verbs import room
from tests.faults.notice_verbs import _delivery as delivery_of
from tests.faults.notice_verbs import _told as told


@room
def _forget_notices(w: World) -> Act:
    row = told(w)
    return partial(forgetting._forget_notices, member=row.recipient, which=Q(pk=row.pk))


def _sent(w: World) -> Delivery:
    delivery = delivery_of(w)
    sending.give_up(delivery, Delivery.State.SENT)
    return delivery


@room
def forget_log(w: World) -> Act:
    return partial(forgetting.forget_log, member=_sent(w).recipient)


@room
def forget_delivery(w: World) -> Act:
    delivery = _sent(w)
    return partial(forgetting.forget_delivery, member=delivery.recipient, pk=delivery.pk)


@room
def forget_ways(w: World) -> Act:
    member = a_member()
    notices.set_ways(member=member, kind=Kind.MENTION, ways=Ways(in_app=False))
    return partial(forgetting.forget_ways, member=member)


@room
def forget_noise(w: World) -> Act:
    member = a_member()
    notices.set_noise(member=member, rhythm="daily")
    return partial(forgetting.forget_noise, member=member)


@room
def _sweep(w: World) -> Act:
    member = a_member()
    notices.set_noise(member=member, rhythm="at_once")
    return partial(forgetting._sweep, NoticeSettings.objects.all(), member.pk)
