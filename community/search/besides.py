"""What stands beside a title while it is typed: known answers first, then threads. A failing search breaks no page."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError

from community.search import queries
from forum.models import Thread
from moderation.solutions.queries import Known, nearest

logger = logging.getLogger(__name__)


def near_title(viewer: Any, title: str) -> dict[str, Any]:
    """Known answers and threads that a title comes close to. Four statements at most, two more for known answers."""
    try:
        threads = queries.near_title(viewer, title) if title else []
    except DatabaseError:
        logger.exception("threads near a title failed")
        threads = []
    known, others = with_known(viewer, threads)
    return {"known": known, "threads": others, "count": len(known) + len(others), "typed": title}


def with_known(viewer: Any, threads: list[Thread]) -> tuple[list[Known], list[Thread]]:
    """The known answers that these threads hold or lead to, and the threads without any."""
    try:
        return nearest(viewer, threads)
    except DatabaseError:
        logger.exception("known answers failed")
        return [], threads
