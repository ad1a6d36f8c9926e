"""A draw among those who answered something, and who entered it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community.core import clock
from community.core.links import link


class Draw(models.Model):
    """What can be won, by which value it is decided, and when. Everything but the value is announced beforehand."""

    source = models.CharField(max_length=8)  # a key of `polls.sources`: poll, survey
    source_id = models.BigIntegerField()
    prize = models.CharField(max_length=160)
    winners_wanted = models.PositiveSmallIntegerField(default=1)
    terms = models.CharField(max_length=600, blank=True, default="")
    value_kind = models.CharField(max_length=300)  # which public value decides, and where it is published
    closes_at = models.DateTimeField()  # entries are taken until then
    value_at = models.DateTimeField()  # when the value becomes known; later than `closes_at`
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(default=clock.now)
    frozen_at = models.DateTimeField(null=True, blank=True)
    list_hash = models.CharField(max_length=64, blank=True, default="")
    entry_count = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # who had entered and may not win any more
    value = models.CharField(max_length=200, blank=True, default="")
    value_source = models.CharField(max_length=300, blank=True, default="")
    value_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            # One that is void may be followed by another.
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=Q(frozen_at=None) | Q(frozen_at__lt=F("value_at")),
                name="draw_once_a_source",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["closes_at"], condition=Q(frozen_at=None), name="draw_due"),
        ]

    def __str__(self) -> str:
        return self.prize

    def get_absolute_url(self) -> str:
        return link("polls:draw", self.pk)

    @property
    def takes_entries(self) -> bool:
        return self.frozen_at is None and self.closes_at > clock.now()

    @property
    def is_entered(self) -> bool:
        """Whether somebody waits for it, or won: its page stays then. One statement, none for a void one."""
        return not self.is_void and self.entries.exists()

    @property
    def is_decided_by_now(self) -> bool:
        """The moment is over at which the value became known."""
        return self.value_at <= clock.now()

    @property
    def is_void(self) -> bool:
        """The list was frozen when the value could be known: nobody could trust it."""
        return self.frozen_at is not None and self.frozen_at >= self.value_at


class Entry(models.Model):
    """One person in a draw. The list shows `code` alone, which its owner is told."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="entries", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    code = models.CharField(max_length=32)
    place = models.PositiveSmallIntegerField(null=True, blank=True)  # won, from 1 on
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "member"], name="entry_once_a_member"),
            models.UniqueConstraint(fields=["draw", "code"], name="entry_code_unique"),
            models.UniqueConstraint(
                fields=["draw", "place"], condition=~Q(place=None), name="entry_place_once"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at=None) | ~Q(place=None), name="entry_claims_what_it_won"
            ),
        ]

    def __str__(self) -> str:
        return self.code
