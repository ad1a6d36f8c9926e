"""Lists of polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from community.core import clock
from community.core.links import link
from community.core.near import forget, near
from community.core.pagination import KeysetPage, keyset
from community.members.models import all_but_face
from polls.models import Poll, PollState

if TYPE_CHECKING:
    from forum.roles import Viewer

SIZE = 20
TABS = ("open", "closed")
DRAFTS = "drafts"  # of one's own, and what waits for its hour
MOST_ON_BOARD = 3
_ON_BOARDS, _SECONDS = "polls:on_boards:1", 600


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A poll as the page of its board names it."""

    pk: int
    question: str
    slug: str
    lang: str
    opens_at: datetime
    closes_at: datetime | None

    @property
    def url(self) -> str:
        return link("polls:poll", self.pk, self.slug)

    def takes_votes(self, at: datetime) -> bool:
        return self.opens_at <= at and (self.closes_at is None or self.closes_at > at)


def polls(viewer: Viewer, tab: str, cursor: str | None, *, board_id: int | None = None) -> KeysetPage[Poll]:
    """Polls that take votes, that are over, or that the viewer has not published yet, the newest first; of one board and
    its threads where that is named. One statement."""
    rows = Poll.objects.visible_to(viewer).select_related("author", "thread", "board")
    if board_id is not None:
        rows = rows.filter(Q(board_id=board_id) | Q(thread__board_id=board_id))
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


def on_board(board_id: int) -> list[OnBoard]:
    """Polls of a board itself that take votes, the newest first; who reads the board may know of them. A statement in
    ten minutes, for all boards."""

    def read() -> dict[int, list[OnBoard]]:
        found: dict[int, list[OnBoard]] = {}
        rows = Poll.objects.filter(state=PollState.OPEN, closed_at=None, thread=None).exclude(board=None)
        told = ("board_id", "pk", "question", "slug", "lang", "opens_at", "closes_at")
        for board, *poll in rows.order_by("-opens_at", "-pk").values_list(*told)[:1000]:
            found.setdefault(board, []).append(OnBoard(*poll))
        return found

    now = clock.now()
    standing = near(_ON_BOARDS, read, _SECONDS).get(board_id, [])
    return [poll for poll in standing if poll.takes_votes(now)][:MOST_ON_BOARD]


def boards_changed() -> None:
    """A poll came, went or changed."""
    forget(_ON_BOARDS)
