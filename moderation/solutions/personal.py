"""What known answers hold about a member, and how it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.personal import GOES, NUMBER, YOU, each, holds, nothing
from moderation.solutions import actions

_ACTED = "who tied threads together keeps a number, without a name"
_POSTS = "which posts answer for other threads; the posts themselves are told with their authors’"

nothing(
    "solutions.Solution",
    _POSTS,
    "id post thread car car_key year_from year_to software_from software_to review_after made_by made_at reason "
    "told_version solved_count withdrawn_at",
    points={"made_by": _ACTED},
)
nothing(
    "solutions.Link",
    "which threads have the same problem",
    "id origin thread solution by at reason ended_at ended_by",
    points=each("by ended_by", _ACTED),
)
nothing(
    "solutions.Change",
    "what became of an answer; who was told of it is told with their notifications",
    "id solution before what actor reason at",
    points={"actor": _ACTED},
)
nothing(
    "solutions.Release",
    "which cars are new",
    "id car car_key year software by at",
    points={"by": _ACTED},
)
nothing(
    "solutions.Review",
    "which answers are looked at again",
    "id solution why release opened_at settled_at settled_by verdict",
    points={"settled_by": _ACTED},
)
holds(
    "solutions.Solved",
    room="writing",
    title=_("Answers that solved yours"),
    owner="member",
    told="solution at",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    by="solutions.solved",
    drop=lambda member, row: actions.unsay_solved(actor=member, solution_id=row.solution_id),
)


@personal.erases("solutions.solved", order=personal.WORDS)
def solved_goes(*, member_id: int, remove_posts: bool) -> None:
    """Whoever leaves is counted no longer."""
    actions.forget_solved(member_id=member_id)
