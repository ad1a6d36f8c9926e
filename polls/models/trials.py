"""Trials on the first page: guests see one of several polls, or none, by chance; what became of them is compared."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.core import clock
from community.core.links import link
from polls.models.polls import Poll


class Trial(models.Model):
    """One at a time. Its end is set before it begins, so that nobody stops where the figures please."""

    name = models.CharField(max_length=120)
    place = models.CharField(max_length=8, default="home")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_cut = models.BooleanField(
        default=False
    )  # it was ended before its time, so nothing is concluded from it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place"], condition=Q(ended_at=None), name="trial_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return link("polls:trial", self.pk)


class Arm(models.Model):
    """What a share of the guests sees. Without a poll: those who see none, with whom the others are compared."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="arms", db_index=False)
    number = models.PositiveSmallIntegerField()
    poll = models.ForeignKey(Poll, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    share = models.PositiveSmallIntegerField()  # per cent

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "number"], name="arm_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}/{self.number}"


class Enrolment(models.Model):
    """A guest who was drawn into an arm, by a digest of a cookie that nothing else is kept by; later a member.

    Nothing here leads to a ballot: neither the cookie, nor the digest, nor a time of voting.
    """

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="+", db_index=False)
    arm = models.ForeignKey(Arm, on_delete=models.CASCADE, related_name="enrolments")
    key = models.CharField(max_length=43)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "key"], name="enrolled_once"),
            models.UniqueConstraint(fields=["trial", "member"], name="enrolled_once_a_member"),
        ]

    def __str__(self) -> str:
        return f"somebody in {self.arm_id}"
