"""The index of the embedded engine: one row a document, its terms beside it.

Words and marks are searched in the database's own full-text index: FTS5 tables on SQLite, generated `tsvector`s on
PostgreSQL (both made by the migrations). Marks only narrow: what is found is looked up among the posts themselves, so
a moved or hidden post is right at once. `version` rises with every change of an entry.
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
    marks = models.TextField(blank=True, default="")  # see `marks`, each behind `database.MARK`
    version = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="search_kind")]

    def __str__(self) -> str:
        return self.key

    @property
    def ref(self) -> int:
        return self.post_id or self.member_id or self.article_id or 0

    @property
    def key(self) -> str:
        """What it is called outside the database."""
        return f"{self.kind}-{self.ref}"


class Word(models.Model):
    """A word of letters that some entry holds, so that a misspelt one is told from it.

    It lives with one entry that holds it and goes with that one: no word outlasts what it was read in. Whether a
    viewer may know it is asked among the posts, never here.
    """

    word = models.CharField(max_length=24, primary_key=True)
    stem = models.CharField(max_length=40)
    head = models.CharField(max_length=4)
    tail = models.CharField(max_length=4)
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["head"], name="search_word_head"),
            models.Index(fields=["tail"], name="search_word_tail"),
        ]

    def __str__(self) -> str:
        return self.word


class Unsent(models.Model):
    """A change of an entry that Elasticsearch has not been told of, or is being told just now."""

    key = models.CharField(max_length=30)
    version = models.BigIntegerField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Relatives(models.Model):
    """Which threads' titles share most with this one's, as they were found when it was written or renamed.

    Whoever may read them is asked when they are shown. A thread without a row is waiting for its turn.
    """

    thread = models.OneToOneField(
        "forum.Thread", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    near = models.JSONField(default=list)  # [[thread id, terms in common], …], the nearest first
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.thread_id}: {len(self.near)}"
