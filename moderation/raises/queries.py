"""The public ledger of a board, and whose threads are raised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.pagination import KeysetPage, keyset
from community.members.models import Member, Role, all_but_face
from forum.models import Board, Thread, ThreadState, Verb
from forum.models.boards import right_on_board
from forum.policy import NEW_POSTS
from moderation.raises import policy
from moderation.raises.models import Raise
from moderation.raises.policy import Effect, Share

if TYPE_CHECKING:
    from forum.roles import Viewer

ROWS = 30
AUDITED = timedelta(days=90)
State = Raise.State


def ledger(viewer: Viewer, board: Board, cursor: str | None) -> KeysetPage[Raise]:
    """Raises of a board, the newest first; `thread` is None where the viewer may not know of it now. One statement
    besides the one that asks which."""
    rows = Raise.objects.filter(board=board).select_related("thread", "by", "ended_by")
    rows = rows.defer("thread__excerpt", *all_but_face("by", "ended_by"))
    page = keyset(rows, order=("-at", "-id"), cursor=cursor, size=ROWS)
    ids = [row.thread_id for row in page.items]
    seen = set(Thread.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    for row in page.items:
        row.is_seen = row.thread_id in seen  # type: ignore[attr-defined]
    return page


def compared(board_ids: Collection[int] | None = None) -> QuerySet[Raise]:
    """Raises that tell something of their effect, on these boards (None: on all): chance decided, and it is counted."""
    rows = Raise.objects.filter(by_lot=True, followed__isnull=False)
    # Taken back on second thought, or raised in any case after the lot had left it out: neither tells anything.
    second_thought = Q(ended_why=Raise.End.WITHDRAWN, ended_at__lt=F("at") + policy.SECOND_THOUGHT)
    after = Raise.objects.filter(
        thread_id=OuterRef("thread_id"),
        state=State.RAISED,
        at__gte=OuterRef("at"),
        at__lte=OuterRef("at") + policy.WATCHED,
    )
    rows = rows.exclude(second_thought).exclude(Exists(after), state=State.LEFT_OUT)
    if board_ids is not None:
        rows = rows.filter(board_id__in=board_ids)
    return rows


def effect_on(board_ids: Collection[int] | None = None) -> Effect:
    """What followed on these boards (None: on all), raised against left out by lot, as far as it is counted.

    One statement.
    """
    counted = compared(board_ids).aggregate(
        raised=Count("pk", filter=Q(state=State.RAISED)),
        raised_hits=Count("pk", filter=Q(state=State.RAISED, followed__gt=0)),
        left=Count("pk", filter=Q(state=State.LEFT_OUT)),
        left_hits=Count("pk", filter=Q(state=State.LEFT_OUT, followed__gt=0)),
    )
    return Effect(
        Share(counted["raised_hits"], counted["raised"]), Share(counted["left_hits"], counted["left"])
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """How much is left on a board."""

    up: int
    most: int

    @property
    def left(self) -> int:
        return max(0, self.most - self.up)


def figures_of(board: Board) -> Figures:
    """How many threads of a board stand raised, and how many may. One statement."""
    up = Raise.objects.filter(board=board, state=State.RAISED, ended_at=None).count()
    return Figures(up, policy.budget(board.thread_count))


def up_now(thread_id: int) -> Raise | None:
    """The raise that lifts a thread now. One statement."""
    return Raise.objects.filter(thread_id=thread_id, state=State.RAISED, ended_at=None).first()


GROUPS: dict[str, Promise] = {
    "staff": _("Staff and partners"),
    "key": _("Key members"),
    "owner": _("Verified owners"),
    "new": _("Newcomers"),
    "member": _("Other members"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Threads of the last ninety days by one group of authors, and how many of them were raised."""

    name: str
    share: Share

    @property
    def label(self) -> str:
        return str(GROUPS[self.name])


def audited(viewer: Member) -> QuerySet[Any]:
    """Threads of the last ninety days on boards the viewer keeps order on, each with the `group` of its author.

    People stand in the first group that fits, by what they are now.
    """
    group = Case(
        When(~Q(author__role=Role.MEMBER), then=Value("staff")),
        When(author__is_key_member=True, then=Value("key")),
        When(author__is_verified_owner=True, then=Value("owner")),
        When(author__post_count__lt=NEW_POSTS, then=Value("new")),
        default=Value("member"),
        output_field=CharField(),
    )
    rows = Thread.objects.filter(right_on_board(viewer, Verb.MODERATE, "board_id"))
    rows = rows.filter(state=ThreadState.VISIBLE, opened_at__gt=clock.now() - AUDITED, imported_from="")
    return rows.annotate(group=group)


def audit(viewer: Member) -> list[Group]:
    """How often threads are raised by who wrote them, on boards the viewer keeps order on. One statement."""
    rows = (
        audited(viewer)
        .values("group")
        .annotate(
            threads=Count("pk", distinct=True),
            up=Count("pk", distinct=True, filter=Q(raises__state=State.RAISED)),
        )
    )
    found = {row["group"]: Share(row["up"], row["threads"]) for row in rows}
    return [Group(name, found.get(name, Share(0, 0))) for name in GROUPS]
