"""Waking browsers: what a push says, to whom it goes, and what becomes of an address that is gone.

A push names nobody and quotes nothing: it lies on locked screens. The page behind it asks who looks.
"""

from __future__ import annotations

import hashlib
import json

import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.notices import sending, webpush
from activity.notices.kinds import Channel, Kind
from activity.notices.letters import spoken_to
from activity.notices.models import Delivery, Notification, PushSubscription
from community.core import chance, clock, hold, outbound
from community.core.access import Invalid, Refused
from community.core.retrying import action
from community.members.house import brand_name
from community.members.models import Member

log = structlog.get_logger("community.notices")

TTL = 12 * 3600  # seconds a push service keeps it for a device that is off
MOST_DEVICES = 10
GONE = frozenset({404, 410})


class PushAway(Exception):
    """No push service took it for now."""


def public_key() -> str:
    """The key that browsers subscribe with."""
    return webpush.packed(webpush.public_bytes(webpush.private_key(settings.VAPID_PRIVATE_KEY)))


@action
def subscribe(*, member: Member, endpoint: str, p256dh: str, auth: str, device: str) -> PushSubscription:
    """Let a browser of this member's be woken. Repeatable; a browser that changed hands is its new member's."""
    if not webpush.is_on():
        raise Refused(_("This site sends no push messages."), "push_off")
    if (
        not endpoint.startswith("https://")
        or len(endpoint) > 1000
        or not webpush.is_browser_key(p256dh, auth)
    ):
        raise Invalid(_("The browser gave no usable address."), field="endpoint")
    key = hashlib.sha256(endpoint.encode()).hexdigest()
    mine = PushSubscription.objects.filter(member=member).exclude(endpoint_key=key).order_by("-since", "-pk")
    PushSubscription.objects.filter(
        pk__in=list(mine.values_list("pk", flat=True)[MOST_DEVICES - 1 :])
    ).delete()
    row, _made = PushSubscription.objects.update_or_create(
        endpoint_key=key,
        defaults={
            "member": member, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device[:120],
            "since": clock.now(),
        },
    )  # fmt: skip
    return row


@action
def unsubscribe(*, member: Member, pk: int) -> None:
    PushSubscription.objects.filter(member=member, pk=pk).delete()


def send(delivery: Delivery) -> bool:
    """Wake the member's browsers for one notification. False: none is left, and it goes by mail instead.

    Raises PushAway while no push service takes it, for the queue to try again.
    """
    if hold.is_held():
        sending.give_up(delivery, Delivery.State.LISTED)
        return True
    row = sending.still_wanted(delivery)
    if row is None or not sending.claim(delivery, name=row.actor.name if row.actor else ""):
        return True
    member = delivery.recipient
    delivery.title, payload = _said(row, member)
    taken, left = _wake(member, payload, topic=f"notice-{row.pk}")
    if taken:
        sending.end(delivery, Delivery.State.SENT)
        return True
    sending.give_back(delivery)
    if left:
        raise PushAway
    Delivery.objects.filter(pk=delivery.pk).update(channel=Channel.MAIL)
    return False


def send_test(*, member: Member) -> bool:
    """A push that somebody asked for to see whether it comes; whether a push service took it. Told in the log."""
    with spoken_to(member):
        said = _("This is the test you asked for. Push works on this device.")
    payload = _payload(said, reverse("notices:push"), "test")
    taken, _left = (0, 0) if hold.is_held() or not webpush.is_on() else _wake(member, payload, topic="test")
    state = Delivery.State.SENT if taken else Delivery.State.FAILED
    now = clock.now()
    Delivery.objects.create(
        recipient=member, channel=Channel.PUSH, key=f"push-test:{chance.token(16)}", title=said, state=state,
        made_at=now, sent_at=now if taken else None,
    )  # fmt: skip
    return bool(taken)


def _said(row: Notification, member: Member) -> tuple[str, bytes]:
    with spoken_to(member):
        said = str(Kind(row.kind).label)
    return said, _payload(said, reverse("notices:go", args=[row.pk]), f"notice-{row.pk}")


def _payload(said: str, url: str, tag: str) -> bytes:
    return json.dumps(
        {"title": brand_name(), "body": said, "url": url, "tag": tag}, ensure_ascii=False
    ).encode()


def _wake(member: Member, payload: bytes, *, topic: str) -> tuple[int, int]:
    """Send to every browser of the member: how many were taken, and how many could be tried again.

    A browser whose address is gone is forgotten without a word.
    """
    taken = left = 0
    for row in PushSubscription.objects.filter(member=member):
        status = _post(row, payload, topic)
        if status in GONE:
            row.delete()
        elif 200 <= status < 300:
            taken += 1
            PushSubscription.objects.filter(pk=row.pk).update(told_at=clock.now())
        else:
            left += 1
            log.warning("push_not_taken", subscription=row.pk, status=status)
    return taken, left


def _post(row: PushSubscription, payload: bytes, topic: str) -> int:
    """The push service's answer; 0 when there was none."""
    # A key and a salt of the message's own. They protect words: never from the source that tests seed.
    body = webpush.encrypted(
        payload,
        p256dh=row.p256dh,
        auth=row.auth,
        sender=ec.generate_private_key(webpush.CURVE),
        salt=AESGCM.generate_key(bit_length=128),
    )
    key = webpush.private_key(settings.VAPID_PRIVATE_KEY)
    headers = {
        "Authorization": webpush.authorization(
            row.endpoint, key=key, subject=settings.VAPID_SUBJECT, now=clock.now()
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
        "Urgency": "normal",
        "Topic": topic[:32],
    }
    try:
        return outbound.post(row.endpoint, body, headers=headers).status
    except outbound.Blocked:
        return 410  # an address that may not be visited is none
    except outbound.Failed:
        return 0
