"""What this room does beside the pages and by the clock."""

from __future__ import annotations

from datetime import timedelta

from community.core import clock
from community.core.tasks import cron, task
from community.privacy import actions, letters
from community.privacy.models import Erasure, Export

WARNED_BEFORE = timedelta(days=2)


@task("privacy.make_export", max_attempts=3)
def make_export(*, export_id: int) -> None:
    """Make a copy and tell its member that it is there."""
    actions.finish_export(export_id=export_id)
    tell_of_export.enqueue(export_id=export_id)


@task("privacy.tell_of_export")
def tell_of_export(*, export_id: int) -> None:
    export = Export.objects.select_related("member").filter(pk=export_id, state=Export.State.READY).first()
    if export is not None and export.told_at is None:
        letters.copy_is_ready(export)
        Export.objects.filter(pk=export_id).update(told_at=clock.now())


@task("privacy.tell_of_erasure")
def tell_of_erasure(*, erasure_id: int) -> None:
    erasure = _waiting(erasure_id)
    if erasure is not None and erasure.told_at is None:
        letters.leaving_was_asked(erasure)
        Erasure.objects.filter(pk=erasure_id).update(told_at=clock.now())


@task("privacy.warn_of_erasure")
def warn_of_erasure(*, erasure_id: int) -> None:
    erasure = _waiting(erasure_id)
    if erasure is not None and erasure.warned_at is None:
        letters.leaving_is_near(erasure)
        Erasure.objects.filter(pk=erasure_id).update(warned_at=clock.now())


@task("privacy.erase", max_attempts=10)
def erase(*, erasure_id: int) -> None:
    actions.perform_erasure(erasure_id=erasure_id)


@cron("7 * * * *", name="privacy.erase_due")
def erase_due() -> None:
    """Warn whose time is nearly over, and erase whose time is."""
    now, waiting = clock.now(), Erasure.objects.filter(state=Erasure.State.WAITING)
    for pk in waiting.filter(due_at__lte=now + WARNED_BEFORE, due_at__gt=now, warned_at=None).values_list(
        "pk", flat=True
    ):
        warn_of_erasure.enqueue(erasure_id=pk)
    due = Erasure.objects.filter(state__in=[Erasure.State.WAITING, Erasure.State.RUNNING], due_at__lte=now)
    for pk in due.values_list("pk", flat=True):
        erase.enqueue(erasure_id=pk)


@cron("27 * * * *", name="privacy.sweep_exports")
def sweep_exports() -> None:
    """Copies are kept for a week."""
    Export.objects.filter(state=Export.State.QUEUED, asked_at__lt=clock.now() - timedelta(hours=12)).update(
        state=Export.State.FAILED
    )
    actions.sweep_exports()


def _waiting(erasure_id: int) -> Erasure | None:
    rows = Erasure.objects.select_related("member")
    return rows.filter(pk=erasure_id, state=Erasure.State.WAITING).first()
