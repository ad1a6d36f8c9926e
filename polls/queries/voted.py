"""Who has voted, for rooms that speak to those who have not."""

from __future__ import annotations

from collections.abc import Iterable

from community.core.among import among
from community.members.models import Member
from polls import sealing
from polls.models import Ballot, BallotState, Participation, Poll


def have_voted(poll: Poll, member_ids: Iterable[int]) -> set[int]:
    """Those of the members who took part in a poll. One statement."""
    ids = list(member_ids)
    if not poll.is_sealed:
        rows = Ballot.objects.filter(poll=poll, state=BallotState.COUNTED, member_id__in=among(ids))
        return {pk for pk in rows.values_list("member_id", flat=True) if pk is not None}
    marks = {mark: pk for pk in ids for mark in sealing.marks_of(poll.pk, pk)}
    found = Participation.objects.filter(poll=poll, mark__in=list(marks)).values_list("mark", flat=True)
    return {marks[mark] for mark in found}


def waiting_with(guest_key: str) -> int:
    """How many counted votes of this guest belong to nobody yet. One statement, none without a key."""
    if not guest_key:
        return 0
    return Ballot.objects.filter(guest_key=guest_key, member=None, state=BallotState.COUNTED).count()


def brought_by(guest_key: str, member: Member) -> list[Poll]:
    """Polls whose vote came to this member from this guest, the last first. One statement."""
    votes = Ballot.objects.filter(guest_key=guest_key, member=member, state=BallotState.COUNTED)
    return list(Poll.objects.visible_to(member).filter(ballots__in=votes).order_by("-pk")[:20])
