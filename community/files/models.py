"""Uploads. What is written about them elsewhere names them by `key`; where their bytes lie is told by `mark`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.text import FILES_ROOT
from community.files import policy, problems


class Kind(models.TextChoices):
    PICTURE = "picture", _("Picture")
    DOCUMENT = "document", _("Document")


class State(models.TextChoices):
    """Received: whole, and waiting for its sizes. Whether something uses it is told by those who join to it."""

    RECEIVED = "received", _("Being prepared")
    READY = "ready", _("Ready")
    GONE = "gone", _("Gone")  # deleted, purged, or no picture after all; its files leave, the row tells why


class UploadQuerySet(models.QuerySet["Upload"]):
    def kept(self) -> UploadQuerySet:
        return self.exclude(state=State.GONE)

    def of(self, member_id: int) -> UploadQuerySet:
        """What this member uploaded and did not delete, the newest first."""
        return self.kept().filter(owner_id=member_id).order_by("-id")

    def listed_for(self, member_id: int) -> UploadQuerySet:
        """The same, what no picture came of, until they take note of it or a month is over, and what is held back."""
        lately = clock.now() - timedelta(days=policy.UNUSED_DAYS)
        failed = ~Q(problem="") & Q(created_at__gt=lately)
        return self.filter(~Q(state=State.GONE) | ~Q(held="") | failed, owner_id=member_id).order_by("-id")

    def failed_among(self, member_id: int, keys: Iterable[str]) -> UploadQuerySet:
        """Those of the member's with these keys that no picture came of."""
        return self.filter(owner_id=member_id, key__in=list(keys), state=State.GONE).exclude(problem="")


class Upload(models.Model):
    """One file of one member. Written only by `files.actions`; a row never stands without its file."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads", db_index=False
    )
    key = models.CharField(
        max_length=32, unique=True
    )  # nobody guesses it; stays, and stands in people's words
    mark = models.CharField(max_length=8)  # of the present files: a covered picture has new ones
    kind = models.CharField(max_length=8, choices=Kind)
    form = models.CharField(max_length=4)  # webp, pdf, gpx: how its address ends
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    problem = models.CharField(max_length=16, blank=True, default="")  # why no picture came of it
    name = models.CharField(max_length=100)  # as the file was called, cleaned
    alt = models.CharField(max_length=200, blank=True, default="")
    width = models.PositiveIntegerField(null=True, blank=True)  # of the largest size; documents have none
    height = models.PositiveIntegerField(null=True, blank=True)
    sizes = models.JSONField(default=list, blank=True)  # [[edge, width, height, bytes], …], the largest first
    frames = models.PositiveSmallIntegerField(
        default=1, db_default=1
    )  # more than one: it came as an animation
    motion = models.PositiveIntegerField(default=0, db_default=0)  # bytes of what moves; 0: it stands still
    # Of the files that moderators keep though its owner deleted or covered it: something reported is still to be decided.
    held = models.CharField(max_length=8, blank=True, default="", db_default="")
    size = models.PositiveBigIntegerField()  # bytes it takes: the received file, then all sizes together
    sha256 = models.CharField(max_length=64)  # of what was received
    created_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    attached_at = models.DateTimeField(null=True, blank=True)  # when something first used it

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="upload_by_owner"),
            models.Index(fields=["state", "created_at"], name="upload_by_state"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind == Kind.PICTURE

    @property
    def is_ready(self) -> bool:
        return self.state == State.READY

    @property
    def is_held(self) -> bool:
        """Deleted by its owner, and still there for moderators alone."""
        return self.state == State.GONE and bool(self.held)

    @property
    def problem_words(self) -> str:
        """Why no picture came of it; empty for all others."""
        return problems.words_of(self.problem)

    @property
    def is_stilled(self) -> bool:
        """Whether it came as an animation and only its first frame is shown."""
        return self.is_ready and self.frames > 1 and not self.motion

    @property
    def address(self) -> str:
        """How people's words name it. Stays the same when the picture is covered."""
        return f"{FILES_ROOT}{self.key}.{self.form}"
