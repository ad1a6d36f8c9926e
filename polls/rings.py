"""Suspected rings: votes that look like one person's, with the signals that say so. Plain values; a human judges."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FEWEST = 5  # votes: fewer are never left out together, for what they chose would be told
MOST = 0.8  # of a ring's votes fall into its burst
BURST = timedelta(minutes=30)
ELSEWHERE = 0.25  # of the other votes may fall into the same time
ALIKE = 0.9  # of a ring's votes name the same choice
UNLIKELY = 0.001  # how likely that may be by chance
YOUNG = timedelta(days=7)  # from joining to the vote
MOSTLY_YOUNG, SELDOM_YOUNG = 0.6, 0.2  # of a ring's accounts, and of the others at most


@dataclass(frozen=True, slots=True)
class Vote:
    """A counted vote. `network` and `device` are keyed digests; `joined_at` None: a guest's."""

    ballot: int
    network: str
    device: str
    at: datetime
    choice: str
    joined_at: datetime | None = None

    @property
    def is_young(self) -> bool:
        return self.joined_at is not None and self.at - self.joined_at <= YOUNG


@dataclass(frozen=True, slots=True)
class Ring:
    """Votes of one network that look like one person's, and why.

    `signals`: of network, device, burst, alike, young. `minutes`: in which most of them came; the rest are counts, and
    what is usual among the other votes in per cent. Which choice they named is not told. `others` and `others_members`:
    how many other votes, and accounts behind them, there are to compare with.
    """

    mark: str
    ballots: tuple[int, ...]
    signals: tuple[str, ...]
    minutes: int
    others: int
    others_then: int
    alike: int
    others_alike: int
    young: int
    members: int
    others_members: int
    usual_young: int

    @property
    def n(self) -> int:
        return len(self.ballots)


def suspected(votes: Sequence[Vote]) -> list[Ring]:
    """Rings among the votes of one poll, the largest first.

    Votes of one network and one kind of device need two of: a burst, the same choice, young accounts. Votes of one
    network and several devices count only where they are guests' or of young accounts, and need a burst and the same
    choice. An office or a household alone is no ring.
    """
    known = [vote for vote in votes if vote.network]
    all_of = _Whole(votes)
    by_device: dict[tuple[str, str], list[Vote]] = defaultdict(list)
    for vote in known:
        by_device[vote.network, vote.device].append(vote)
    found, rest = [], defaultdict(list)
    for (network, device), group in sorted(by_device.items()):
        ring = all_of.judged(f"{network}.{device}", group, ("network", "device"), needed=4)
        if ring is not None:
            found.append(ring)
            continue
        for vote in group:
            if vote.is_young or vote.joined_at is None:
                rest[network].append(vote)
    for network, group in sorted(rest.items()):
        ring = all_of.judged(f"{network}.", group, ("network",), needed=3, must=("burst", "alike"))
        if ring is not None:
            found.append(ring)
    return sorted(found, key=lambda ring: (-ring.n, ring.mark))


class _Whole:
    """All votes of a poll, to compare a group with the others."""

    def __init__(self, votes: Sequence[Vote]) -> None:
        self.n = len(votes)
        self.times = sorted(vote.at for vote in votes)
        self.choices = Counter(vote.choice for vote in votes)
        self.members = sum(vote.joined_at is not None for vote in votes)
        self.young = sum(vote.is_young for vote in votes)

    def judged(
        self,
        mark: str,
        group: Sequence[Vote],
        signals: tuple[str, ...],
        *,
        needed: int,
        must: tuple[str, ...] = (),
    ) -> Ring | None:
        if len(group) < FEWEST:
            return None
        n, others = len(group), self.n - len(group)
        start, end = _burst(sorted(vote.at for vote in group))
        then = bisect_right(self.times, end) - bisect_left(self.times, start)
        then -= sum(start <= vote.at <= end for vote in group)
        others_then = then / others if others else 0.0
        choice, alike = Counter(vote.choice for vote in group).most_common(1)[0]
        others_alike = self.choices[choice] - alike
        usual = (others_alike + 1) / (
            others + 2
        )  # never quite 0 or 1 (Laplace); to judge by, not what was seen
        members = sum(vote.joined_at is not None for vote in group)
        young = sum(vote.is_young for vote in group)
        others_members = self.members - members
        usual_young = (self.young - young) / max(1, others_members)
        holds = {
            "burst": end - start <= BURST and others_then <= ELSEWHERE,
            "alike": alike >= ALIKE * n and at_least(alike, n, usual) < UNLIKELY,
            "young": 2 * members >= n and young >= MOSTLY_YOUNG * members and usual_young <= SELDOM_YOUNG,
        }
        signals += tuple(name for name, is_so in holds.items() if is_so)
        if len(signals) < needed or not set(must) <= set(signals):
            return None
        return Ring(
            mark,
            tuple(sorted(vote.ballot for vote in group)),
            signals,
            minutes=max(1, round((end - start).total_seconds() / 60)),
            others=others,
            others_then=round(100 * others_then),
            alike=alike,
            others_alike=others_alike,
            young=young,
            members=members,
            others_members=others_members,
            usual_young=round(100 * usual_young),
        )


def _burst(times: Sequence[datetime]) -> tuple[datetime, datetime]:
    """The shortest stretch that holds most of these moments."""
    most = math.ceil(MOST * len(times))
    stretches = ((times[at + most - 1] - times[at], at) for at in range(len(times) - most + 1))
    _length, first = min(stretches)
    return times[first], times[first + most - 1]


def at_least(k: int, n: int, p: float) -> float:
    """How likely k or more of n are when each is with probability p, 0 < p < 1 (the binomial's upper tail)."""
    whole = math.lgamma(n + 1)
    return min(
        1.0,
        sum(
            math.exp(
                whole
                - math.lgamma(i + 1)
                - math.lgamma(n - i + 1)
                + i * math.log(p)
                + (n - i) * math.log1p(-p)
            )
            for i in range(k, n + 1)
        ),
    )
