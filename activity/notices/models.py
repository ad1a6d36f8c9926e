"""What people are told, what was sent to them, and how they want it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from activity.notices.budget import Rules, zone_of
from activity.notices.kinds import OF_HOUSE, Channel, Kind, Rhythm, Ways
from community.core import clock
from community.members.models import Member
from forum.models import Thread

OPEN = Q(read_at=None, withdrawn_at=None)
UNREAD = OPEN & Q(is_listed=True)  # what `Member.notice_count` counts


def _mine(**options: Any) -> Any:
    # The constraints and indexes below begin with the member: no index of its own.
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, **options
    )


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown_to(self, member: Member) -> NotificationQuerySet:
        """The member's own that are not taken back, and whose thread they may still see."""
        return self.known_to(member).filter(is_listed=True)

    def open_to(self, member: Member) -> NotificationQuerySet:
        """The same, unread, and whether or not they stand in the list: what letters and push may speak of."""
        return self.known_to(member).filter(read_at=None)

    def known_to(self, member: Member) -> NotificationQuerySet:
        visible = Thread.objects.visible_to(member).filter(pk=OuterRef("thread_id"))
        return self.filter(Q(thread=None) | Exists(visible), recipient=member, withdrawn_at=None)


class Notification(models.Model):
    """One row for each person, reason and subject while it is unread: what follows is folded into it."""

    recipient = _mine()
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=40)  # what is told about: "thread:12", "board:3", "standing"
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    post_id = models.BigIntegerField(null=True)  # the first one it is about: where it leads
    count = models.PositiveIntegerField(default=1)
    items = models.JSONField(
        default=list, blank=True
    )  # [[post, actor], …], the latest last; see policy.MOST_ITEMS
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    actor_count = models.PositiveIntegerField(default=1)
    why = models.CharField(max_length=12, blank=True, default="")
    data = models.JSONField(default=dict, blank=True)  # what else its sentence needs: a standing, a reason
    is_listed = models.BooleanField(default=True)  # in the list and the badge, not only by mail or push
    waits = models.BooleanField(default=False)  # for the next digest
    at = models.DateTimeField(default=clock.now)  # of the latest
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject"], condition=OPEN, name="notice_open_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-at", "-id"], name="notice_list"),
            models.Index(fields=["recipient"], condition=UNREAD, name="notice_unread"),
            models.Index(fields=["recipient", "id"], condition=Q(waits=True), name="notice_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.recipient_id}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class NoticeSettings(models.Model):
    """How loudly a member wants to be told. Who has no row has what is written here."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    rhythm = models.CharField(max_length=7, choices=Rhythm, default=Rhythm.AT_ONCE)
    limit = models.PositiveSmallIntegerField(
        null=True, blank=True, default=3
    )  # interruptions a day; null: no limit
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=8)
    chat_in_digest = models.BooleanField(default=False, db_default=False)  # threads of the lane for chat too
    spent = models.JSONField(default=list, blank=True)  # [[moment, delivery, name], …] of the last two days
    # The period of the latest digest whose line of the log was forgotten: it does not come twice for that.
    digested = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="notice_digest_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="notice_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return f"settings of {self.member_id}"

    def rules(self, zone_name: str) -> Rules:
        return Rules(self.limit, self.quiet_from, self.quiet_to, self.digest_hour, zone_of(zone_name))


class Preference(models.Model):
    """By which ways a member wants to hear of one kind, where that is not the usual."""

    member = _mine()
    kind = models.CharField(max_length=8, choices=Kind)
    in_app = models.BooleanField()
    mail = models.BooleanField()
    push = models.BooleanField()
    digest = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind"], name="notice_preference_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"

    @property
    def ways(self) -> Ways:
        return Ways(in_app=self.in_app, mail=self.mail, push=self.push, digest=self.digest)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def with_sight(self, member: Member) -> DeliveryQuerySet:
        """The member's own, each with `is_tellable`: whether its title names nothing that they may not see any more."""
        return self.filter(recipient=member).annotate(is_tellable=_is_tellable(member))

    def tellable_to(self, member: Member) -> DeliveryQuerySet:
        """Those of the member's own of which that is true."""
        return self.filter(_is_tellable(member), recipient=member)


def _is_tellable(member: Member) -> Q:
    """A digest, a test or a letter of the house names nothing. What a notification said is told while its thread may
    be seen: one that went with its thread is not.
    """
    visible = Thread.objects.visible_to(member).filter(pk=OuterRef("thread_id"))
    about = Notification.objects.filter(Q(thread=None) | Exists(visible), pk=OuterRef("notification_id"))
    return Q(kind__in=("", *OF_HOUSE)) | Q(Exists(about))


class Delivery(models.Model):
    """One thing that was sent to a member, or was to be. Theirs to read; kept for a year."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DEFERRED = "deferred", _("left for the digest")
        LISTED = "listed", _("not sent: it stands in your list")
        DROPPED = "dropped", _("not sent: you had read it, or it was taken back")
        FAILED = "failed", _("could not be sent")
        UNCLEAR = "unclear", _("perhaps sent: the mail server did not say")

    SPENDING = (State.SENDING, State.SENT, State.UNCLEAR)

    recipient = _mine()
    channel = models.CharField(max_length=6, choices=Channel)
    # Empty: a digest or a test; a word of `OF_HOUSE`: a letter of the house itself, which no notification is behind.
    kind = models.CharField(max_length=8, choices=Kind, blank=True, default="")
    notification = models.ForeignKey(
        Notification, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    key = models.CharField(max_length=60, unique=True)  # what it is about: sent once, whoever asks how often
    title = models.CharField(max_length=250, blank=True, default="")
    contents = models.JSONField(default=list, blank=True)  # a digest's notifications
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    made_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["recipient", "-made_at", "-id"], name="delivery_log")]

    def __str__(self) -> str:
        return f"{self.channel} to {self.recipient_id}: {self.state}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # Django's own knows no letters of the house
        """What it is about, in words; empty for a digest or a test."""
        if self.kind in OF_HOUSE:
            return str(OF_HOUSE[self.kind])
        return str(Kind(self.kind).label) if self.kind in Kind.values else ""


class PushSubscription(models.Model):
    """A browser that may be woken."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000)
    endpoint_key = models.CharField(max_length=64, unique=True)  # a digest of the endpoint
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=120, blank=True, default="")
    since = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.device} of {self.member_id}"
