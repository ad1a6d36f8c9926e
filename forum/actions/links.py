"""Tying threads together."""

from __future__ import annotations

from collections.abc import Sequence

from community.core.access import require
from community.core.retrying import action
from community.members.models import Member
from forum import access
from forum.models import LinkKind, ThreadLink


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
