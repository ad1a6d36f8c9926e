"""Copies that members asked for, accounts that leave, texts of the house and who agreed to which."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core import clock


class Export(models.Model):
    """A copy of everything of one member's, in one file that only they can fetch."""

    class State(models.TextChoices):
        QUEUED = "queued", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be made")
        GONE = "gone", _("deleted after its time")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED, db_index=True)
    file = models.CharField(max_length=60, blank=True, default="")  # its name in the storage called "exports"
    size = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # by mail

    def __str__(self) -> str:
        return f"export {self.pk}: {self.state}"


class Erasure(models.Model):
    """Somebody leaves for good. Until `due_at` they may change their mind; from then on it is done step by step."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    remove_posts = models.BooleanField()
    asked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    told_at = models.DateTimeField(null=True, blank=True)  # that it was asked for
    warned_at = models.DateTimeField(null=True, blank=True)  # that the end is near
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_open_erasure_each",
            )
        ]

    def __str__(self) -> str:
        return f"erasure of {self.member_id}: {self.state}"


class Paper(models.Model):
    """One version of a text that members agree to. Never changed once it stands: the next version follows it."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("Rules of the house")
        PRIVACY = "privacy", _("Privacy notice")
        NEWS = "news", _("Letters with news")

    # What nobody can take part without; the rest is a free choice, and no is as good as yes.
    NEEDED = (Kind.TERMS, Kind.PRIVACY)

    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveIntegerField()
    source_en = models.TextField()  # Markdown
    source_zh = models.TextField(blank=True, default="")
    changes_en = models.CharField(max_length=300, blank=True, default="")  # what is new, in a sentence
    changes_zh = models.CharField(max_length=300, blank=True, default="")
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "version"], name="paper_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def is_needed(self) -> bool:
        return self.kind in self.NEEDED


class Consent(models.Model):
    """A member agreed to one version of a text; a free one may be taken back. Rows are added, never changed back."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=Paper.Kind)
    version = models.PositiveIntegerField()
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "kind", "version"],
                condition=models.Q(withdrawn_at=None),
                name="consent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} agreed to {self.kind} {self.version}"
