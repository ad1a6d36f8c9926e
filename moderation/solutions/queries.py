"""Known answers as pages show them. Each says how many statements it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from community.core.near import near
from community.members.models import Member, all_but_face
from forum.models import Board, PostState, Thread
from moderation.solutions.models import Link, Release, Review, Solution, Solved

if TYPE_CHECKING:
    from forum.roles import Viewer

MOST_REVIEWS, MOST_RELEASES = 100, 20
WAITING, HELPERS, SECONDS = "solutions.waiting", "solutions.helpers", 60


@dataclass(frozen=True, slots=True)
class Known:
    """A known answer as one viewer sees it. `threads`: linked ones that they may read; `is_said`: it solved theirs."""

    solution: Solution
    threads: int
    is_said: bool

    @property
    def post(self) -> Any:
        return self.solution.post

    @property
    def thread(self) -> Thread:
        return self.solution.thread


def shown_to(viewer: Viewer) -> QuerySet[Solution]:
    """Known answers that the viewer may read, with their posts and what is counted for them."""
    readable = Thread.objects.public().visible_to(viewer)
    links = Link.objects.filter(solution=OuterRef("pk"), ended_at=None, thread__in=readable.values("pk"))
    counted = links.order_by().values("solution").annotate(n=Count("pk")).values("n")
    said: Any = Value(False, output_field=BooleanField())
    if viewer.is_authenticated:
        said = Exists(Solved.objects.filter(solution=OuterRef("pk"), member=viewer.pk))
    return (
        Solution.objects.filter(
            withdrawn_at=None, post__state=PostState.VISIBLE, thread__in=readable.values("pk")
        )
        .select_related("post__author", "thread__board")
        .defer(
            *("post__source", "post__html", "thread__excerpt", "thread__days", "thread__tag_list"),
            "thread__board__form",
            *all_but_face("post__author"),
        )
        .annotate(threads=Coalesce(Subquery(counted), Value(0), output_field=IntegerField()), is_said=said)
    )


def dressed(rows: Iterable[Any]) -> list[Known]:
    return [Known(row, row.threads, bool(row.is_said)) for row in rows]


def of_thread(viewer: Viewer, thread_id: int) -> list[Known]:
    """What a thread's pages show: answers in it, and the one it is linked to. One statement."""
    linked = Link.objects.filter(thread=thread_id, ended_at=None).values("solution")
    rows = shown_to(viewer).filter(Q(thread=thread_id) | Q(pk__in=linked))
    return dressed(rows.order_by("pk"))


def one(viewer: Viewer, solution_id: int) -> Known | None:
    """One answer; None unless the viewer may read it. One statement."""
    return next(iter(dressed(shown_to(viewer).filter(pk=solution_id))), None)


def link_of(thread_id: int) -> Link | None:
    """The link that a thread shows, with who made it. One statement."""
    rows = Link.objects.filter(thread=thread_id, ended_at=None, solution__withdrawn_at=None)
    return rows.select_related("by").order_by("pk").first()


def nearest(viewer: Viewer, threads: Sequence[Thread]) -> tuple[list[Known], list[Thread]]:
    """Of threads that come near, the answers that they hold or lead to, in that order; and the others.

    No statement where none has one, else two.
    """
    ids = [row.pk for row in threads if row.has_known]
    if not ids:
        return [], list(threads)
    links = Link.objects.filter(thread__in=ids, ended_at=None)
    leads = dict(links.values_list("thread_id", "solution_id"))
    found = dressed(shown_to(viewer).filter(Q(thread__in=ids) | Q(pk__in=leads.values())))
    order: dict[int, Known] = {}
    taken = set()
    for thread in threads:
        fits = [
            one
            for one in found
            if one.solution.thread_id == thread.pk or leads.get(thread.pk) == one.solution.pk
        ]
        for one_ in sorted(fits, key=lambda one: (-one.solution.solved_count, one.solution.pk)):
            order.setdefault(one_.solution.pk, one_)
            taken.add(thread.pk)
    return list(order.values()), [row for row in threads if row.pk not in taken]


def helped_by(viewer: Viewer, member: Member) -> int:
    """How many people said that answers of this member's solved theirs, as far as the viewer may read them.

    Each once, however many answers. One statement, none for whoever helped nobody.
    """
    if member.pk not in near(HELPERS, _helpers, SECONDS):
        return 0
    readable = Thread.objects.public().visible_to(viewer).values("pk")
    rows = Solved.objects.filter(solution__post__author=member.pk, solution__thread__in=readable)
    rows = rows.filter(solution__post__state=PostState.VISIBLE)
    return rows.aggregate(n=Count("member", distinct=True))["n"] or 0


def _helpers() -> frozenset[int]:
    """Whose answers solved anything."""
    rows = Solved.objects.order_by().values_list("solution__post__author", flat=True).distinct()
    return frozenset(pk for pk in rows if pk)


# The desk ---------------------------------------------------------------------------------------------------------


def waiting_on(boards: Iterable[Board]) -> int:
    """How many reviews wait on these boards. No statement most of the time: they are counted once a minute."""
    counted = near(WAITING, _waiting, SECONDS)
    return sum(counted.get(board.pk, 0) for board in boards)


def _waiting() -> dict[int, int]:
    rows = Review.objects.filter(settled_at=None, solution__withdrawn_at=None)
    return dict(rows.values_list("solution__thread__board_id").annotate(n=Count("pk")))


@dataclass(frozen=True, slots=True)
class Waiting:
    review: Review
    known: Known


def reviews_for(viewer: Member) -> list[Waiting]:
    """Answers that this moderator should look at again, the longest waiting first. Two statements."""
    boards = Board.objects.moderated_by(viewer).values("pk")
    rows = Review.objects.filter(settled_at=None, solution__thread__board__in=boards)
    reviews = list(rows.select_related("release").order_by("opened_at", "pk")[:MOST_REVIEWS])
    found = shown_to(viewer).filter(pk__in=[row.solution_id for row in reviews])
    known = {one.solution.pk: one for one in dressed(found)}
    return [Waiting(row, known[row.solution_id]) for row in reviews if row.solution_id in known]


def reviews_of(solution_ids: Iterable[int]) -> dict[int, Review]:
    """Reviews that wait, by answer. One statement."""
    rows = Review.objects.filter(solution__in=list(solution_ids), settled_at=None)
    return {row.solution_id: row for row in rows.select_related("release")}


def releases() -> list[Release]:
    """What was named last. One statement."""
    return list(Release.objects.select_related("by").order_by("-at", "-pk")[:MOST_RELEASES])
