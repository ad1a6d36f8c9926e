"""What raises do by the clock."""

from __future__ import annotations

from community.core.tasks import cron
from moderation.raises.actions.ending import BATCH, count_followed, end_due_raises


@cron("* * * * *", name="raises.end_due")
def end_due() -> None:
    """End what has stood for as long as was said."""
    while end_due_raises() == BATCH:
        pass


@cron("23 * * * *", name="raises.count_followed")
def count() -> None:
    """Count what followed, once its 48 hours are over."""
    while count_followed() == BATCH:
        pass
