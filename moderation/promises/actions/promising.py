"""What a board promises."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, absent, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum.access import may_arrange
from forum.actions import clean_reason
from forum.models import Board
from moderation.promises.facts import PromiseChanged
from moderation.promises.models import Calendar, Promise, Terms

LEAST, MOST = 5, 60 * 24 * 14  # minutes of working time
MOST_REASON = 300


@action
def change_promise(
    *, actor: Member, board_id: int, calendar_id: int, minutes: int | None, reason: str
) -> Promise:
    """Promise a first answer within so many minutes of a calendar's time from now on; None: nothing more.

    Questions that were asked before keep what was promised then.
    """
    require(may_arrange(actor))
    why = clean_why(reason)
    if minutes is not None and not LEAST <= minutes <= MOST:
        raise Invalid(
            _("Promise between %(least)d minutes and %(most)d hours of working time.")
            % {"least": LEAST, "most": MOST // 60},
            field="minutes",
        )
    board = Board.objects.select_for_update(of=("self",), no_key=True).filter(pk=board_id).first()
    calendar = Calendar.objects.select_for_update(of=("self",), no_key=True).filter(pk=calendar_id).first()
    if board is None or calendar is None:
        raise absent()
    if minutes is not None and not any(calendar.hours.week):
        raise Invalid(_("Nobody ever works by this calendar."), field="calendar")
    row = Promise.objects.filter(board=board).first()
    if row is None:
        row = Promise(board=board, counted_at=clock.now())
    elif (row.minutes, row.calendar_id) == (minutes, calendar.pk):
        return row
    row.minutes, row.calendar = minutes, calendar
    row.save()
    make_terms(row, actor, why)
    return row


def make_terms(row: Promise, actor: Member, reason: str) -> Terms:
    """Put down what a board promises from now on, with its calendar as it is now."""
    calendar = row.calendar
    made = Terms.objects.create(
        board_id=row.board_id,
        minutes=row.minutes,
        zone=calendar.zone,
        shifts=calendar.shifts,
        holidays=calendar.holidays,
        from_at=clock.now(),
        by=actor,
        reason=reason,
    )
    publish(PromiseChanged(board_id=row.board_id))
    return made


def clean_why(reason: str) -> str:
    """Why something about promises is changed: one line, at most 300 characters."""
    return clean_reason(
        reason, most=MOST_REASON, missing=_("Say why, in a few words. It is kept with your name.")
    )
