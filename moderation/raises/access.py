"""What may be raised: the same for every thread, whatever it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.core.access import YES, Verdict, no
from community.members.models import Member
from forum.access import may_moderate
from forum.models import Post, PostState, Thread, ThreadState


def may_raise(actor: Member, thread: Thread) -> Verdict:
    """Moderators of the board may raise somebody else's thread that is open and not in dispute. One statement.

    Budgets are asked when it is raised. `thread` comes with its board and the actor's enrolment.
    """
    verdict = may_moderate(actor, thread)
    if not verdict:
        return verdict
    if thread.author_id == actor.pk:
        return no(_("Ask another moderator to raise your own thread."), "own")
    return may_stand(thread)


def may_stand(thread: Thread) -> Verdict:
    """Whether a thread may stand raised, whoever lifts it: it is open and not in dispute. One statement."""
    if thread.state != ThreadState.VISIBLE:
        return no(_("Only threads that everybody sees can be raised."), "not_visible")
    if thread.is_locked or thread.board.is_closed:
        return no(_("Nobody can reply here, so there is nothing to raise it for."), "locked")
    if thread.is_pinned:
        return no(_("This thread is pinned: it stands on top already."), "pinned")
    if Post.objects.filter(thread=thread, state=PostState.HIDDEN).exists():
        return no(_("A post here is hidden, so the thread is in dispute. Settle that first."), "dispute")
    return YES
