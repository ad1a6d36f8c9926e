"""Conversations, who is in them, what was written, what was reported, and whom somebody takes messages from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.links import link
from community.members.models import Member


class Conversation(models.Model):
    """Numbers of its messages are gap-free, 1 … `last_number`, given under the lock of this row."""

    pair = models.CharField(max_length=41, blank=True, default="")  # "3:12" for two people; empty: several
    title = models.CharField(max_length=80, blank=True, default="")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    last_number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=clock.now)
    # Steps of what its pages show: open ones compare themselves with it. Taken under the lock of this row.
    sequence = models.PositiveBigIntegerField(default=1, db_default=1)

    # Put on by `queries` for one participant.
    others: list[Member]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pair"], condition=~Q(pair=""), name="conversation_pair_once")
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"

    def get_absolute_url(self) -> str:
        return link("messages:conversation", self.pk)

    @property
    def is_pair(self) -> bool:
        return bool(self.pair)


class Participant(models.Model):
    """Somebody in a conversation. Reads what came after `from_number`, until they leave."""

    class Role(models.TextChoices):
        STARTER = "starter", _("Began the conversation")
        MEMBER = "member", _("Takes part")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=7, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(default=clock.now)
    from_number = models.PositiveIntegerField(default=0)  # the last message before they came
    read_number = models.PositiveIntegerField(default=0)
    has_written = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    muted_until = models.DateTimeField(null=True, blank=True)

    conversation_id: int
    member_id: int

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "member"], name="participant_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.conversation_id}"

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > clock.now()


class Message(models.Model):
    """One message. A removed one keeps its number and loses its words."""

    class State(models.TextChoices):
        VISIBLE = "visible", _("Visible")
        REMOVED = "removed", _("Removed")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    source = models.TextField()  # Markdown as written
    html = models.TextField()  # from core.text only
    lang = models.CharField(max_length=2, blank=True, default="")
    renderer_version = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.VISIBLE)

    # Put on by `queries` for one participant.
    is_folded: bool
    is_withheld: bool
    is_mine: bool
    is_first_unread: bool

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number_unique")
        ]

    def __str__(self) -> str:
        return f"message {self.number} in {self.conversation_id}"


class MessageReport(models.Model):
    """Messages that somebody in the conversation showed to the moderators: a copy of them, and of nothing else."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        SETTLED = "settled", _("Settled")
        DISMISSED = "dismissed", _("Dismissed")

    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="+")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500)
    snapshot = models.JSONField(default=list)  # [{number, author, name, at, source}] as they stood
    reported_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reported_at", "id"], condition=Q(state="open"), name="message_report_open")
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Opens(models.TextChoices):
    """From whom somebody takes messages. Staff may always write, labelled."""

    EVERYONE = "everyone", _("Everyone")
    FOLLOWING = "following", _("People I follow")
    NOBODY = "nobody", _("Nobody")


class Door(models.Model):
    """Whom a member takes messages from. Who has no row takes them from everyone."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    opens_to = models.CharField(max_length=9, choices=Opens, default=Opens.EVERYONE)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.opens_to}"
