"""What boards ask of opening posts, and what those answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.models.boards import Board
from forum.models.posts import Post


class FieldKind(models.TextChoices):
    """What an answer is; never changes once there is a field of it."""

    TEXT = "text", _("A line of text")
    LONG = "long", _("Several lines of text")
    NUMBER = "number", _("A number")
    MILEAGE = "mileage", _("Mileage")
    YEAR = "year", _("A year")
    DATE = "date", _("A day")
    CHOICE = "choice", _("One of a list")
    SEVERAL = "several", _("Several of a list")
    YESNO = "yesno", _("Yes or no")
    MODEL = "model", _("Car model")
    CITY = "city", _("City")
    FAULT = "fault", _("Fault codes")


class BoardField(models.Model):
    """One question of a board's form. It retires instead of going, so that what was answered keeps its meaning.

    `least` and `most` are in the steps that `fields.Asked.scale` says.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="field_rows")
    kind = models.CharField(max_length=7, choices=FieldKind)
    label_en = models.CharField(max_length=60)
    label_zh = models.CharField(max_length=60, blank=True, default="")
    help_en = models.CharField(max_length=200, blank=True, default="")
    help_zh = models.CharField(max_length=200, blank=True, default="")
    unit_en = models.CharField(max_length=12, blank=True, default="")
    unit_zh = models.CharField(max_length=12, blank=True, default="")
    least = models.BigIntegerField(null=True, blank=True)
    most = models.BigIntegerField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(default=0)  # after the point, of a number
    choices = models.JSONField(default=list, blank=True)  # [key, English, Chinese, offered] in their order
    lanes = models.JSONField(default=list, blank=True)  # asked in these; empty = in all
    is_required = models.BooleanField(default=False)
    is_filter = models.BooleanField(default=False)  # readers may narrow the board by it
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.label_en} on {self.board_id}"


class FieldValue(models.Model):
    """What a post answered to one field; several rows where several things may be answered.

    It goes where its post goes and narrows lists while the post opens a thread.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="field_values", db_index=False)
    field = models.ForeignKey(BoardField, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=60, blank=True, default="")  # what it is found by; see `fields`
    amount = models.BigIntegerField(null=True)  # of numbers, years and days, in the field's steps
    text = models.TextField(blank=True, default="")  # as it would be typed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "field", "place"], name="field_value_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["field", "key", "post"], name="field_value_key"),
            models.Index(fields=["field", "amount", "post"], name="field_value_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.post_id}: {self.text or self.key}"
