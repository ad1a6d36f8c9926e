"""The ledger: every raise that was asked for, what became of it, and what followed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.models import Board, Thread


class Raise(models.Model):
    """A thread that somebody of the team asked to raise. Never deleted; `board` is where that was.

    `by_lot`: one in five of these is left out by chance, and the two are compared. `followed`: replies by members
    within 48 hours, counted once they are over; null until then.
    """

    class State(models.TextChoices):
        RAISED = "raised", _("Raised")
        LEFT_OUT = "left_out", _("Left out by lot")

    class End(models.TextChoices):
        TIME = "time", _("its time was over")
        WITHDRAWN = "withdrawn", _("taken back")
        CLOSED = "closed", _("the thread was locked, hidden, pinned or moved")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="raises")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State)
    by_lot = models.BooleanField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=9, choices=End, blank=True, default="")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    followed = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(state="raised", ended_at=None), name="raise_once_at_a_time"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["board", "-at", "-id"], name="raise_ledger"),
            models.Index(fields=["author", "-at"], name="raise_of_author"),
            models.Index(fields=["until"], condition=Q(state="raised", ended_at=None), name="raise_due"),
            models.Index(fields=["at"], condition=Q(followed=None), name="raise_to_count"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.thread_id}"

    @property
    def is_up(self) -> bool:
        return self.state == self.State.RAISED and self.ended_at is None
