"""What a thread says of answers that serve many threads. Which those are is the business of another room."""

from __future__ import annotations

from typing import Any

from community.core.retrying import action
from community.members.models import Member
from forum.actions._shared import advance, log, publish_change
from forum.models import Thread, ThreadLog


@action
def note_known(
    *,
    actor: Member | None,
    thread_id: int,
    kind: ThreadLog.Kind,
    has_known: bool,
    reason: str = "",
    **data: Any,
) -> Thread:
    """Write into a thread's log what became of a known answer, and whether its pages have one to fetch from now on.

    Whether the actor may is for the caller to ask; the reason comes clean.
    """
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    thread.has_known = has_known
    advance(thread)
    thread.save(update_fields=["has_known", "sequence"])
    log(thread, kind, actor, reason=reason, **data)
    publish_change(thread, "known", actor)
    return thread
