"""Leaving the votes of a suspected ring out of a result, and taking them back: a person decides, everybody reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, absent, no, require
from community.core.among import among
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from forum.actions import clean_reason
from polls import access, policy, rings, statements
from polls.actions.closing import close_when_full
from polls.actions.splitting import drop_split
from polls.facts import VotesRecounted
from polls.lines import readable
from polls.models import Ballot, BallotChoice, BallotState, Poll, Recount
from polls.queries.recounts import by_choice, votes_of
from polls.queries.shown import counts_of

KEPT = timedelta(days=30)  # after the close: which network and device a vote came from
KEPT_OPEN = timedelta(days=90)  # after the vote, while a poll stays open


@action
def leave_out(*, actor: Member, poll_id: int, mark: str, reason: str) -> Recount:
    """Count a poll again without the votes of one suspected ring, all of them. The same once more is that recount.

    Only a ring that the signals name now can be left out, and only as a whole: whoever could leave out votes of their
    choice could find out what single people chose. Refused (gone) for any other.
    """
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_recount(actor, poll))
    text = clean_reason(readable(reason, "reason"))
    done = Recount.objects.filter(poll=poll, mark=mark, undoes=None, undone_by=None).exclude(mark="").last()
    if done is not None:
        return done
    ring = next((one for one in rings.suspected(votes_of(poll)) if one.mark == mark), None)
    if ring is None:
        raise Refused(no(_("These votes do not look like a ring any more. Look again."), "gone"))
    evidence = asdict(ring)
    evidence.pop("ballots")
    evidence.pop("mark")
    recount = Recount(poll=poll, mark=mark, ballots=ring.n, reason=text, evidence=evidence, by=actor)
    recount.before = by_choice(poll, counts_of(poll.pk))
    recount.save()
    rows = Ballot.objects.filter(pk__in=among(ring.ballots), state=BallotState.COUNTED)
    rows.update(state=BallotState.LEFT_OUT, left_out_by=recount)
    _count(poll, recount, -1)
    return _finished(poll, recount, actor)


@action
def take_back(*, actor: Member, poll_id: int, recount_id: int, reason: str) -> Recount:
    """Count a poll again with the votes that a recount left out. The same once more is that one. 404 for no recount."""
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_recount(actor, poll))
    text = clean_reason(readable(reason, "reason"))
    first = Recount.objects.filter(poll=poll, pk=recount_id, undoes=None).first()
    if first is None:
        raise absent()
    recount = Recount(poll=poll, undoes=first, ballots=0, reason=text, by=actor, at=clock.now())
    recount.before = by_choice(poll, counts_of(poll.pk))
    if not put_once(recount):
        return Recount.objects.get(undoes=first)
    recount.ballots = _count(poll, first, 1)
    Ballot.objects.filter(left_out_by=first, state=BallotState.LEFT_OUT).update(
        state=BallotState.COUNTED, left_out_by=None
    )
    if not poll.is_over:
        close_when_full(poll)
    return _finished(poll, recount, actor)


@action
def forget_traces() -> int:
    """Forget from which network and device votes came whose polls closed long ago, or that are old; how many."""
    now = clock.now()
    rows = Ballot.objects.exclude(network="", device="")
    closed = rows.filter(poll__in=Poll.objects.filter(closed_at__lt=now - KEPT).values("pk"))
    return closed.update(network="", device="") + rows.filter(cast_at__lt=now - KEPT_OPEN).update(
        network="", device=""
    )


def _count(poll: Poll, recount: Recount, by: int) -> int:
    """Add or take away what the ballots that a recount left out hold; how many these are."""
    ballots = Ballot.objects.filter(left_out_by=recount, state=BallotState.LEFT_OUT)
    groups = dict(ballots.values_list("pk", "group"))
    numbers: dict[int, list[int]] = {pk: [] for pk in groups}
    rows = BallotChoice.objects.filter(ballot__in=ballots.values("pk"))
    for pk, number in rows.order_by("ballot_id", "rank", "choice__number").values_list(
        "ballot_id", "choice__number"
    ):
        numbers[pk].append(number)
    shifts: Counter[tuple[str, str]] = Counter()
    for pk, group in groups.items():
        for key in ["", *policy.keys_of(poll.kind, numbers[pk])]:
            shifts[key, group] += by
    statements.count(poll.pk, shifts)
    return len(groups)


def _finished(poll: Poll, recount: Recount, actor: Member) -> Recount:
    recount.after = by_choice(poll, counts_of(poll.pk))
    recount.save(update_fields=["after", "ballots"])
    Poll.objects.filter(pk=poll.pk).update(recount_count=F("recount_count") + 1)
    drop_split(poll)
    publish(VotesRecounted(poll.pk, recount.pk, actor.pk, poll.thread_id))
    return recount
