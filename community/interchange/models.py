"""What came from where: so that a second import adds nothing and old addresses still lead somewhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ImportSource(models.Model):
    """One community that moved in, the board it got, and how its last import went."""

    source = models.CharField(max_length=80, unique=True)  # as on members: "stackexchange:beer"
    board = models.ForeignKey("forum.Board", on_delete=models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # empty while running, and after a crash
    summary = models.JSONField(default=dict, blank=True)  # file → what became of its rows

    def __str__(self) -> str:
        return self.source


class ImportedItem(models.Model):
    """One thing of the old place and the post it became. Committed together with that post."""

    class Kind(models.TextChoices):
        QUESTION = "q"
        ANSWER = "a"
        COMMENT = "c"

    source = models.CharField(max_length=80)
    kind = models.CharField(max_length=1, choices=Kind)
    source_id = models.BigIntegerField()
    post = models.ForeignKey("forum.Post", on_delete=models.CASCADE, related_name="+")
    kept = models.JSONField(
        default=dict, blank=True
    )  # what the site has no place for yet: views, duplicates …

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "kind", "source_id"], name="imported_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind}{self.source_id}"
