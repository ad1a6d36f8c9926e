"""What one viewer sees of a poll, worked out of rows that were fetched: bars, rounds, and what they may do."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from community.core.access import Verdict
from polls import eligibility, tally
from polls.models import Choice, Kind, Method, Poll
from polls.tally import Counts, Round


@dataclass(frozen=True, slots=True)
class Bar:
    """One choice of a result: votes of members and guests, and what it is of all that count."""

    choice: Choice
    members: int
    guests: int
    house: int
    percent: int
    is_mine: bool = False
    is_winner: bool = False
    length: float = 0  # of the whole bar, in per cent of the road
    solid: float = 0  # of the members' part

    @property
    def votes(self) -> int:
        return self.members + self.guests


@dataclass(frozen=True, slots=True)
class Lap:
    """A choice in a run-off: its votes in each round, "" once it is out, and in which round it left."""

    choice: Choice
    votes: list[int | str]
    percent: int
    out_in: int = 0
    points: int = 0
    parts: list[tuple[float, float]] = field(
        default_factory=list
    )  # from, to: first votes, then what came over
    is_winner: bool = False
    is_level: bool = False  # with another one, and none is before them
    is_mine: bool = False


@dataclass
class Shown:
    """Everything a template needs of one poll and one viewer."""

    poll: Poll
    choices: Sequence[Choice]
    counts: Counts
    mine: dict[int, tuple[int, str]]  # number → rank and words
    took_part: bool  # also where nobody knows what they chose
    vote: Verdict
    see: Verdict
    change: Verdict
    withdraw: Verdict
    is_manager: bool = False
    asks_again: bool = False  # the form is shown although there is a vote: to change it
    just_voted: bool = False
    is_elsewhere: bool = False  # voted on this device, and the vote is an account's now
    is_left_out: bool = False  # a recount left this viewer's vote out
    problem: str = ""
    turn: str = ""  # what lets the same vote count in some seconds
    typed: dict[str, Any] = field(default_factory=dict)

    @property
    def has_voted(self) -> bool:
        return bool(self.mine) or self.took_part or self.is_elsewhere

    @property
    def shows_form(self) -> bool:
        return bool(self.vote) and (not self.has_voted or self.is_asked_again)

    @property
    def shows_result(self) -> bool:
        return bool(self.see) and not self.is_asked_again

    @property
    def is_asked_again(self) -> bool:
        """Whether the form stands there for somebody who has voted."""
        return self.asks_again and bool(self.change) and not self.is_elsewhere

    @property
    def audience(self) -> eligibility.Audience:
        return eligibility.audience_of(self.poll.audience)

    @property
    def is_being_counted(self) -> bool:
        """Whether the last group of sealed votes is still to come: it is counted by the minute, once all have arrived."""
        return self.poll.is_over and self.uncounted > 0

    @property
    def uncounted(self) -> int:
        """Sealed ballots that are in no vote yet."""
        return tally.uncounted(self.counts, self.poll.kind) if self.poll.is_sealed else 0

    @property
    def has_pictures(self) -> bool:
        return any(choice.picture_id for choice in self.choices)

    @property
    def my_words(self) -> str:
        return next((words for _rank, words in self.mine.values() if words), "")

    @property
    def decides(self) -> tuple[str, ...]:
        """Groups whose votes make the result."""
        return self.poll.decides

    @property
    def counted(self) -> int:
        """Ballots that make the result."""
        return sum(self.counts.ballots.get(group, 0) for group in self.decides)

    @cached_property
    def bars(self) -> list[Bar]:
        """The choices in their order, with what was counted for each."""
        votes = {choice.number: self.counts.of(str(choice.number), self.decides) for choice in self.choices}
        most = max(votes.values(), default=0)
        whole = self.counted - self.uncounted
        scale = 100 / max(1, whole)  # the whole road is everybody: a bar is as long as its share says
        bars = []
        for choice in self.choices:
            key = str(choice.number)
            members = self.counts.of(key, ("owner", "member"))
            guests = self.counts.of(key, ("guest",))
            shown = votes[choice.number]
            bars.append(
                Bar(
                    choice,
                    members,
                    guests,
                    self.counts.of(key, ("house",)),
                    tally.share(shown, whole),
                    is_mine=choice.number in self.mine,
                    is_winner=bool(most) and shown == most and self.poll.is_over,
                    length=round(shown * scale, 1),
                    solid=round(members * scale, 1),
                )
            )
        return bars

    @cached_property
    def rounds(self) -> list[Round]:
        if not self.poll.is_ranked:
            return []
        orders = tally.orders_of(self.counts, self.decides)
        return tally.runoff(orders, [choice.number for choice in self.choices])

    @cached_property
    def points(self) -> dict[int, int]:
        """Points for places, by number."""
        numbers = [choice.number for choice in self.choices]
        return tally.borda(tally.orders_of(self.counts, self.decides), numbers)

    @property
    def ahead(self) -> tuple[int, ...]:
        """The choice of an order that has won, or is before the others as yet; several where they are level."""
        if self.poll.method == Method.BORDA:
            return tally.ahead(self.points)
        return tally.ahead(self.rounds[-1].votes) if self.rounds else ()

    @cached_property
    def laps(self) -> list[Lap]:
        """The choices of an order, the best first, with every round."""
        points = self.points
        by_points = self.poll.method == Method.BORDA
        last = self.rounds[-1].votes if self.rounds else {}
        alive = sum(last.values())
        scale = 100 / max(1, alive)  # the whole road: what is in play at the end, as the shares tell it
        most_points = max(1, self.counted * (len(self.choices) - 1))  # first on every ballot
        ahead = self.ahead
        laps = []
        for choice in self.choices:
            row: list[int | str] = [one.votes.get(choice.number, "") for one in self.rounds]
            votes = [n for n in row if isinstance(n, int)]
            out_in = next((place for place, one in enumerate(self.rounds, 1) if choice.number in one.out), 0)
            steps = [0, *votes]
            parts = [
                (round(before * scale, 1), round(after * scale, 1))
                for before, after in itertools.pairwise(steps)
                if after > before
            ]
            if by_points:
                parts = [(0.0, round(points[choice.number] * 100 / most_points, 1))]
            laps.append(
                Lap(
                    choice,
                    row,
                    tally.share(int(last.get(choice.number, 0)), alive),
                    0 if by_points else out_in,
                    points[choice.number],
                    parts,
                    is_winner=ahead == (choice.number,),
                    is_level=len(ahead) > 1 and choice.number in ahead,
                    is_mine=self.mine.get(choice.number, (0, ""))[0] == 1,
                )
            )
        if by_points:
            laps.sort(key=lambda lap: -lap.points)
        else:  # whoever stood longest, then by votes
            laps.sort(key=lambda lap: (lap.out_in == 0, lap.out_in, lap.percent), reverse=True)
        return laps

    @property
    def split(self) -> dict[str, Any]:
        """Who chose what, as it was told once; empty where it was not, or cannot be."""
        row = getattr(self.poll, "split", None)
        return row.content if row is not None else {}

    @property
    def is_too_small(self) -> bool:
        """Whether it was looked at who chose what, and too few had answered to tell it."""
        row = getattr(self.poll, "split", None)
        return row is not None and not row.content and row.dropped_at is None

    @property
    def half(self) -> float:
        """Where half of the ballots still in play ends on the road."""
        return 50.0 if self.rounds else 0.0

    @property
    def mean(self) -> float | None:
        return tally.mean(self._values()) if self.poll.kind == Kind.SCALE else None

    @property
    def median(self) -> float | None:
        return tally.median(self._values()) if self.poll.kind == Kind.SCALE else None

    def _values(self) -> dict[int, int]:
        return {int(choice.text): self.counts.of(str(choice.number), self.decides) for choice in self.choices}
