"""Who may say that threads have the same problem, and that a post answers it. What somebody may not see is not there.

The team, where it moderates; and helpers: members whose answers were accepted on that board, so many times a day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, Verdict, absent, no
from community.core.prepared import LARGEST_ID
from community.members import counts
from community.members.access import may_speak
from community.members.models import Member
from forum import access as forum
from forum.models import PostState, Thread, ThreadState, Verb
from moderation.solutions import policy
from moderation.solutions.models import Link, Solution

if TYPE_CHECKING:
    from forum.roles import Viewer

A_DAY = timedelta(days=1)


def is_helper(member: Member, board_id: int) -> bool:
    """Whether an answer of theirs was accepted on this board, by somebody else. One statement, none for most."""
    if not member.helped_count:
        return False
    solved = Thread.objects.public().filter(board=board_id, accepted_post__author=member.pk)
    return solved.exclude(author=member.pk).exists()


def may_tie(viewer: Viewer, thread: Thread) -> Verdict:
    """Whether they may link this thread to a known answer, or make a post of it one. At most one statement."""
    if not isinstance(viewer, Member):
        return forum.SIGN_IN
    if not forum.has_right(viewer, thread, Verb.MODERATE) and not is_helper(viewer, thread.board_id):
        return no(
            _("This is for moderators, and for members whose answers were accepted on this board."),
            "not_helper",
        )
    return may_speak(viewer)


def may_untie(viewer: Viewer, thread: Thread, link: Link) -> Verdict:
    """The team, whoever linked it, and whoever asked: they know best that it is not their problem."""
    if not isinstance(viewer, Member):
        return forum.SIGN_IN
    asked = (thread.author_id, link.by_id)
    if viewer.pk not in asked and not forum.has_right(viewer, thread, Verb.MODERATE):
        return no(_("Only moderators, who linked it, and who asked can take this away."), "not_yours")
    return may_speak(viewer)


def may_change(viewer: Viewer, solution: Solution) -> Verdict:
    """Its range, another post in its place, taking it back: the team of its board, and whoever made it."""
    if not isinstance(viewer, Member):
        return forum.SIGN_IN
    if viewer.pk != solution.made_by_id and not forum.has_right(viewer, solution.thread, Verb.MODERATE):
        return no(
            _("Only moderators of its board, and who made it one, can change a known answer."), "not_yours"
        )
    return may_speak(viewer)


def may_say_solved(viewer: Viewer, solution: Solution) -> Verdict:
    """Members, of what others wrote; the team stays out of the count. No statement."""
    if not isinstance(viewer, Member):
        return forum.SIGN_IN
    if solution.post.author_id == viewer.pk:
        return no(_("You wrote this answer. The count tells of others."), "own_post")
    if viewer.is_staff_role:
        return no(_("The team is not counted, so that the number tells of members alone."), "staff")
    return may_speak(viewer)


def require_room(actor: Member, thread: Thread) -> None:
    """Refused ("rate") for a helper who tied enough today; their row is held, so that nobody slips through twice."""
    if forum.has_right(actor, thread, Verb.MODERATE):
        return
    counts.hold([actor.pk])
    since = clock.now() - A_DAY
    made = Solution.objects.filter(made_by=actor, made_at__gt=since).count()
    if made + Link.objects.filter(by=actor, at__gt=since).count() >= policy.HELPERS_A_DAY:
        raise Refused(
            no(
                _("You tied %(most)d threads and answers within a day. Others may see the next one.")
                % {"most": policy.HELPERS_A_DAY},
                "rate",
            )
        )


# Fetch + check (+ lock) -----------------------------------------------------------------------------------------


def solution_for_reading(viewer: Viewer, *, solution_id: int) -> Solution:
    """A known answer that the viewer may read, with its post and thread. Two statements. 404 otherwise."""
    row = None
    if 0 < solution_id <= LARGEST_ID:
        shown = Q(withdrawn_at=None, post__state=PostState.VISIBLE, thread__state=ThreadState.VISIBLE)
        row = Solution.objects.select_related("post__author").filter(shown, pk=solution_id).first()
    if row is None:
        raise absent()
    row.thread = forum.thread_for_reading(viewer, thread_id=row.thread_id)
    return row


def solution_for_change(actor: Member, *, solution_id: int) -> Solution:
    """The same, its thread and then itself locked. Refused ("changed") where it was moved at this moment."""
    thread_id = solution_for_reading(actor, solution_id=solution_id).thread_id
    thread = forum.thread_for_change(actor, thread_id=thread_id)
    row = held(solution_id)
    if row.thread_id != thread.pk or not is_shown(row, thread):
        raise Refused(no(_("This changed while you looked at it. Look once more, then decide."), "changed"))
    row.thread = thread
    return row


def held(solution_id: int) -> Solution:
    rows = Solution.objects.select_related("post").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=solution_id)


def is_shown(solution: Solution, thread: Thread) -> bool:
    """Whether everybody who may read its board sees this answer."""
    return (
        solution.is_current
        and solution.post.state == PostState.VISIBLE
        and thread.state == ThreadState.VISIBLE
    )
