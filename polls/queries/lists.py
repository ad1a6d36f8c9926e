"""Lists of polls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from community.core import clock
from community.core.pagination import KeysetPage, keyset
from community.members.models import all_but_face
from polls.models import Poll, PollState

if TYPE_CHECKING:
    from forum.roles import Viewer

SIZE = 20
TABS = ("open", "closed")
DRAFTS = "drafts"  # of one's own, and what waits for its hour


def polls(viewer: Viewer, tab: str, cursor: str | None) -> KeysetPage[Poll]:
    """Polls that take votes, that are over, or that the viewer has not published yet, the newest first. One
    statement."""
    rows = Poll.objects.visible_to(viewer).select_related("author", "thread", "board")
    if tab == DRAFTS:
        rows = rows.filter(_unpublished(viewer)).defer(*all_but_face("author"), "board__rights")
        return keyset(rows, order=["-made_at", "-id"], cursor=cursor, size=SIZE)
    rows = rows.public()
    over = ~Q(closed_at=None) | Q(closes_at__lte=clock.now()) | Q(state=PollState.ARCHIVED)
    rows = rows.filter(over) if tab == "closed" else rows.exclude(over)
    rows = rows.defer(*all_but_face("author"), "board__rights")
    return keyset(rows, order=["-opens_at", "-id"], cursor=cursor, size=SIZE)


def _unpublished(viewer: Viewer) -> Q:
    waits = Q(state=PollState.DRAFT) | Q(state=PollState.OPEN, opens_at__gt=clock.now())
    return waits & Q(author_id=viewer.pk)
