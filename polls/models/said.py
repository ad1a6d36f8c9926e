"""What the brand answered to what members decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core import clock
from polls.models.polls import Poll


class Outcome(models.TextChoices):
    DONE = "done", _("Done")
    WILL = "will", _("We will do it")
    PARTLY = "partly", _("We do a part of it")
    NOT = "not", _("We do not do it")


class BrandAnswer(models.Model):
    """One answer to a decision. Append-only: a promise and its keeping are two of them."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="answers")
    outcome = models.CharField(max_length=6, choices=Outcome)
    text = models.CharField(max_length=1200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.outcome}"
