"""What the files' room does later, and by the clock."""

from __future__ import annotations

import structlog

from community.core.tasks import cron, task
from community.files import actions

log = structlog.get_logger("community.files")


# Before reactions to facts: somebody sits in front of a placeholder. Eight tries last longer than PATIENCE.
@task("files.prepare_sizes", 8, priority=20)
def prepare_sizes(upload_id: int) -> None:
    actions.make_sizes(upload_id=upload_id)


@cron("11,41 * * * *", name="files.sweep")
def sweep() -> None:
    """Orphans of crashes within the hour, and what nobody came to use."""
    swept = actions.sweep()
    if swept.files or swept.unused:
        log.info("uploads_swept", files=swept.files, unused=swept.unused)
