"""How far someone has read, and what they want to hear about."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.models.boards import Board
from forum.models.threads import Tag, Thread


class ReadMark(models.Model):
    """The highest post number this member has had on screen in this thread. Never goes down by reading."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "thread"], name="read_mark_unique")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.thread_id} to {self.number}"


class BoardMark(models.Model):
    """Everything on this board up to `at` counts as read."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "board"], name="board_mark_unique")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.board_id} at {self.at}"


class TagFollow(models.Model):
    """A member wants new threads with this tag in their feed."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "tag"], name="tag_follow_once")]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.tag_id}"


class WatchLevel(models.TextChoices):
    ALL = "all", _("Every reply")
    MENTIONS = "mentions", _("Only when I am mentioned")
    MUTED = "muted", _("Nothing")


class Watch(models.Model):
    """What a member wants to know about one thread or one board."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches")
    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="watches"
    )
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, blank=True, related_name="watches")
    level = models.CharField(max_length=8, choices=WatchLevel)
    since = models.DateTimeField()
    is_automatic = models.BooleanField(default=False)  # set because they wrote here

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "thread"], condition=Q(thread__isnull=False), name="watch_thread_unique"
            ),
            models.UniqueConstraint(
                fields=["member", "board"], condition=Q(board__isnull=False), name="watch_board_unique"
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=False, board__isnull=True)
                | Q(thread__isnull=True, board__isnull=False),
                name="watch_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.level}"
