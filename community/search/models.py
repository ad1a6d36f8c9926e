"""The index of the embedded engine: one row a document, its terms beside it.

The words are searched in the database's own full-text index over `title_terms` and `body_terms`: an FTS5 table on
SQLite, a generated `tsvector` on PostgreSQL (both made by the migration). Rights and states are not copied here:
queries join the posts themselves, so a moved or hidden post is right at once.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Kind(models.TextChoices):
    POST = "post"
    MEMBER = "member"
    ARTICLE = "article"


class SearchEntry(models.Model):
    kind = models.CharField(max_length=7, choices=Kind)
    post = models.OneToOneField("forum.Post", on_delete=models.CASCADE, null=True, related_name="+")
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    article = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()
    title_terms = models.TextField(blank=True, default="")
    body_terms = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="search_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.post_id or self.member_id or self.article_id}"
