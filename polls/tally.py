"""From counts to results, with plain values: shares, means, instant run-off, Borda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from polls.policy import OPENED, ORDER

OUTSIDE = frozenset({"house"})  # groups whose votes are in no total
MEMBERS = frozenset({"owner", "member"})


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: ballots, and votes by choice or order, each by group. `version` grows with every change.

    `opened`: how many of the ballots that came sealed are in the votes."""

    ballots: Mapping[str, int] = field(default_factory=dict)
    votes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    version: int = 0
    opened: int = 0

    @property
    def members(self) -> int:
        return sum(n for group, n in self.ballots.items() if group in MEMBERS)

    @property
    def guests(self) -> int:
        return self.ballots.get("guest", 0)

    @property
    def total(self) -> int:
        return self.members + self.guests

    def of(self, key: str, groups: Iterable[str] = ("owner", "member", "guest")) -> int:
        found = self.votes.get(key, {})
        return sum(found.get(group, 0) for group in groups)


def gathered(rows: Iterable[tuple[str, str, int]]) -> Counts:
    """Counts from (key, group, count) rows of one poll."""
    ballots: dict[str, int] = {}
    votes: dict[str, dict[str, int]] = {}
    version = opened = 0
    for key, group, count in rows:
        if key == "~":
            version += count
        elif key == OPENED:
            opened += count
        elif key == "":
            ballots[group] = ballots.get(group, 0) + count
        else:
            at = votes.setdefault(key, {})
            at[group] = at.get(group, 0) + count
    return Counts(ballots, votes, version, opened)


def uncounted(counts: Counts, kind: str) -> int:
    """How many ballots of a sealed poll lie in its boxes yet: they are among the ballots and in no vote."""
    votes = sum(map(counts.of, counts.votes))
    if kind != "multiple":
        return counts.total - votes
    # A ballot names several; where nobody noted how many were opened, all were.
    return counts.total - counts.opened if counts.opened or not votes else 0


def share(part: int, whole: int) -> int:
    """Whole per cent, half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def mean(votes: Mapping[int, int]) -> float | None:
    """Arithmetic mean of a scale: value → votes."""
    total = sum(votes.values())
    return sum(value * n for value, n in votes.items()) / total if total else None


def median(votes: Mapping[int, int]) -> float | None:
    """The middle of a scale's votes; of two middles their mean."""
    total = sum(votes.values())
    if not total:
        return None
    lower = upper = None
    passed = 0
    for value in sorted(votes):
        passed += votes[value]
        if lower is None and passed >= (total + 1) // 2:
            lower = value
        if upper is None and passed >= total // 2 + 1:
            upper = value
            break
    assert lower is not None
    assert upper is not None
    return (lower + upper) / 2


def orders_of(counts: Counts, groups: Iterable[str]) -> dict[tuple[int, ...], int]:
    """Orders and how many ballots gave each, for these groups."""
    chosen = tuple(groups)
    found = {}
    for key in counts.votes:
        n = counts.of(key, chosen)
        if n:
            found[tuple(map(int, key.split(ORDER)))] = n
    return found


# By what one of several choices with equally few votes went out, in the order in which it is asked.
TIE_RULES = ("firsts", "earlier", "points", "place")


@dataclass(frozen=True, slots=True)
class Round:
    """One round: votes of those still in, who goes out after it, and how many ballots name nobody any more.

    `level`: those that had equally few votes where one of them went out, and `by` which of TIE_RULES it was.
    """

    votes: Mapping[int, int]
    out: tuple[int, ...] = ()
    exhausted: int = 0
    level: tuple[int, ...] = ()
    by: str = ""


def runoff(orders: Mapping[tuple[int, ...], int], numbers: Iterable[int]) -> list[Round]:
    """Instant run-off: the weakest leaves and its ballots go to their next choice, until one has more than half.

    Of several equally weak, the one with fewer first choices leaves, then fewer in each earlier round, then fewer
    points for places (`borda`), then the one that was named last in the poll. Where two are left with as many votes, or
    more that nothing of this but their place tells apart, that is the last round: they are level. Choices without any
    vote leave together. Empty for no ballots.
    """
    standing = list(dict.fromkeys(numbers))
    points = borda(orders, standing)
    piles: dict[int, dict[tuple[int, ...], int]] = {number: {} for number in standing}
    exhausted = 0
    for order, n in orders.items():
        if not _pass_on(piles, order, n):
            exhausted += n
    rounds: list[Round] = []
    if not orders:
        return rounds
    while True:
        votes = {number: sum(piles[number].values()) for number in standing}
        alive = sum(votes.values())
        best = max(votes.values())
        if len(standing) == 1 or 2 * best > alive or alive == 0:
            rounds.append(Round(votes, (), exhausted))
            return rounds
        out, level, by = _weakest(votes, rounds, standing, points)
        rounds.append(Round(votes, out, exhausted, level, by))
        if not out:
            return rounds
        standing = [number for number in standing if number not in out]
        for number in out:
            pile = piles.pop(number)
            for order, n in pile.items():
                if not _pass_on(piles, order, n):
                    exhausted += n


def ahead(counts: Mapping[int, int]) -> tuple[int, ...]:
    """The choices with the most votes or points: one, or several that are level. Nobody where there are none."""
    most = max(counts.values(), default=0)
    return tuple(number for number, n in counts.items() if most and n == most)


def _pass_on(piles: dict[int, dict[tuple[int, ...], int]], order: tuple[int, ...], n: int) -> bool:
    """Put ballots on the pile of the first choice that still stands; False when none does."""
    for number in order:
        pile = piles.get(number)
        if pile is not None:
            pile[order] = pile.get(order, 0) + n
            return True
    return False


def _weakest(
    votes: Mapping[int, int], rounds: list[Round], standing: list[int], points: Mapping[int, int]
) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Who goes out, of which that had as few votes, and by which rule. Nobody where all that stand are level."""
    fewest = min(votes.values())
    level = [number for number in standing if votes[number] == fewest]
    if not fewest:
        return tuple(level), (), ""
    if len(level) == 1:
        return tuple(level), (), ""
    if len(standing) == 2:
        return (), tuple(level), ""
    asked = [("firsts", rounds[0].votes)] if rounds else []
    asked += [("earlier", one.votes) for one in rounds[1:]]
    left = level
    for by, counts in [*asked, ("points", points)]:
        few = min(counts[number] for number in left)
        left = [number for number in left if counts[number] == few]
        if len(left) == 1:
            return tuple(left), tuple(level), by
    if len(left) == len(standing):
        return (), tuple(level), ""
    return (left[-1],), tuple(level), "place"


def borda(orders: Mapping[tuple[int, ...], int], numbers: Iterable[int]) -> dict[int, int]:
    """Points: with n choices the first of an order gets n − 1, the next n − 2 …; what it leaves out gets none."""
    known = list(dict.fromkeys(numbers))
    points = dict.fromkeys(known, 0)
    for order, n in orders.items():
        for place, number in enumerate(order):
            if number in points:
                points[number] += n * (len(known) - 1 - place)
    return points
