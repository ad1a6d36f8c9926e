"""Casting, changing and withdrawing a ballot: one person, one voice, whatever happens at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import chance, clock, idempotency
from community.core.access import Invalid, Refused, Verdict, no, require
from community.core.facts import publish
from community.core.retrying import action
from polls import access, policy, sealing, statements
from polls.actions.closing import close_when_full, one_by_one
from polls.actions.reasons import tell_vote_anew
from polls.facts import BallotCast, BallotChanged, BallotWithdrawn
from polls.models import (
    Ballot,
    BallotChoice,
    BallotState,
    Choice,
    Group,
    Participation,
    Poll,
    SealedBox,
)
from polls.policy import Picks, Unfit
from polls.voters import Voter


@dataclass(frozen=True, slots=True)
class Cast:
    """What became of a vote: `cast`, `changed` from an earlier one, or `repeated`: it stood there already."""

    outcome: str
    poll: Poll
    choices: Sequence[Choice] = ()
    picks: Picks | None = None  # as they were kept; None of a sealed poll, and where an earlier ballot stands
    totals: Sequence[tuple[str, str, int]] | None = None  # (key, group, n), where they were read along


@action
def cast_ballot(*, voter: Voter, poll_id: int, picks: Picks, idempotency_key: str | None = None) -> Cast:
    """Hand in a ballot, or change the one handed in before where the poll allows it. The same one again is no change.

    Raises Http404 for a poll the voter may not know of, Refused (closed, voted, not eligible), Invalid for the picks.
    """
    poll, choices = access.paper(voter, poll_id=poll_id)
    picks = fit(poll, choices, picks)
    require(access.may_vote(voter, poll))
    if poll.is_sealed:
        one_by_one(poll)
        return _seal(voter, poll, choices, picks)
    claim = idempotency.claim(
        key=idempotency_key,
        owner=voter.owner,
        verb="cast_ballot",
        body={"poll": poll.pk, "numbers": picks.numbers, "words": picks.words},
    )
    if claim.result is not None:
        return Cast("repeated", poll)
    one_by_one(poll)
    group = voter.group
    shifts = {(key, group): 1 for key in policy.keys_of(poll.kind, picks.numbers)}
    envelope = statements.cast(
        poll_id=poll.pk,
        member_id=voter.member.pk if voter.member else None,
        guest_key="" if voter.member else voter.guest_key,
        group=group,
        network=voter.network,
        device=voter.device,
        choices=_rows_of(poll, choices, picks),
        shifts={("", group): 1} | shifts,
    )
    if envelope is None:
        outcome = _vote_again(voter, poll, choices, picks)
    else:
        outcome = "cast"
        close_when_full(poll)
        publish(BallotCast(poll.pk, voter.member.pk if voter.member else None, envelope.id))
    claim.finish({"outcome": outcome})
    return Cast(outcome, poll, choices, picks, envelope.totals if envelope else None)


@action
def withdraw_ballot(*, voter: Voter, poll_id: int) -> Poll:
    """Take a ballot back where the poll allows it; its voter may vote again. Repeatable. Refused (voted) for a guest's
    whose vote is an account's now."""
    poll, _choices = access.paper(voter, poll_id=poll_id)
    require(access.may_withdraw(poll))
    ballot = _own(voter, poll)
    if ballot is not None:
        _require_own(voter, ballot)
    if ballot is None or ballot.state != BallotState.COUNTED:
        return poll
    if not statements.hold_open(poll.pk):
        raise Refused(closed())
    uncount(poll, ballot, then=BallotState.WITHDRAWN)
    _tell_anew(poll, ballot)
    publish(BallotWithdrawn(poll.pk, ballot.pk))
    return poll


def fit(poll: Poll, choices: Sequence[Choice], picks: Picks) -> Picks:
    """The picks as they are kept. Invalid for a ballot that this poll does not take."""
    form = policy.Form(
        kind=poll.kind,
        numbers=frozenset(choice.number for choice in choices),
        least=poll.least,
        most=poll.most,
        other=next((choice.number for choice in choices if choice.takes_words), 0),
    )
    try:
        return policy.checked(form, picks)
    except Unfit as unfit:
        raise Invalid(why_unfit(unfit.code, poll), field="choice", code=unfit.code) from None


def why_unfit(code: str, poll: Poll) -> str:
    """What to tell somebody whose ballot cannot be taken."""
    told = ""
    match code:
        case "too_few":
            told = ngettext("Choose at least %(n)d.", "Choose at least %(n)d.", poll.least) % {
                "n": poll.least
            }
        case "too_many":
            told = ngettext("Choose at most %(n)d.", "Choose at most %(n)d.", poll.most) % {"n": poll.most}
        case "empty":
            told = _("Nothing was chosen. Choose first, then send.")
        case "rank":
            told = _("A rank is a whole number from 1 on.")
        case "rank_twice":
            told = _("Two of them have the same rank. Give each its own.")
        case "words":
            told = _("Say in a few words what else.")
        case "words_alone":
            told = _("Tick the choice that your words belong to, or take them away.")
        case "words_long":
            told = _("Use at most %(most)d characters.") % {"most": policy.LONGEST_WORDS}
    return told or _("This is no ballot of this poll. Nothing was counted; please load the page again.")


def closed() -> Verdict:
    return no(_("This poll has closed meanwhile. Your vote was not counted."), "closed")


def uncount(poll: Poll, ballot: Ballot, *, then: str) -> None:
    """Take a counted ballot out of the totals, and its choices away. The caller holds the envelope."""
    numbers = [number for number, _words in chosen(ballot)]
    BallotChoice.objects.filter(ballot=ballot).delete()
    ballot.state, ballot.changed_at = then, clock.now()
    ballot.save(update_fields=["state", "changed_at"])
    shifts = {(key, ballot.group): -1 for key in policy.keys_of(poll.kind, numbers)}
    statements.count(poll.pk, {("", ballot.group): -1} | shifts)


