"""Raising a thread, within its budgets."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from community.core import chance, clock
from community.core.access import Invalid, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from forum import access as forum_access
from forum import actions as forum
from forum import totals
from moderation.raises import policy
from moderation.raises.access import may_raise
from moderation.raises.budgets import room_for
from moderation.raises.facts import LedgerChanged
from moderation.raises.models import Raise

State = Raise.State


@action
def raise_thread(*, actor: Member, thread_id: int, reason: str, hours: int, by_lot: bool = True) -> Raise:
    """Lift a thread on its board's own list for some hours, labelled with who and why. Counts and dates stay.

    With `by_lot` one in five is left out by chance and only put down, so that the effect can be told. Raises Http404
    for a thread they may not see, Invalid for the words, Refused where a budget is spent. Holds thread, board and author.
    """
    text = clean_why(reason)
    if hours not in policy.HOURS:
        raise Invalid(_("Choose for how long."), field="hours")
    thread = forum_access.thread_for_moderation(actor, thread_id=thread_id)
    require(may_raise(actor, thread))
    totals.hold_board(thread.board_id)
    counts.hold([thread.author_id])
    require(
        room_for(thread, by_lot=by_lot)
    )  # thread, board and author are held: nobody else spends meanwhile
    now = clock.now()
    is_left_out = by_lot and chance.below(policy.LOT) == 0
    row = Raise.objects.create(
        thread=thread,
        board_id=thread.board_id,
        author_id=thread.author_id,
        by=actor,
        reason=text,
        state=State.LEFT_OUT if is_left_out else State.RAISED,
        by_lot=by_lot,
        at=now,
        until=now + timedelta(hours=hours),
    )
    if not is_left_out:
        forum.put_up(actor=actor, thread_id=thread.pk, reason=text, until=row.until)
    publish(LedgerChanged(raise_id=row.pk, thread_id=thread.pk, board_id=row.board_id, is_new=True))
    return row


def clean_why(reason: str) -> str:
    """The reason readers see beside the title: one line of 10 to 300 characters."""
    return forum.clean_reason(
        reason,
        least=policy.LEAST_REASON,
        most=policy.MOST_REASON,
        missing=_("Say why in at least %(least)d characters. Readers see it beside the title.")
        % {"least": policy.LEAST_REASON},
    )
