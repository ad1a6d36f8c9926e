"""Terms of key members."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Segment(models.TextChoices):
    """What somebody is a key member for."""

    CLUB_LEADER = "club_leader", _("Leads a club")
    ACTIVE_OWNER = "active_owner", _("Active owner")
    OFFLINE = "offline", _("Influential offline")


class KeyMember(models.Model):
    """One term of one member. It ends by its date or before, and a new one may follow; no row is ever reused."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="key_terms", db_index=False
    )
    segment = models.CharField(max_length=12, choices=Segment)
    reason = models.CharField(max_length=300)
    # The stamp of consent: nobody is named who did not say yes.
    agreed_on = models.DateField()
    agreed_how = models.CharField(max_length=200)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member"], condition=Q(ended_at=None), name="key_member_once"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="key_term_runs_forward"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="key_terms_running"),
            models.Index(fields=["member", "-id"], name="key_terms_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.segment}"
