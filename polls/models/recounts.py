"""Votes that were left out of a result, or taken back into it: on the record, for everybody to read."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.core import clock
from polls.models.polls import Poll


class Recount(models.Model):
    """One time that a result was counted anew. Append-only: taking votes back is another one, which `undoes` the first.

    `before` and `after`: people by number of the choice, "" for ballots, as the page counts them. `evidence`: the
    signals with their figures, as they stood.
    """

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="recounts")
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by"
    )
    mark = models.CharField(max_length=45, blank=True, default="")  # of the ring
    ballots = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(undoes=None) | Q(mark=""), name="recount_one_way"),
        ]

    def __str__(self) -> str:
        return f"{self.ballots} of {self.poll_id}"
