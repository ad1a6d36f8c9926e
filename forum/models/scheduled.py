"""What members wrote for later."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models


class Scheduled(models.Model):
    """Words that are published at a moment, at one place ("new-trips", "thread-7"). Gone once they are.

    `wall` and `zone` are what the member chose; `due_at` follows from them, and stays when their zone changes.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    place = models.CharField(max_length=80)
    words = models.JSONField(default=dict)  # by the names of the form's fields, as in a draft
    wall = models.CharField(max_length=16)  # "2026-12-03T08:00"
    zone = models.CharField(max_length=40)
    due_at = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "due_at"], name="scheduled_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.place}, {self.wall} {self.zone}"

    @property
    def body(self) -> str:
        return str(self.words.get("body", ""))

    @property
    def title(self) -> str:
        return str(self.words.get("title", ""))

    @property
    def is_thread(self) -> bool:
        return self.place.startswith("new-")

    @property
    def local(self) -> datetime:
        """The moment on the wall that was meant."""
        return self.due_at.astimezone(ZoneInfo(self.zone))
