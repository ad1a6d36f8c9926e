"""Who chose what, by owners of which car, other members and guests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.db.models.functions import Coalesce

from polls import splits
from polls.models import Ballot, BallotChoice, BallotState, Choice, Kind, Poll
from polls.splits import Part

MEMBERS = ("owner", "member")


def columns_of(poll: Poll, choices: Sequence[Choice]) -> list[tuple[str, frozenset[int]]]:
    """What is told apart: each choice, the first one of an order, or stretches of a scale; (key, numbers of choices)."""
    if poll.kind != Kind.SCALE:
        return [(str(choice.number), frozenset({choice.number})) for choice in choices]
    number_of = {int(choice.text): choice.number for choice in choices}
    return [
        (key, frozenset(number_of[value] for value in values))
        for key, values in splits.bands(sorted(number_of))
    ]


def parts_of(poll: Poll, columns: Sequence[tuple[str, frozenset[int]]]) -> list[Part]:
    """Counted ballots by group and by the car in the profile, where everybody may see that. Two statements."""
    ballots = Ballot.objects.filter(poll=poll, state=BallotState.COUNTED).exclude(group="house")
    chosen = BallotChoice.objects.filter(ballot__in=ballots.values("pk"))
    if poll.is_ranked:
        chosen = chosen.filter(rank=1)
    place = {number: at for at, (_key, numbers) in enumerate(columns) for number in numbers}
    cells: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(columns))
    told = _by_car(chosen, "ballot__").values_list("ballot__group", "drives", "choice__number")
    for group, drives, number, n in told.annotate(n=Count("pk")):
        if number in place:
            cells[group, splits.car_of(drives)][place[number]] += n
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for group, drives, n in _by_car(ballots, "").values_list("group", "drives").annotate(n=Count("pk")):
        sizes[group, splits.car_of(drives)] += n
    return [Part(group, car, n, tuple(cells[group, car])) for (group, car), n in sorted(sizes.items())]


def _by_car(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    hidden = When(**{f"{path}member__visibility__drives__in": ["members", "nobody"]}, then=Value(""))
    said = Coalesce(f"{path}member__drives", Value(""))
    found: QuerySet[Any] = rows.order_by().annotate(
        drives=Case(hidden, default=said, output_field=CharField())
    )
    return found
