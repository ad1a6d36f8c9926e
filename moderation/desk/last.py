"""What somebody did last at the desk, and how much of it may still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from community.core import clock
from community.core.prepared import Prepared
from forum.models import Verb
from forum.models.boards import right_on_board
from forum.policy import UNDO_FOR, UNDO_GRACE
from forum.roles import Kind
from moderation.desk import policy
from moderation.desk.models import DeskLog, DeskThread

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.roles import Viewer

WORK = ("place", "note", "wakes_on_reply", "assignee_id", "assigned_by_id")
MOMENTS = ("due_at", "snoozed_until")
ANSWERED, UNDID = DeskLog.Verb.ANSWERED, DeskLog.Verb.UNDID


def snapshot(row: DeskThread) -> dict[str, Any]:
    """What a row says of the work on its thread, as a line of the log keeps it."""
    moments = {name: getattr(row, name) for name in MOMENTS}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return {name: getattr(row, name) for name in WORK} | told


@dataclass(frozen=True, slots=True)
class Last:
    """`line`: the latest act that may be taken back. `stays`: a later one that may not be any more."""

    line: DeskLog | None = None
    stays: DeskLog | None = None

    @property
    def overtaken_by(self) -> str:
        """Who went on from what stays; "" where nobody of the team did."""
        return getattr(self.stays, "overtaken_by", None) or ""


def since_when() -> dict[str, datetime]:
    """From when on acts, and from when on words, may be taken back."""
    now = clock.now()
    return {"since": now - policy.UNDO_WITHIN, "words_since": now - UNDO_FOR - UNDO_GRACE}


def own_lines(viewer: Viewer, *, since: datetime) -> QuerySet[DeskLog]:
    """What the viewer did in the last hours and has not taken back."""
    return DeskLog.objects.filter(actor=viewer.pk, at__gte=since, undone_at=None).exclude(verb=UNDID)


def takeable(viewer: Viewer, *, since: datetime, words_since: datetime) -> QuerySet[DeskLog]:
    """Those of them that nobody went on from: all that came after was itself taken back. A reply only for seconds.

    Every step of a row is a line of its log, but that a member's word makes it due: then steps and lines differ.
    """
    later = DeskLog.objects.filter(thread=OuterRef("thread"), pk__gt=OuterRef("pk"))
    steps = later.order_by().values("thread").annotate(n=Count("pk")).values("n")
    lines = own_lines(viewer, since=since).annotate(
        row_version=Subquery(DeskThread.objects.filter(pk=OuterRef("thread")).values("version")),
        steps=Coalesce(Subquery(steps), Value(0), output_field=IntegerField()),
    )
    at_once = ~Q(verb=ANSWERED) | Q(at__gt=words_since)
    return lines.filter(
        at_once,
        ~Exists(later.filter(undone_at=None).exclude(verb=UNDID)),
        right_on_board(viewer, Verb.MODERATE, "thread__board_id"),
        before__isnull=False,
        row_version=F("version") + F("steps"),
    )


def _last(kind: Kind, *, viewer_pk: int, since: datetime, words_since: datetime) -> QuerySet[DeskLog]:
    viewer = kind.viewer(viewer_pk=viewer_pk)
    own = own_lines(viewer, since=since)
    may_go = takeable(viewer, since=since, words_since=words_since)
    others = DeskLog.objects.filter(thread=OuterRef("thread"), pk__gt=OuterRef("pk"), undone_at=None)
    others = others.exclude(verb=UNDID).exclude(actor=viewer_pk)
    may, newest = (rows.order_by("-pk").values("pk")[:1] for rows in (may_go, own))
    return (
        own.filter(Q(pk=Subquery(may)) | Q(pk=Subquery(newest)))
        .annotate(
            may_go=Exists(may_go.filter(pk=OuterRef("pk"))),
            overtaken_by=Subquery(others.order_by("-pk").values("actor__name")[:1]),
        )
        .select_related("thread")
        .order_by("-pk")
    )


_last_lines: Prepared[DeskLog] = Prepared(_last)  # asked at every page of the desk


def last_of(viewer: Member) -> Last:
    """The viewer's last act, and the one that may still be taken back. One statement."""
    rows = _last_lines.rows(Kind.of(viewer), viewer_pk=viewer.pk, **since_when())
    line = next((row for row in rows if row.may_go), None)  # type: ignore[attr-defined]
    return Last(line, rows[0] if rows and rows[0] is not line else None)
