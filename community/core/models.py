"""What the toolkit itself remembers: which reactors ran, which requests were answered, who is working."""

from datetime import datetime
from typing import Any

from django.db import models

from community.core import clock


class ReactorRun(models.Model):
    """A reactor has had its effect. The row commits with that effect, so a second run finds it and stops."""

    key = models.CharField(max_length=64, primary_key=True)
    reactor = models.CharField(max_length=120)
    ran_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.reactor} {self.key[:12]}"


class IdempotencyKey(models.Model):
    """An answered request a client may repeat: who asked for what under which key, and the answer."""

    owner = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    result = models.JSONField(null=True, default=None)
    claimed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "verb", "key"], name="idempotency_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.verb} {self.key}"


class CronMark(models.Model):
    """The last slot of a timetable entry that some worker has taken."""

    name = models.CharField(max_length=120, primary_key=True)
    slot = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.slot:%Y-%m-%d %H:%M}"


class WorkerBeat(models.Model):
    """A worker that says it is alive. One row a worker; a clean stop takes it away."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=12)  # embedded | process
    machine = models.CharField(max_length=64)  # where its pid means something
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=clock.now)
    beat_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.worker_id


class DemoMarks(models.Manager["DemoMark"]):
    def mark(self) -> "DemoMark":
        """Say that this database holds invented people. Harmless when repeated."""
        return self.get_or_create(pk=DemoMark.ONLY)[0]

    def finish(self) -> None:
        """The demo is complete: it is not seeded again."""
        self.mark()
        self.filter(pk=DemoMark.ONLY, seeded_at=None).update(seeded_at=clock.now())

    def marked(self) -> bool:
        """Whether this database holds a demo, complete or not."""
        return self.filter(pk=DemoMark.ONLY).exists()

    def finished(self) -> bool:
        """Whether a demo was seeded to its end."""
        return self.filter(pk=DemoMark.ONLY, seeded_at__isnull=False).exists()


class DemoMark(models.Model):
    """Present where invented people live. Production refuses such a database."""

    ONLY = 1

    marked_at = models.DateTimeField(default=clock.now)
    seeded_at: "models.DateTimeField[Any, datetime | None]" = models.DateTimeField(null=True, default=None)

    objects = DemoMarks()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="demo_mark_single")]

    def __str__(self) -> str:
        return f"demo since {self.marked_at:%Y-%m-%d}"


class RestoreHold(models.Model):
    """Present where a backup was restored and nobody has confirmed it: this site reaches nobody."""

    ONLY = 1

    backup_id = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    files_done = models.BooleanField(default=False)  # the database came first; the uploads are here as well

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="restore_hold_single")]

    def __str__(self) -> str:
        return f"restored {self.restored_at:%Y-%m-%d}"
