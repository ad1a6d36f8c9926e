"""What members wrote and have not published yet."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """Somebody's words for one place ("new-trips", "thread-7", "edit-12"). One a place; others are set aside.

    `revision` rises with every change, so that a device knows whether another one wrote meanwhile. `written_by`
    marks the page that wrote last.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    place = models.CharField(max_length=80)
    words = models.JSONField(default=dict)  # by the names of the form's fields
    revision = models.PositiveIntegerField(default=1)
    written_by = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=500, blank=True, default="", db_default="")  # why it is here again
    is_aside = models.BooleanField(default=False)
    saved_at = models.DateTimeField(db_index=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "place"], condition=Q(is_aside=False), name="draft_unique"
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(is_aside=True), name="draft_discarded_is_aside"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["member", "-saved_at"], name="draft_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.place}"

    @property
    def body(self) -> str:
        return str(self.words.get("body", ""))

    @property
    def title(self) -> str:
        return str(self.words.get("title", ""))
