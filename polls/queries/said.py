"""What members decided and what the brand owes them for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from community.core import clock
from community.core.pagination import KeysetPage, keyset
from community.members.models import all_but_face
from polls.models import BrandAnswer, Poll, PollState

if TYPE_CHECKING:
    from forum.roles import Viewer

SIZE = 20
TABS = ("waiting", "answered")


def decisions(viewer: Viewer, tab: str, cursor: str | None) -> KeysetPage[Poll]:
    """Decisions that wait for an answer, the most overdue first, or those that have one, the latest first; each with
    its latest answer as `latest`. One that was opened again waits on. Two statements."""
    rows = _decisions(viewer).select_related("thread", "board").defer("board__rights")
    if tab == "answered":
        page = keyset(rows.exclude(answered_at=None), order=["-answered_at", "-id"], cursor=cursor, size=SIZE)
    else:
        rows = rows.filter(answered_at=None).exclude(answer_by=None)
        page = keyset(rows, order=["answer_by", "id"], cursor=cursor, size=SIZE)
    latest = {one.poll_id: one for one in _answers([poll.pk for poll in page.items])}
    for poll in page.items:
        poll.latest = latest.get(poll.pk)  # type: ignore[attr-defined]
    return page


def late_count(viewer: Viewer) -> int:
    """How many decisions nobody answered in time. One statement."""
    rows = _decisions(viewer).filter(answered_at=None, answer_by__lt=clock.now().date())
    return rows.count()


def answers_of(poll: Poll) -> list[BrandAnswer]:
    """Everything the brand said to a decision, the first first. One statement; none where nothing was said."""
    if poll.answered_at is None:
        return []
    rows = BrandAnswer.objects.filter(poll=poll).select_related("by").defer(*all_but_face("by"))
    return list(rows.order_by("pk"))


def _decisions(viewer: Viewer) -> QuerySet[Poll]:
    now = clock.now()
    over = Q(closed_at__lte=now) | Q(closes_at__lte=now) | Q(state=PollState.ARCHIVED)
    over |= ~Q(answer_by=None)  # was over once: what was owed then is owed
    return Poll.objects.visible_to(viewer).public().filter(over, is_decision=True)


def _answers(ids: list[int]) -> QuerySet[BrandAnswer]:
    return BrandAnswer.objects.filter(poll__in=ids).order_by("pk")
