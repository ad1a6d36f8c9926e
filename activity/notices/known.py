"""Telling those who rely on an answer that it changed. The room of answers, built on this one, says who they are."""

from __future__ import annotations

from collections.abc import Mapping

from activity.notices import telling
from activity.notices.kinds import Kind
from activity.notices.occasions import Step, as_wished, is_first_run
from activity.notices.policy import Candidate
from activity.notices.telling import Happening
from community.core.retrying import action
from forum.models import Thread


@action
def about_known(
    *,
    whys: Mapping[int, str],
    solution_id: int,
    thread_id: int,
    post_id: int,
    what: str,
    reason: str,
    key: str,
) -> Step | None:
    """Tell these people, by why they rely on it; None where this was told already. At most twelve statements.

    Nobody who may not read the answer's thread, or wants to hear nothing of it. Nobody is named: it is about the answer.
    """
    if not is_first_run(f"notices:known:{key}"):
        return None
    thread = Thread.objects.select_related("board").filter(pk=thread_id).first()
    if thread is None or not whys:
        return Step()
    wished = as_wished(thread, [Candidate(pk, Kind.KNOWN, why) for pk, why in whys.items()])
    happening = Happening(
        f"known:{solution_id}",
        None,
        thread,
        None if what == "withdrawn" else post_id,
        {"what": what, "reason": reason},
    )
    return Step(telling.tell(happening, {one.member_id: one for one in wished}))
