"""What the toolkit clears away by itself."""

from datetime import timedelta

from django.db.models import Model, QuerySet

from community.core import clock
from community.core.tasks import beats, rows
from community.core.tasks.crons import cron

KEEP_REACTOR_RUNS = timedelta(days=30)
KEEP_IDEMPOTENCY_KEYS = timedelta(days=1)


def delete_in_batches(old: QuerySet[Model], size: int = 1000) -> int:
    """Delete the rows of a plain query without holding one long transaction; the number deleted."""
    deleted = 0
    while batch := list(old.order_by().values_list("pk", flat=True)[:size]):
        deleted += old.model._default_manager.filter(pk__in=batch).delete()[0]
    return deleted


@cron("17 * * * *", name="core.clear_queue")
def clear_queue() -> None:
    """Finished tasks, answered requests and dead workers' beats, once they can no longer matter."""
    from community.core.models import IdempotencyKey, ReactorRun

    now = clock.now()
    rows.prune()
    beats.forget_the_dead()
    delete_in_batches(IdempotencyKey.objects.filter(claimed_at__lt=now - KEEP_IDEMPOTENCY_KEYS))
    delete_in_batches(ReactorRun.objects.filter(ran_at__lt=now - KEEP_REACTOR_RUNS))