def _own(voter: Voter, poll: Poll) -> Ballot | None:
    """The voter's envelope, locked."""
    rows = Ballot.objects.select_for_update(no_key=True).filter(poll=poll)
    if voter.member is not None:
        return rows.filter(member=voter.member).first()
    return rows.filter(guest_key=voter.guest_key).first() if voter.guest_key else None


def _require_own(voter: Voter, ballot: Ballot) -> None:
    """Refused for a guest whose device's vote is an account's now: the cookie stays behind on shared machines."""
    if (voter.member is None and ballot.member_id is not None) or ballot.state == BallotState.MERGED:
        raise Refused(
            no(
                _("This device has voted, and the vote belongs to an account now. Sign in to see it."),
                "voted",
            )
        )


def _vote_again(voter: Voter, poll: Poll, choices: Sequence[Choice], picks: Picks) -> str:
    """The database took no new envelope: there is one, or the poll is closed."""
    ballot = _own(voter, poll)
    if ballot is None:
        raise Refused(closed())
    _require_own(voter, ballot)
    if ballot.state == BallotState.LEFT_OUT:
        raise Refused(no(_("Your vote was left out of the count. Why stands beside the result."), "left_out"))
    before = chosen(ballot)
    if ballot.state == BallotState.COUNTED:
        if before == _wanted(choices, picks):
            return "repeated"
        if not access.may_change(poll):
            raise Refused(
                no(_("You have voted already, and votes in this poll stay as they were cast."), "voted")
            )
    if not statements.hold_open(poll.pk):
        raise Refused(closed())
    is_new = ballot.state != BallotState.COUNTED
    shifts: Counter[tuple[str, str]] = Counter()
    if not is_new:
        shifts.subtract(
            (key, ballot.group) for key in policy.keys_of(poll.kind, [number for number, _w in before])
        )
    BallotChoice.objects.filter(ballot=ballot).delete()
    if is_new:
        ballot.group = voter.group
        shifts["", ballot.group] += 1
    shifts.update((key, ballot.group) for key in policy.keys_of(poll.kind, picks.numbers))
    ballot.state, ballot.changed_at = BallotState.COUNTED, clock.now()
    ballot.change_count += 1
    ballot.save(update_fields=["state", "changed_at", "change_count", "group"])
    statements.put_choices(ballot.pk, _rows_of(poll, choices, picks))
    statements.count(poll.pk, shifts)
    if is_new:
        close_when_full(poll)
    _tell_anew(poll, ballot)
    publish(BallotChanged(poll.pk, ballot.pk))
    return "changed"


def _tell_anew(poll: Poll, ballot: Ballot) -> None:
    """A reply that its voter began does not go on naming the earlier vote. A guest's hears of it at the door."""
    if ballot.member_id is not None and poll.thread_id is not None:
        tell_vote_anew(member_id=ballot.member_id, poll_id=poll.pk)


def _rows_of(poll: Poll, choices: Sequence[Choice], picks: Picks) -> list[tuple[int, int, str]]:
    """What stands in an envelope: (choice, rank, words)."""
    by_number = {choice.number: choice for choice in choices}
    rows = []
    for rank, number in enumerate(picks.numbers, 1):
        choice = by_number[number]
        rows.append((choice.pk, rank if poll.is_ranked else 0, picks.words if choice.takes_words else ""))
    return rows


def chosen(ballot: Ballot) -> list[tuple[int, str]]:
    """Numbers and words of a ballot: by rank, else by number."""
    rows = BallotChoice.objects.filter(ballot=ballot).order_by("rank", "choice__number")
    return list(rows.values_list("choice__number", "words"))


def _wanted(choices: Sequence[Choice], picks: Picks) -> list[tuple[int, str]]:
    """Picks as `_chosen` tells them; words stand with the one choice that takes some."""
    open_ones = {choice.number for choice in choices if choice.takes_words}
    return [(number, picks.words if number in open_ones else "") for number in picks.numbers]


# Sealed ballots -------------------------------------------------------------------------------------------------


def _seal(voter: Voter, poll: Poll, choices: Sequence[Choice], picks: Picks) -> Cast:
    """Note that somebody voted, and put what they chose into a box with the others' choices.

    No row says both. The box is written anew as a whole, so what was added to it cannot be read from the outside.
    """
    assert voter.member is not None
    mark, *earlier = sealing.marks_of(poll.pk, voter.member.pk)
    if not statements.put_participation(poll_id=poll.pk, mark=mark, earlier=earlier):
        if Participation.objects.filter(mark__in=[mark, *earlier]).exists():
            return Cast("repeated", poll, choices)
        raise Refused(closed())
    boxes = list(SealedBox.objects.filter(poll=poll).values_list("pk", flat=True))
    box = SealedBox.objects.select_for_update(no_key=True).get(pk=chance.pick(boxes))
    waiting = sealing.opened(box.content, poll_id=poll.pk, slot=box.slot)
    waiting.append((policy.ORDER if poll.is_ranked else policy.AND).join(map(str, picks.numbers)))
    box.content = sealing.sealed(chance.shuffled(waiting), poll_id=poll.pk, slot=box.slot)
    box.save(update_fields=["content"])
    statements.count(poll.pk, {("", Group.MEMBER): 1})  # one group: smaller ones would tell more
    close_when_full(poll)
    publish(BallotCast(poll.pk))
    return Cast("cast", poll, choices)
