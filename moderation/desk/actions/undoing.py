"""Taking back what one did last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, no
from community.core.retrying import action
from community.members.models import Member
from forum.actions import change_lane, unpin_thread, untie_threads
from forum.models import LinkKind
from moderation.desk import policy
from moderation.desk.actions.acts import MOMENTS, held_row, quicker
from moderation.desk.actions.calling import take_back_call
from moderation.desk.models import DeskLog, DeskThread
from moderation.solutions import actions as solutions


@action
def undo(*, actor: Member) -> DeskThread:
    """Take back the actor's last act at the desk, if nobody has done anything with that thread since.

    Refused ("nothing") where there is none of the last hours, ("taken") where somebody went on from there.
    """
    since = clock.now() - policy.UNDO_WITHIN
    lines = DeskLog.objects.filter(actor=actor, at__gte=since, undone_at=None, before__isnull=False)
    line = lines.order_by("-pk").first()
    if line is None:
        raise Refused(no(_("There is nothing of yours to take back."), "nothing"))
    _thread, row = held_row(actor, line.thread_id, None)
    if not DeskLog.objects.select_for_update(of=("self",)).filter(pk=line.pk, undone_at=None).exists():
        raise Refused(no(_("There is nothing of yours to take back."), "nothing"))
    if row.version != line.version:
        raise Refused(no(quicker(line.thread_id), "taken"))
    if line.verb == DeskLog.Verb.LINKED and line.data.get("is_new"):
        untie_threads(
            actor=actor, thread_id=line.thread_id, target_id=line.data["target"], kind=LinkKind.SAME
        )
    if line.verb == DeskLog.Verb.LINKED and line.data.get("link"):
        solutions.unlink_problem(actor=actor, thread_id=line.thread_id)
    if line.verb == DeskLog.Verb.FEATURED:
        unpin_thread(actor=actor, thread_id=line.thread_id)
    if line.verb == DeskLog.Verb.LANED:
        change_lane(
            actor=actor, thread_id=line.thread_id, lane=line.data["was"], reason=_("Taken back at the desk")
        )
    if line.verb == DeskLog.Verb.CALLED:
        take_back_call(thread_id=line.thread_id, member_id=line.data["to"])
    now = clock.now()
    _restore(row, line.before or {})
    line.undone_at = now
    line.save(update_fields=["undone_at"])
    DeskLog.objects.create(
        thread_id=row.pk,
        actor=actor,
        verb=DeskLog.Verb.UNDID,
        at=now,
        data={"verb": line.verb},
        version=row.version,
    )
    return row


def _restore(row: DeskThread, before: dict[str, Any]) -> None:
    for name, value in before.items():
        told = datetime.fromisoformat(value) if name in MOMENTS and value else value
        setattr(row, name, told)
    row.version += 1
    row.save()
