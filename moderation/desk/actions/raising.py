"""Raises, in the log of the desk: each is an act of somebody's, wherever they did it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, no
from community.core.retrying import action
from community.members.models import Member
from moderation.desk.actions.stepping import step
from moderation.desk.models import DeskLog, DeskThread
from moderation.raises import actions as raises
from moderation.raises.models import Raise


@action
def note_raise(*, raise_id: int, is_new: bool) -> None:
    """Write a new raise down, with its reason; one that was taken back in its own place is taken back here too. At most
    four statements, in the transaction of the raise.

    What chance left out stands nowhere, so there is nothing to take back, and the log says so.
    """
    row = Raise.objects.filter(pk=raise_id).first()
    if row is None:
        return
    if not is_new:
        if row.ended_why == Raise.End.WITHDRAWN:
            lines = DeskLog.objects.filter(
                thread=row.thread_id, verb=DeskLog.Verb.RAISED, data__raise=raise_id
            )
            lines.filter(undone_at=None).update(undone_at=clock.now())
        return
    desk = DeskThread.objects.select_for_update(of=("self",)).filter(pk=row.thread_id).first()
    if desk is None:
        return
    is_up = row.state == Raise.State.RAISED
    step(
        desk,
        DeskLog.Verb.RAISED,
        {},
        actor_id=row.by_id,
        at=row.at,
        reason=row.reason,
        data={"raise": row.pk} | ({} if is_up else {"left_out": True}),
        is_final=not is_up,
    )


def lower(*, actor: Member, raise_id: int) -> None:
    """Take a raise back. Refused ("taken") for one that ended meanwhile."""
    if raises.withdraw_raise(actor=actor, raise_id=raise_id).ended_why != Raise.End.WITHDRAWN:
        raise Refused(no(_("This raise has ended meanwhile."), "taken"))
