"""Suspected rings of a poll for the team, and its recounts for everybody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from community.core.among import among
from community.members.models import Member, all_but_face
from polls import policy, rings, tally
from polls.models import Ballot, BallotChoice, BallotState, Poll, Recount
from polls.rings import Ring, Vote
from polls.tally import Counts

MOST_NAMES = 60


@dataclass(frozen=True, slots=True)
class Suspect:
    """A ring with the members behind it, the first ones of them; guests have no name. What they chose is not told."""

    ring: Ring
    members: list[Member]


def votes_of(poll: Poll) -> list[Vote]:
    """The counted votes of members and guests whose way here is still known. Two statements, whatever their number."""
    ballots = Ballot.objects.filter(poll=poll, state=BallotState.COUNTED).exclude(group="house")
    chosen: dict[int, list[int]] = defaultdict(list)
    rows = BallotChoice.objects.filter(ballot__in=ballots.values("pk")).order_by(
        "ballot_id", "rank", "choice__number"
    )
    for ballot, number in rows.values_list("ballot_id", "choice__number"):
        chosen[ballot].append(number)
    told = ballots.values_list("pk", "network", "device", "cast_at", "member__joined_at")
    return [
        Vote(pk, network, device, at, policy.ORDER.join(map(str, chosen[pk])), joined_at)
        for pk, network, device, at, joined_at in told
    ]


def suspects(poll: Poll) -> list[Suspect]:
    """Rings with the members behind them. Three statements; none in a sealed poll, which holds no ballots."""
    if poll.is_sealed:
        return []
    found = rings.suspected(votes_of(poll))
    ids = [pk for ring in found for pk in ring.ballots[:MOST_NAMES]]
    rows = Ballot.objects.filter(pk__in=among(ids)).exclude(member=None).select_related("member")
    people = {row.pk: row.member for row in rows.defer(*all_but_face("member"))} if ids else {}
    return [Suspect(ring, [m for pk in ring.ballots if (m := people.get(pk)) is not None]) for ring in found]


def recounts_of(poll: Poll) -> list[Recount]:
    """Every recount, the last first, with who did it and what undid it. One statement."""
    rows = Recount.objects.filter(poll=poll).select_related("by", "undone_by").defer(*all_but_face("by"))
    return list(rows.order_by("-pk"))


def by_choice(poll: Poll, counts: Counts) -> dict[str, int]:
    """Votes by choice (of an order: by its first one) and "" for ballots, of those who make the result."""
    groups = ("owner", "member") if poll.is_decision else ("owner", "member", "guest")
    found = {"": sum(counts.ballots.get(group, 0) for group in groups)}
    if poll.is_ranked:
        for order, n in tally.orders_of(counts, groups).items():
            found[str(order[0])] = found.get(str(order[0]), 0) + n
    else:
        found |= {key: counts.of(key, groups) for key in counts.votes}
    return found
