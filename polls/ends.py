"""When a poll closes: in words, and as the record of changes keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import display, pieces
from polls.models import Correction

END, REOPENED, ANSWER = "end", "reopened", "answer_by"  # what a record can be about, beside words


def until(closes_at: datetime | None, closes_after: int | None, *, is_decision: bool) -> Sequence[str]:
    """The sentences that say what closes a poll, for a page; none where only a hand does."""
    said: list[str] = []
    if closes_at is not None:
        said.append(pieces.at_moment(_("%(when)s."), closes_at))
    if closes_after is not None:
        n = closes_after
        if is_decision:
            after = ngettext("After %(n)d vote of a member.", "After %(n)d votes of members.", n)
        else:
            after = ngettext("After %(n)d vote.", "After %(n)d votes.", n)
        said.append(after % {"n": n})
    return said


def kept(at: datetime | None, closes_after: int | None) -> str:
    """An end as a record holds it; "" for none."""
    return " ".join(part for part in (at.isoformat() if at else "", str(closes_after or "")) if part)


def told(row: Correction, side: str, *, is_decision: bool) -> Sequence[str]:
    """What a record says, `before` or `after`, for a page: sentences where it is about the end, else the words."""
    text = str(getattr(row, side))
    if row.field == ANSWER:
        return [display.day(datetime.fromisoformat(text).date(), row.at.date())]
    if row.field not in (END, REOPENED):
        return [text]
    at, closes_after = None, None
    for part in text.split():
        if part.isdecimal():
            closes_after = int(part)
        else:
            at = datetime.fromisoformat(part)
    if row.field == REOPENED and side == "before" and at is not None:
        closed = pieces.at_moment(_("Closed %(when)s."), at)
        return [closed, *until(None, closes_after, is_decision=is_decision)]
    return until(at, closes_after, is_decision=is_decision) or [_("Open until it is closed by hand.")]
