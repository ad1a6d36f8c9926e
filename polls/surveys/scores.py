"""From counts to figures, and which counts may be shown at all. Plain values."""

from __future__ import annotations

from collections.abc import Mapping

FEWEST = 5  # people: a cell of fewer is hidden
ENOUGH = 30  # answers from which on a figure is told although single cells are hidden

Cells = Mapping[int, int]


def nps(counts: Cells) -> int | None:
    """Net Promoter Score: per cent of 9 and 10 less per cent of 0 to 6, from −100 to 100 (Reichheld 2003)."""
    whole = sum(counts.values())
    if not whole:
        return None
    promoters = sum(n for value, n in counts.items() if value >= 9)
    detractors = sum(n for value, n in counts.items() if value <= 6)
    return round(100 * (promoters - detractors) / whole)


def csat(counts: Cells) -> int | None:
    """Per cent of 4 and 5 on the scale from 1 to 5."""
    whole = sum(counts.values())
    return round(100 * sum(n for value, n in counts.items() if value >= 4) / whole) if whole else None


def hidden(cells: Cells, *, adds_up: bool) -> dict[int, int | None]:
    """Cells as they may be shown: None for one of fewer than five people.

    Where cells add up to a whole that is told, further ones are hidden, the smallest first, until those hidden hold
    five people together: what is left out can then not be worked out from the rest. Nobody is no person: 0 is shown.
    """
    shown: dict[int, int | None] = {key: n if n == 0 or n >= FEWEST else None for key, n in cells.items()}
    if adds_up:
        while 0 < sum(cells[key] for key, n in shown.items() if n is None) < FEWEST:
            left = [(n, key) for key, n in shown.items() if n]
            if not left:
                break
            shown[min(left)[1]] = None
    return shown


def may_tell(shown: Mapping[int, int | None], whole: int) -> bool:
    """Whether a figure of all the cells gives none of the hidden ones away."""
    return whole >= FEWEST and (whole >= ENOUGH or None not in shown.values())


def may_split(cells_by_group: Mapping[str, Cells]) -> bool:
    """Whether cells are told group by group: only where no group has one of fewer than five."""
    return all(n == 0 or n >= FEWEST for cells in cells_by_group.values() for n in cells.values())
