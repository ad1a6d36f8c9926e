"""What a raise costs, and whether there is room for one now: read by the form, asked again under locks by the act."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock, display
from community.core.access import YES, Verdict, no
from forum.models import Board, Thread
from moderation.raises import policy
from moderation.raises.models import Raise

State = Raise.State


def spent() -> Q:
    """Raises that cost something: all but those taken back on second thought."""
    return ~Q(ended_why=Raise.End.WITHDRAWN, ended_at__lt=F("at") + policy.SECOND_THOUGHT)


def room_for(thread: Thread, *, by_lot: bool) -> Verdict:
    """Whether every budget has room for a raise of this thread, or which has not and until when. Four statements."""
    verdict = room_on_board(thread.board_id)
    if not verdict:
        return verdict
    now = clock.now()
    again = Raise.objects.filter(spent(), thread=thread, at__gt=now - policy.COOLDOWN)
    before = again.order_by("-at").first()
    if before is not None and (before.state == State.RAISED or by_lot):
        return no(_until(_again(before), before.at + policy.COOLDOWN), "cooldown")
    of_author = Raise.objects.filter(
        spent(), author_id=thread.author_id, state=State.RAISED, at__gt=now - policy.WEEK
    )
    oldest = of_author.order_by("-at").values_list("at", flat=True)[policy.AUTHOR_A_WEEK - 1 :].first()
    if oldest is not None:
        return no(_until(_of_author(), oldest + policy.WEEK), "author")
    return YES


def room_on_board(board_id: int) -> Verdict:
    """Whether one more thread may stand raised on a board's first page. Two statements."""
    most = policy.budget(Board.objects.values_list("thread_count", flat=True).get(pk=board_id))
    up = Raise.objects.filter(board=board_id, state=State.RAISED, ended_at=None).order_by("-until")
    ends = list(up.values_list("until", flat=True))
    if len(ends) < most:
        return YES
    if not most:
        return no(_over_budget(most), "budget")
    return no(_until(_over_budget(most), ends[most - 1]), "budget")


def _until(reason: str, at: datetime) -> str:
    told = {"reason": reason, "moment": display.when(at, clock.now())}
    return _("%(reason)s There is room again from %(moment)s.") % told


def _of_author() -> str:
    return ngettext(
        "%(n)d thread of this author was raised within a week. Others come first now.",
        "%(n)d threads of this author were raised within a week. Others come first now.",
        policy.AUTHOR_A_WEEK,
    ) % {"n": policy.AUTHOR_A_WEEK}


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
