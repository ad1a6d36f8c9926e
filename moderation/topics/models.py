"""Themes of the calendar."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forum.models import Board, Post, Thread


class TopicState(models.TextChoices):
    """How far a theme is. Whether it is to come, on, or over is the days' business: see `policy`."""

    IDEA = "idea", pgettext_lazy("topic", "Idea")
    SCHEDULED = "scheduled", pgettext_lazy("topic", "Scheduled")
    CLOSED = "closed", _("Summed up")
    DROPPED = "dropped", pgettext_lazy("topic", "Dropped")


class Topic(models.Model):
    """A theme that a board talks about for some days. Scheduled it has an owner, who opens its thread and sums it up."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    theme = models.CharField(max_length=100)
    about = models.CharField(max_length=500, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    opens_on = models.DateField(null=True)  # by the site's own clocks, both days included
    closes_on = models.DateField(null=True)
    state = models.CharField(max_length=9, choices=TopicState, default=TopicState.IDEA)
    thread = models.OneToOneField(Thread, on_delete=models.SET_NULL, null=True, related_name="+")
    summary = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # One step for each change of the plan: nobody overwrites what they have not seen.
    version = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="scheduled")
                | Q(owner__isnull=False, opens_on__isnull=False, closes_on__isnull=False),
                name="topic_scheduled_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="topic_runs_forward",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-opens_on", "-id"], name="topics_by_day"),
        ]

    def __str__(self) -> str:
        return self.theme
