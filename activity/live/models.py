"""What was changed lately, so that a page that was away can catch up. Swept after a day."""

import hashlib
from typing import ClassVar

from django.db import models

from community.core import clock
from forum.models import Thread


class LiveEvent(models.Model):
    """One step of a thread's sequence. Holds ids, never words: readers are shown what stands there now."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        EDIT = "edit"
        STATE = "state"  # a post was hidden, removed, restored or purged
        UNDONE = "undone"  # its author took a reply back within seconds (`data.number`); the post is gone
        REACTIONS = "reactions"
        ACCEPT = "accept"  # an answer was accepted or withdrawn
        THREAD = "thread"  # lock, pin, title, lane, tags
        SHOWN = "shown"  # the whole thread was hidden, removed or restored
        MOVED = "moved"  # to another board
        MERGED = "merged"  # into another thread (`data.target`), or another into this one (`data.source`)
        SPLIT = "split"

    # These change who may read the thread, or where it is: every listener is asked for again before they are told.
    ASKS_AGAIN = frozenset({Kind.SHOWN, Kind.MOVED, Kind.MERGED})

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=9, choices=Kind)
    post_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "sequence"], name="live_event_step_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thread_id}/{self.sequence}"


def mark_of(session_key: str) -> int:
    """A number that stands for a session and opens nothing."""
    return int.from_bytes(hashlib.sha256(session_key.encode()).digest()[:7], "big")


class RightsNote(models.Model):
    """That somebody's rights changed: whose sockets must be asked for again, even if no hint arrives."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        BOARD = "board"
        SESSION = "session"  # one that was signed out; `subject_id` is `mark_of` its key

    kind = models.CharField(max_length=7, choices=Kind)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
