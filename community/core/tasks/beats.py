"""Who is working, who died, and giving the dead one's jobs back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django_tasks.base import TaskResultStatus

from community.core import clock
from community.core.tasks import rows

if TYPE_CHECKING:
    from community.core.models import WorkerBeat
    from community.core.tasks.rows import Row

EVERY = timedelta(seconds=20)
STALE_AFTER = timedelta(seconds=90)
UNKNOWN_AFTER = timedelta(minutes=15)  # claimed by something that never beats


@cache
def machine() -> str:
    """Where this process's pid means something: host, boot and pid namespace in one short mark."""
    parts = [platform.node()]
    with contextlib.suppress(OSError):  # not Linux: the host name has to do
        parts += [
            Path("/proc/sys/kernel/random/boot_id").read_text(),
            str(Path("/proc/self/ns/pid").readlink()),
        ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def beat(worker_id: str, kind: str) -> None:
    """Say that this worker lives."""
    from community.core.models import WorkerBeat

    now = clock.now()
    if not WorkerBeat.objects.filter(pk=worker_id).update(beat_at=now):
        WorkerBeat.objects.create(
            worker_id=worker_id, kind=kind, machine=machine(), pid=os.getpid(), started_at=now, beat_at=now
        )


def leave(worker_id: str) -> None:
    """A clean goodbye."""
    from community.core.models import WorkerBeat

    WorkerBeat.objects.filter(pk=worker_id).delete()


def last_beat() -> datetime | None:
    """When any worker last said that it lives."""
    from community.core.models import WorkerBeat

    return WorkerBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()


def _is_dead(beat: WorkerBeat | None, row: Row, now: datetime) -> bool:
    if beat is None:
        return bool(row.started_at is None or now - row.started_at > UNKNOWN_AFTER)
    if now - beat.beat_at > STALE_AFTER:
        return True
    # Killed and restarted on the same machine: no need to wait for the silence.
    return beat.machine == machine() and not _is_running(beat.pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process: it exists
        return True
    return True


def reap(worker_id: str = "") -> int:
    """Give back the jobs of workers that died; the number of jobs.

    `worker_id` is the caller's own name. It calls between two jobs, so rows in that name are ones whose end
    it could not write.
    """
    from community.core.models import WorkerBeat

    running = list(rows.rows().filter(status=TaskResultStatus.RUNNING).order_by()[:500])
    if not running:
        return 0
    beats = WorkerBeat.objects.in_bulk({row.worker_ids[-1] for row in running if row.worker_ids})
    now, reaped = clock.now(), 0
    for row in running:
        holder = row.worker_ids[-1] if row.worker_ids else ""
        if (holder and holder == worker_id) or _is_dead(beats.get(holder), row, now):
            rows.bury(row)
            reaped += 1
    return reaped


def forget_the_dead(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete the beats of workers long gone; the number deleted."""
    from community.core.models import WorkerBeat

    return WorkerBeat.objects.filter(beat_at__lt=clock.now() - older_than).delete()[0]
