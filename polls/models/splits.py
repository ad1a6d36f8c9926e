"""What a result says of those who answered, told apart by who they are."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from community.core import clock
from polls.models.polls import Poll


class Split(models.Model):
    """A result told apart, as it was told once after the close; cells that may not be told were never written.

    `content`: empty where nothing can be told, or can be told no more. It is never made anew: two of them a few votes
    apart would tell what single people chose.
    """

    poll = models.OneToOneField(Poll, on_delete=models.CASCADE, related_name="split", primary_key=True)
    made_at = models.DateTimeField(default=clock.now)
    content = models.JSONField(default=dict)
    dropped_at = models.DateTimeField(null=True, blank=True)  # the poll took votes again, or was counted anew

    class Meta:
        ordering: ClassVar = ["poll"]

    def __str__(self) -> str:
        return f"who chose what in {self.poll_id}"
