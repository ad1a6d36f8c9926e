"""That two threads have the same problem: one edge a thread, from it to the post that answers."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, no, require
from community.core.retrying import action
from community.members.models import Member
from forum import access as forum
from forum import actions as forum_actions
from forum.actions import clean_reason
from forum.models import Post, PostState, Thread, ThreadLog, ThreadState
from moderation.solutions import access
from moderation.solutions.actions._shared import CURRENT, answers_in, has_known, links_here, links_to, say
from moderation.solutions.actions.making import make_known, take_back_all
from moderation.solutions.models import Link


@action
def link_problem(*, actor: Member, thread_id: int, solution_id: int, reason: str = "") -> Link:
    """Say that a thread has the problem which an answer solves. Repeated it changes nothing.

    Refused for what would close a circle: a thread whose own answer serves others ("serves"), an answer whose thread is
    linked on ("chain"); and for a thread that is linked elsewhere ("linked"). 404 for what the actor may not see.
    """
    text = clean_reason(reason, required=False)
    solution = access.solution_for_reading(actor, solution_id=solution_id)
    if solution.thread_id == thread_id:
        raise Invalid(_("This thread holds that answer itself."), field="target")
    ids = sorted(
        (thread_id, solution.thread_id)
    )  # in one order, so that two who link crosswise wait only once
    held = {pk: forum.thread_for_change(actor, thread_id=pk) for pk in ids}
    thread, host = held[thread_id], held[solution.thread_id]
    require(access.may_tie(actor, thread))
    solution = access.held(solution_id)
    if solution.thread_id != host.pk or not access.is_shown(solution, host):
        raise Refused(no(_("This changed while you looked at it. Look once more, then decide."), "changed"))
    if thread.state != ThreadState.VISIBLE:
        raise Refused(no(_("This thread is not public, so it links to nothing."), "hidden"))
    present = links_here(thread.pk).order_by("pk").first()
    if present is not None and present.solution_id == solution.pk:
        return present
    if present is not None:
        raise Refused(
            no(_("This thread is linked to a known answer already. Take that link away first."), "linked")
        )
    _require_no_circle(thread, host)
    access.require_room(actor, thread)
    take_back_all(thread.pk, actor)
    now = clock.now()
    Link.objects.filter(CURRENT, thread=thread).update(ended_at=now, ended_by=actor)  # to what was taken back
    row = Link.objects.create(origin=thread, thread=thread, solution=solution, by=actor, at=now, reason=text)
    forum_actions.note_known(
        actor=actor, thread_id=thread.pk, kind=ThreadLog.Kind.LINKED, has_known=True, reason=text
    )
    say(solution)
    return row


def _require_no_circle(thread: Thread, host: Thread) -> None:
    if links_here(host.pk).exists():
        raise Refused(
            no(_("That thread is linked to another answer itself. Link this one to that answer."), "chain")
        )
    if links_to(thread.pk).exists():
        raise Refused(
            no(_("Other threads are linked to an answer in this one, so it cannot lead elsewhere."), "serves")
        )


@action
def unlink_problem(*, actor: Member, thread_id: int, reason: str = "") -> bool:
    """Take a thread's link away; whether there was one. The team, whoever linked it, and whoever asked."""
    text = clean_reason(reason, required=False)
    thread = forum.thread_for_change(actor, thread_id=thread_id)
    rows = list(links_here(thread.pk).select_related("solution").order_by("pk"))
    if not rows:
        return False
    require(access.may_untie(actor, thread, rows[0]))
    Link.objects.filter(CURRENT, thread=thread).update(ended_at=clock.now(), ended_by=actor)
    forum_actions.note_known(
        actor=actor,
        thread_id=thread.pk,
        kind=ThreadLog.Kind.UNLINKED,
        has_known=has_known(thread.pk),
        reason=text,
    )
    say(rows[0].solution)
    return True


class Reached(NamedTuple):
    """What linking to a thread came to: the link, None where that thread has no answer to link to; whether it was not
    there before; and the answer that was made known for it."""

    link: Link | None
    is_new: bool = False
    made: int | None = None


@action
def link_to_thread(
    *, actor: Member, thread_id: int, target_id: int, solution_id: int | None = None, reason: str = ""
) -> Reached:
    """Link a thread to the answer of another: the one named, its known one, the one it is linked to, or else the one
    that was accepted there, which becomes known where the actor may make it so.
    """
    made = None
    target = forum.thread_for_reading(actor, thread_id=target_id)
    if solution_id is None:
        solution_id = _answer_of(target)
    if solution_id is None and target.accepted_post_id and access.may_tie(actor, target):
        made = solution_id = _make(actor, target)
    if solution_id is None:
        return Reached(None)
    before = links_here(thread_id).values_list("pk", flat=True).first()
    row = link_problem(actor=actor, thread_id=thread_id, solution_id=solution_id, reason=reason)
    return Reached(row, row.pk != before, made)


def _answer_of(target: Thread) -> int | None:
    """The known answer of a thread that helped most, or the one it is linked to. Two statements at most."""
    shown = answers_in(target.pk).filter(post__state=PostState.VISIBLE)
    found = shown.order_by("-solved_count", "pk").values_list("pk", flat=True).first()
    return found or links_here(target.pk).order_by("pk").values_list("solution_id", flat=True).first()


def _make(actor: Member, target: Thread) -> int | None:
    post = Post.objects.filter(pk=target.accepted_post_id or 0, state=PostState.VISIBLE).first()
    if post is None or target.state != ThreadState.VISIBLE:
        return None
    return make_known(actor=actor, post_id=post.pk).pk
