"""Tying threads together."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from forum import access
from forum.facts import ThreadsTied, ThreadsUntied
from forum.models import LinkKind, Thread, ThreadLink


@action
def link_threads(*, actor: Member | None, links: Sequence[tuple[int, int, LinkKind]]) -> None:
    """Tie threads: (thread id, the other's id, kind), as a community that moves in had tied them.

    `actor` None is the installation itself. Links that are there stay; a thread is never tied to itself.
    """
    require(access.may_arrange(actor))
    ThreadLink.objects.bulk_create(
        (ThreadLink(thread_id=one, target_id=other, kind=kind) for one, other, kind in links if one != other),
        ignore_conflicts=True,
    )


@action
def tie_threads(*, actor: Member, thread_id: int, target_id: int, kind: LinkKind) -> bool:
    """Tie a thread to another that the actor may read; whether they were not tied before. Moderators of its board.

    Invalid for itself, Http404 for a target that is not there for the actor.
    """
    if thread_id == target_id:
        raise Invalid(_("Choose another thread: a thread cannot be tied to itself."), field="target")
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    target = access.thread_for_reading(actor, thread_id=target_id)
    if _tied(target, thread, kind) or not put_once(ThreadLink(thread=thread, target=target, kind=kind)):
        return False
    publish(ThreadsTied(thread.pk, target.pk, actor.pk, kind.value, clock.now()))
    return True


@action
def untie_threads(*, actor: Member, thread_id: int, target_id: int, kind: LinkKind) -> bool:
    """Take such a tie away; whether there was one. Moderators of the thread's board."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    rows = ThreadLink.objects.filter(thread=thread, target_id=target_id, kind=kind)
    if not rows.delete()[0]:
        return False
    publish(ThreadsUntied(thread.pk, target_id, actor.pk, kind.value, clock.now()))
    return True


def _tied(thread: Thread, target: Thread, kind: LinkKind) -> bool:
    return ThreadLink.objects.filter(thread=thread, target=target, kind=kind).exists()
