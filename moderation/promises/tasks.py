"""What promises do by the clock."""

from __future__ import annotations

from community.core.tasks import cron
from moderation.promises.actions.watching import BATCH, watch_clocks
from moderation.promises.counters import refresh_records


@cron("* * * * *", name="promises.watch")
def watch() -> None:
    """Hand over, tell the lead, and mark what broke."""
    while watch_clocks() == BATCH:
        pass


@cron("7 * * * *", name="promises.records")
def age() -> None:
    """Questions grow older than thirty days without anybody writing."""
    refresh_records()
