"""What was chosen, and what was counted. One envelope a person and poll, in the database."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.core import clock
from polls.models.polls import Choice, Poll


class Group(models.TextChoices):
    """Whose vote it is, as it was cast: totals are shown apart. The house's own votes stand in no total."""

    OWNER = "owner"
    MEMBER = "member"
    GUEST = "guest"
    HOUSE = "house"


class BallotState(models.TextChoices):
    COUNTED = "counted"
    WITHDRAWN = "withdrawn"  # by its voter, who may vote again
    MERGED = "merged"  # a guest's, whose member had voted already
    LEFT_OUT = "left_out"  # by a recount, with all others of a suspected ring


class Ballot(models.Model):
    """One person's voice in one poll that is not sealed; its choices are rows under it.

    A guest's envelope keeps the key of their cookie when it becomes a member's, so that the cookie votes once.
    Without either it belonged to somebody who left.
    """

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="ballots", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="ballots"
    )
    guest_key = models.CharField(max_length=43, blank=True, default="")
    group = models.CharField(max_length=6, choices=Group)
    state = models.CharField(max_length=9, choices=BallotState, default=BallotState.COUNTED)
    cast_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    change_count = models.PositiveSmallIntegerField(default=0)
    # Keyed digests of where it came from, another in each poll: signals of rings, forgotten after a while.
    network = models.CharField(max_length=22, blank=True, default="", db_default="")
    device = models.CharField(max_length=22, blank=True, default="", db_default="")
    left_out_by = models.ForeignKey(
        "polls.Recount", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "member"], name="ballot_once_a_member"),
            models.UniqueConstraint(
                fields=["poll", "guest_key"], condition=~Q(guest_key=""), name="ballot_once_a_guest"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["guest_key"], condition=~Q(guest_key=""), name="ballot_by_guest"),
        ]

    def __str__(self) -> str:
        return f"{self.group} in {self.poll_id}"


class BallotChoice(models.Model):
    """One choice of a ballot. `rank` counts from 1 where an order was asked for, else 0."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="choices", db_index=False)
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="ballots")
    rank = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ballot", "choice"], name="ballot_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.choice_id} by ballot {self.ballot_id}"


class GuestPledge(models.Model):
    """A guest opened an account that has not proved its address yet: their ballots are to be its."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    guest_key = models.CharField(max_length=43)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "guest_key"], name="guest_pledge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}"


class Reason(models.Model):
    """Somebody began to say why they chose what they chose: a step of the ladder. The words are a draft of theirs."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="reasons", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    guest_key = models.CharField(max_length=43, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "member"], name="reason_once_a_member"),
            models.UniqueConstraint(
                fields=["poll", "guest_key"], condition=~Q(guest_key=""), name="reason_once_a_guest"
            ),
        ]

    def __str__(self) -> str:
        return f"why in {self.poll_id}"


class Tally(models.Model):
    """Counts, spread over shards so that no two votes wait for one row; a total is the sum over them.

    `key`: a choice's number ("3"), an order of numbers ("3>1>2"), "" for ballots, "=" for sealed ones
    that were opened, "~" for steps: one for each change
    of the poll's counts, so that the sum of steps tells a newer state from an older one.
    """

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    key = models.CharField(max_length=120, blank=True)
    group = models.CharField(max_length=6, blank=True)
    shard = models.PositiveSmallIntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "key", "group", "shard"], name="tally_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.key} {self.group}: {self.count}"


class Participation(models.Model):
    """Somebody took part in a sealed poll. Nothing here tells who without the site's secret, when, or what they chose."""

    mark = models.CharField(max_length=43, primary_key=True)  # keyed digest of poll and voter
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="participations")

    def __str__(self) -> str:
        return f"somebody in {self.poll_id}"


class SealedBox(models.Model):
    """Choices of a sealed poll that nobody has counted yet: shuffled, padded, and encrypted as a whole."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="boxes", db_index=False)
    slot = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "slot"], name="sealed_box_unique"),
        ]

    def __str__(self) -> str:
        return f"box {self.slot} of {self.poll_id}"
