"""What other sites say of the pages that posts link to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from community.core import clock
from forum.models.posts import Post


class LinkCard(models.Model):
    """A page elsewhere, asked once by us and never by our readers."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ASKED = "asked"
        FOUND = "found"
        NOTHING = "nothing"  # it said nothing, may not be visited, or did not answer: the plain link stays

    digest = models.CharField(
        max_length=64, unique=True
    )  # of the address, which may be longer than an index takes
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True, default="")  # the client's code, for operators
    title = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=300, blank=True, default="")
    site = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField(default=clock.now)  # of the state

    def __str__(self) -> str:
        return self.url


class PostLink(models.Model):
    """A post has an address on a line of its own. `place` counts from 0."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="links", db_index=False)
    card = models.ForeignKey(LinkCard, on_delete=models.CASCADE, related_name="uses")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "card"], name="post_link_unique")]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.card_id}"
