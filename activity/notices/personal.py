"""What this room holds about a member, and how it goes."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activity.notices import forgetting, push
from activity.notices.models import Delivery, NoticeSettings
from community.core import personal
from community.core.personal import DERIVED, GOES, INNER, NUMBER, OPENS, SOMEONE_ELSE, YOU, holds
from community.members.actions import former_name
from community.members.models import Member
from community.members.queries import names_of

personal.room("notices", _("What you were told"))

holds(
    "notices.Notification",
    room="notices",
    title=_("Notifications"),
    owner="recipient",
    told="kind thread post_id count why data at read_at withdrawn_at",
    untold={
        "id": NUMBER,
        "recipient": YOU,
        "subject": DERIVED,
        "items": SOMEONE_ELSE,
        "actor": SOMEONE_ELSE,
        "actor_count": DERIVED,
        "is_listed": INNER,
        "waits": INNER,
        "made_at": INNER,
    },
    points={"actor": "who caused it keeps a number, without a name"},
    erase=GOES,
    clear=lambda member: forgetting.forget_notices(member=member),
    drop=lambda member, row: forgetting.forget_notice(member=member, pk=row.pk),
    clear_means=_(
        "Your list of notices is empty then, what is unread too, and no letter brings what waits. "
        "The posts themselves stay where they are."
    ),
)
holds(
    "notices.NoticeSettings",
    room="notices",
    title=_("How you want to be told"),
    owner="member",
    told="rhythm limit quiet_from quiet_to digest_hour chat_in_digest spent",
    untold={"member": YOU, "digested": INNER},
    erase=GOES,
    clear=lambda member: forgetting.forget_noise(member=member),
    clear_means=_(
        "The usual counts again: letters at once, three interruptions a day, no quiet hours. When you were "
        "interrupted in the last two days stays until then, without names: the day's number counts it."
    ),
)
holds(
    "notices.Preference",
    room="notices",
    title=_("What you want to be told by which way"),
    owner="member",
    told="kind in_app mail push digest",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=lambda member: forgetting.forget_ways(member=member),
    drop=lambda member, row: forgetting.forget_way(member=member, kind=row.kind),
    clear_means=_("The usual ways count again, letters among them."),
)


def _as_seen(rows: Sequence[Delivery], member: Member) -> None:
    """No title of a thread that is out of their sight."""
    mine = Delivery.objects.tellable_to(member).filter(pk__in=[row.pk for row in rows])
    tellable = set(mine.values_list("pk", flat=True))
    for row in rows:
        if row.pk not in tellable:
            row.title = ""


holds(
    "notices.Delivery",
    room="notices",
    title=_("What was sent to you"),
    owner="recipient",
    told="channel kind title state made_at sent_at",
    untold={"id": NUMBER, "recipient": YOU, "notification": NUMBER, "key": INNER, "contents": DERIVED},
    veil=_as_seen,
    erase=GOES,
    clear=lambda member: forgetting.forget_log(member=member),
    drop=lambda member, row: forgetting.forget_delivery(member=member, pk=row.pk),
    clear_means=_(
        "What is still on its way stays until it has gone out. You are not interrupted more often for it today, "
        "and no digest comes again."
    ),
)
holds(
    "notices.PushSubscription",
    room="notices",
    title=_("Browsers that may be woken"),
    drop=lambda member, row: push.unsubscribe(member=member, pk=row.pk),
    owner="member",
    told="device since told_at",
    untold={
        "id": NUMBER,
        "member": YOU,
        "endpoint": OPENS,
        "endpoint_key": DERIVED,
        "p256dh": OPENS,
        "auth": OPENS,
    },
    erase=GOES,
)


@personal.erases("notices.names", order=personal.WORDS + 20)
def names_go(*, member_id: int, remove_posts: bool) -> None:
    """What others were sent about this member keeps its line in their log, without the name; and so does their budget,
    which remembers who interrupted them."""
    names = set(names_of(member_id))
    _spent_on(names, former_name(member_id))
    for name in names:
        for row in Delivery.objects.filter(title__contains=name).iterator(chunk_size=500):
            title = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", former_name(member_id), row.title)
            Delivery.objects.filter(pk=row.pk).update(title=title[:250])


def _spent_on(names: set[str], instead: str) -> None:
    for row in NoticeSettings.objects.exclude(spent=[]).iterator(chunk_size=500):
        if any(name in names for _at, _delivery, name in row.spent):
            with transaction.atomic():  # its member may be interrupted at this moment
                held = NoticeSettings.objects.select_for_update().get(pk=row.pk)
                held.spent = [
                    [at, delivery, instead if name in names else name] for at, delivery, name in held.spent
                ]
                held.save(update_fields=["spent"])
