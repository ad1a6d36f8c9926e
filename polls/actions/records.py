"""The record of what was changed after the first vote."""

from __future__ import annotations

from django.db.models import Sum

from community.core import clock
from community.members.models import Member
from polls import ends
from polls.models import Correction, Poll, Tally


def note_other_end(poll: Poll, what: str, before: str, actor: Member, reason: str = "") -> None:
    """Put on the record that the poll ends otherwise than people were told who voted. The caller saves the poll."""
    poll.end_moved_at = clock.now()
    Correction.objects.create(
        poll=poll,
        field=what,
        before=before,
        after=ends.kept(poll.closes_at, poll.closes_after),
        reason=reason,
        ballots=ballots_of(poll),
        by=actor,
    )


def ballots_of(poll: Poll) -> int:
    """How many are counted now. One statement."""
    return Tally.objects.filter(poll=poll, key="").aggregate(n=Sum("count"))["n"] or 0
