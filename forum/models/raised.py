"""Threads that staff lifted for some hours."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from forum.models.boards import Board
from forum.models.threads import Thread


class Raised(models.Model):
    """A thread stands higher on its board's own list: who lifted it, why and until when. The row goes when that ends.

    It changes an order and nothing else. Whether there is one, and what became of it, is kept by the room of raises.
    """

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, primary_key=True, related_name="raised")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["board", "-at"], name="raised_of_board")]

    def __str__(self) -> str:
        return f"{self.thread_id} until {self.until}"

    def is_up(self, now: datetime) -> bool:
        return self.until > now
