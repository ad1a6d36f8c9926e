"""The seam to the reply promise: what a board has promised about a thread's first answer, in hours left."""

from __future__ import annotations

from collections.abc import Iterable

from moderation.promises.queries.clocks import clocks_of


def hours_left(thread_ids: Iterable[int]) -> dict[int, float]:
    """Thread → hours until its board's promise breaks, below 0 when it is broken. One statement.

    Only threads with such a clock: of the others the ranking takes the usual day.
    """
    return {pk: shown.hours_left for pk, shown in clocks_of(thread_ids).items()}
