"""Answers kept ready, and the replies that were begun from them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models import Board, Lane, Post

MAX_NAME, MAX_FITS, MAX_TEXT = 80, 200, 5000


class CannedAnswer(models.Model):
    """One answer in one language or both. It retires instead of going, so that its figures keep their meaning.

    `owner` None: the whole team's. `board` None and `lane` "": for all of them.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=MAX_NAME)
    fits = models.CharField(max_length=MAX_FITS, blank=True, default="")  # words of threads that it fits
    text_en = models.TextField(blank=True, default="")
    text_zh = models.TextField(blank=True, default="")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    lane = models.CharField(max_length=4, choices=Lane, blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(
        default=0
    )  # one step for each change: nobody overwrites unseen words
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text_en="", text_zh=""), name="canned_says_something")
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "name"], condition=Q(retired_at=None), name="canned_offered")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(language, text) of each language it is kept in."""
        return [(lang, text) for lang, text in (("en", self.text_en), ("zh", self.text_zh)) if text]


class Use(models.Model):
    """A reply that was begun from an answer. `is_bare`: hardly a word of its own was added."""

    answer = models.ForeignKey(CannedAnswer, on_delete=models.CASCADE, related_name="uses", db_index=False)
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    is_bare = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["answer", "-at"], name="canned_uses")]

    def __str__(self) -> str:
        return f"{self.answer_id} in {self.post_id}"
