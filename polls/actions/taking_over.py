"""What a guest chose becomes a member's: never doubled, and the member's own earlier ballot wins."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.utils import IntegrityError

from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from polls import policy, statements
from polls.actions.closing import close_when_full, one_by_one
from polls.actions.reasons import tell_vote_anew
from polls.actions.voting import chosen, uncount
from polls.facts import BallotsTakenOver, GuestRecognised
from polls.models import Ballot, BallotState, GuestPledge, Poll, Reason
from polls.voters import group_of


@action
def pledge_ballots(*, member: Member, guest_key: str) -> None:
    """Note that this guest opened the account: once its address is proved, on whichever device, the ballots are theirs.

    Repeatable.
    """
    if guest_key:
        put_once(GuestPledge(member=member, guest_key=guest_key))


@action
def take_over_ballots(*, member: Member, guest_key: str = "") -> list[int]:
    """Make the ballots of this guest, and of those who opened the account, the member's; in which polls. Repeatable."""
    keys = set(GuestPledge.objects.filter(member=member).values_list("guest_key", flat=True))
    keys |= {guest_key} - {""}
    if not keys:
        return []
    rows = Ballot.objects.select_for_update(of=("self",), no_key=True).select_related("poll")
    found = rows.filter(guest_key__in=keys, member=None).exclude(state=BallotState.MERGED)
    taken = [ballot.poll_id for ballot in found.order_by("poll_id", "pk") if _take(ballot, member)]
    own = Reason.objects.filter(member=member).values("poll_id")
    for reason in Reason.objects.filter(guest_key__in=keys, member=None).exclude(poll_id__in=own):
        put_once(Reason(poll_id=reason.poll_id, member=member, at=reason.at))
    Reason.objects.filter(guest_key__in=keys, member=None).delete()
    GuestPledge.objects.filter(member=member).delete()
    tell_vote_anew(member_id=member.pk)  # their words came through the door before: forum.waiting
    if taken:
        publish(BallotsTakenOver(member.pk, tuple(taken)))
    return taken


@action
def recognise_guest(*, member: Member, guest_key: str) -> list[int]:
    """Make everything that this guest answered the member's, votes and whatever listens; in which polls. Repeatable."""
    taken = take_over_ballots(member=member, guest_key=guest_key)
    publish(GuestRecognised(member.pk, guest_key))
    return taken


def _take(ballot: Ballot, member: Member) -> bool:
    """Give one envelope to the member; False where they have voted already, and the guest's voice falls silent."""
    try:
        with transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(member=member)
    except IntegrityError:  # the member's own ballot is there, perhaps since this very moment
        if ballot.state == BallotState.COUNTED:
            uncount(ballot.poll, ballot, then=BallotState.MERGED)
        else:
            Ballot.objects.filter(pk=ballot.pk).update(state=BallotState.MERGED)
        return False
    one_by_one(ballot.poll)  # this voice may be the one that fills it
    # What was counted when a poll closed stays in the total it was counted in.
    if ballot.state == BallotState.COUNTED and statements.hold_open(ballot.poll_id):
        _regroup(ballot.poll, ballot, group_of(member))
        close_when_full(ballot.poll)
    return True


def _regroup(poll: Poll, ballot: Ballot, group: str) -> None:
    keys = ["", *policy.keys_of(poll.kind, [number for number, _words in chosen(ballot)])]
    shifts: Counter[tuple[str, str]] = Counter({(key, ballot.group): -1 for key in keys})
    shifts.update({(key, group): 1 for key in keys})
    Ballot.objects.filter(pk=ballot.pk).update(group=group)
    statements.count(poll.pk, shifts)
