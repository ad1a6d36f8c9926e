"""Raising a thread, within its budgets."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import chance, clock
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from forum import access as forum_access
from forum import actions as forum
from forum import totals
from forum.models import Board, Thread
from moderation.raises import policy
from moderation.raises.access import may_raise
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
    _spend(thread, by_lot=by_lot)
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
    publish(LedgerChanged(raise_id=row.pk, thread_id=thread.pk, board_id=row.board_id))
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


def spent() -> Q:
    """Raises that cost something: all but those taken back on second thought."""
    return ~Q(ended_why=Raise.End.WITHDRAWN, ended_at__lt=F("at") + policy.SECOND_THOUGHT)


def up_on(board_id: int) -> int:
    """How many threads of a board stand raised. One statement."""
    return Raise.objects.filter(board_id=board_id, state=State.RAISED, ended_at=None).count()


def _spend(thread: Thread, *, by_lot: bool) -> None:
    """Refuse what goes beyond a budget. The caller holds thread, board and author: nobody else spends meanwhile."""
    now = clock.now()
    most = policy.budget(Board.objects.values_list("thread_count", flat=True).get(pk=thread.board_id))
    if up_on(thread.board_id) >= most:
        raise Refused(_over_budget(most), "budget")
    since = now - policy.COOLDOWN
    before = Raise.objects.filter(spent(), thread=thread, at__gt=since).order_by("-at").first()
    if before is not None and (before.state == State.RAISED or by_lot):
        raise Refused(_again(before), "cooldown")
    of_author = Raise.objects.filter(
        spent(), author_id=thread.author_id, state=State.RAISED, at__gt=now - policy.WEEK
    )
    if of_author.count() >= policy.AUTHOR_A_WEEK:
        raise Refused(
            ngettext(
                "%(n)d thread of this author was raised within a week. Others come first now.",
                "%(n)d threads of this author were raised within a week. Others come first now.",
                policy.AUTHOR_A_WEEK,
            )
            % {"n": policy.AUTHOR_A_WEEK},
            "author",
        )


def _over_budget(most: int) -> str:
    if not most:
        return _(
            "This board has fewer than ten threads: a raised one would be more than a tenth of its first page."
        )
    return ngettext(
        "%(n)d thread of this board stands raised, and more would be over a tenth of its first page.",
        "%(n)d threads of this board stand raised, and more would be over a tenth of its first page.",
        most,
    ) % {"n": most}


def _again(before: Raise) -> str:
    if before.state == State.LEFT_OUT:
        return _(
            "This thread was left out by lot, and what follows is being counted. Raise it in any case only if it must be."
        )
    return _("This thread was raised within the last seven days. Once is enough.")
