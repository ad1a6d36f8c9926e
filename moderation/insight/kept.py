"""What the page of operations stands on. It speaks of days that are over, so only what takes away or moves changes it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from community.core import clock, near
from community.core.facts import records
from community.core.pagecache import changed
from community.members.facts import RoleChanged
from forum import facts as forum
from moderation.insight.queries.best import KEY as BEST
from moderation.insight.queries.operations import keys
from moderation.insight.window import last_days
from moderation.promises.facts import PromiseChanged
from moderation.raises.facts import LedgerChanged

OPERATIONS = "operations"


def forget() -> None:
    """Count anew, once this is committed; around midnight the counts of yesterday's page go with those of today's."""
    now = clock.now()
    lasts = {last_days(1, now=now - timedelta(days=n), zone=settings.TIME_ZONE).last for n in (0, 1)}
    told = [BEST, *(key for last in sorted(lasts) for key in keys(last))]
    transaction.on_commit(lambda: near.forget(*told))
    changed(OPERATIONS)


@records(
    RoleChanged,
    forum.BoardArranged,
    forum.BoardRightsChanged,
    forum.PostStateChanged,
    forum.ThreadMoved,
    forum.ThreadSplit,
    forum.ThreadStateChanged,
    forum.ThreadsMerged,
    LedgerChanged,
    PromiseChanged,
)
def counts_changed(fact: object) -> None:
    forget()
