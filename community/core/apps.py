from typing import Any

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The toolkit every other room stands on."""

    name = "community.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core import checks
        from django_tasks.signals import task_enqueued

        from community.core import measuring
        from community.core.demo import check_no_demo

        measuring.start()
        task_enqueued.connect(_wake_after_commit, dispatch_uid="core.wake_worker")
        checks.register(check_no_demo, checks.Tags.database)


def _wake_after_commit(**kwargs: Any) -> None:
    """A worker thread in this process need not wait for its next look at the queue."""
    from django.db import transaction

    from community.core.tasks.worker import has_local_worker, wake_local_workers

    if has_local_worker():
        transaction.on_commit(wake_local_workers, robust=True)
