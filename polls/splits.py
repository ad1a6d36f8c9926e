"""Results told apart by who answered: which cells may be told, so that nobody can work out the rest. Plain values."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

FEW = 5  # people: a cell of fewer is hidden
MOST_CARS = 6  # owners of how many cars are told apart

Grid = list[list[int | None]]
_CAR = re.compile(r"[,，、;；·•|/(（]")


@dataclass(frozen=True, slots=True)
class Part:
    """Ballots of people who have something in common. `kind`: owner | member | guest; `car` "": any other, or none.

    `cells`: how many of the `n` chose each of the choices.
    """

    kind: str
    car: str
    n: int
    cells: tuple[int, ...]


def car_of(words: str) -> str:
    """The car in what people say that they drive ("Aurora E, 8 months, Leipzig"); "" where there is none."""
    return " ".join(_CAR.split(words, maxsplit=1)[0].split())[:40]


def by_car(parts: Iterable[Part]) -> list[Part]:
    """Owners by car as far as each car has enough of them, the other owners, and members without a verified car.

    What is left over joins the others, and takes the smallest car along while these are too few to be told.
    """
    found: dict[tuple[str, str], list[Part]] = {}
    names: dict[str, Counter[str]] = {}
    for part in parts:
        car = part.car if part.kind == "owner" else ""
        found.setdefault((part.kind, car.casefold()), []).append(part)
        names.setdefault(car.casefold(), Counter())[car] += part.n
    whole = {key: _joined(key[0], names[key[1]].most_common(1)[0][0], some) for key, some in found.items()}
    cars = sorted((one for one in whole.values() if one.car), key=lambda one: (-one.n, one.car))
    told = [one for one in cars if one.n >= FEW][:MOST_CARS]
    others = [one for one in whole.values() if one.kind == "owner" and one not in told]
    while told and 0 < sum(one.n for one in others) < FEW:
        others.append(told.pop())
    if others:
        told.append(_joined("owner", "", others))
    return told + [one for one in whole.values() if one.kind != "owner"]


def _joined(kind: str, car: str, parts: Sequence[Part]) -> Part:
    return Part(
        kind, car, sum(one.n for one in parts), tuple(map(sum, zip(*(p.cells for p in parts), strict=True)))
    )


def told(parts: Sequence[Part], *, adds_up: bool) -> Grid | None:
    """The cells of each part, None for those that are hidden; None where nothing can be told apart.

    Everybody knows the size of each part and the sum of each column. Hidden are cells of one to four people (or from
    which all but so few are missing, where a ballot names several), and further ones until each of these could be
    anything within a stretch of five, or of the whole column where that is smaller, for all that can be worked out.
    """
    if len(parts) < 2 or any(0 < part.n < FEW for part in parts):
        return None
    small = [
        (row, column)
        for row, part in enumerate(parts)
        for column, n in enumerate(part.cells)
        if _is_small(n) or (not adds_up and _is_small(part.n - n))
    ]
    totals = [sum(cells) for cells in zip(*(part.cells for part in parts), strict=True)]
    columns = range(len(totals))

    def are_safe(hidden: set[Cell]) -> bool:
        return all(_width(parts, hidden, at, adds_up) >= min(FEW, totals[at[1]]) for at in small)

    # Whole columns at first, those with a small cell and then the smallest ones; what need not be hidden is told again.
    hidden = {(row, column) for row in range(len(parts)) for column in {at[1] for at in small}}
    others = sorted(set(columns) - {at[1] for at in small}, key=lambda column: (totals[column], column))
    while not are_safe(hidden) and others:
        column = others.pop(0)
        hidden |= {(row, column) for row in range(len(parts))}
    if not are_safe(hidden):
        return None
    hidden = min(
        (_told_again(hidden, order, are_safe) for order in _orders(parts, hidden - set(small))), key=len
    )
    if len(hidden) == len(parts) * len(totals):
        return None
    return [
        [None if (row, column) in hidden else n for column, n in enumerate(part.cells)]
        for row, part in enumerate(parts)
    ]


Cell = tuple[int, int]  # row, column


def _orders(parts: Sequence[Part], cells: Iterable[Cell]) -> list[list[Cell]]:
    """In which order cells may be told again: the largest first, or the largest groups as a whole. No order finds the
    fewest dashes in every table, so both are tried."""
    known = sorted(cells)
    return [
        sorted(known, key=lambda at: (-parts[at[0]].cells[at[1]], at)),
        sorted(known, key=lambda at: (-parts[at[0]].n, at)),
    ]


def _told_again(
    hidden: Iterable[Cell], order: Iterable[Cell], are_safe: Callable[[set[Cell]], bool]
) -> set[Cell]:
    """What stays hidden when each cell of the order is told whose telling gives no other away."""
    left = set(hidden)
    for at in order:
        if are_safe(left - {at}):
            left.discard(at)
    return left


def cells_told(grid: Grid | None) -> int:
    """How many cells are told."""
    return sum(n is not None for row in grid or [] for n in row)


def _is_small(n: int) -> bool:
    return 0 < n < FEW


Network = dict[tuple[str, int], dict[tuple[str, int], int]]


def _width(parts: Sequence[Part], hidden: set[Cell], at: Cell, adds_up: bool) -> int:
    """How far apart the largest and the smallest value of a hidden cell can be, given all that is told; at most FEW
    either way. What one cell gains, others of its column lose and others of its row make up for: a flow through the
    hidden cells."""
    row, column = at
    n = parts[row].cells[column]
    lines: Network = {}
    for r, c in hidden - {at}:
        value = parts[r].cells[c]
        lines.setdefault(("row", r), {})["column", c] = parts[r].n - value  # it may be more
        lines.setdefault(("column", c), {})["row", r] = value  # or less
    if not adds_up:  # how many choices a part named in all is not told: a column without a sum
        for r, part in enumerate(parts):
            lines.setdefault(("row", r), {})["column", -1] = part.n + FEW
            lines.setdefault(("column", -1), {})["row", r] = part.n + FEW
    more = _flow(lines, ("column", column), ("row", row), min(FEW, parts[row].n - n))
    less = _flow(lines, ("row", row), ("column", column), min(FEW, n))
    return more + less


def _flow(
    lines: Mapping[tuple[str, int], Mapping[tuple[str, int], int]],
    source: tuple[str, int],
    sink: tuple[str, int],
    most: int,
) -> int:
    """The largest flow up to `most`, by shortest paths (Edmonds and Karp 1972)."""
    left: Network = {end: dict(ways) for end, ways in lines.items()}
    passed = 0
    while passed < most:
        before = {source: source}
        waiting = deque([source])
        while waiting and sink not in before:
            end = waiting.popleft()
            for to, room in left.get(end, {}).items():
                if room > 0 and to not in before:
                    before[to] = end
                    waiting.append(to)
        if sink not in before:
            break
        path = [sink]
        while path[-1] != source:
            path.append(before[path[-1]])
        steps = [(path[place + 1], path[place]) for place in range(len(path) - 1)]
        by = min([most - passed, *(left[a][b] for a, b in steps)])
        for a, b in steps:
            left[a][b] -= by
            left.setdefault(b, {}).setdefault(a, 0)
            left[b][a] += by
        passed += by
    return passed


def bands(values: Sequence[int]) -> list[tuple[str, frozenset[int]]]:
    """The steps of a scale in three: its lower half, its exact middle where there is one, its upper half."""
    half = len(values) // 2
    parts = [
        ("low", values[:half]),
        ("mid", values[half : len(values) - half]),
        ("high", values[len(values) - half :]),
    ]
    return [(key, frozenset(some)) for key, some in parts if some]
