"""What higher rooms know of a reply before it counts: promises ask, whoever registered looks and marks it."""

from __future__ import annotations

from collections.abc import Callable

# The reply's id, in the transaction that posts it and with its thread held; a mark is made by `actions.mark_template`.
Look = Callable[[int], object]
_looks: list[Look] = []


def before_it_counts(look: Look) -> Look:
    """Let this look at every reply for which a clock would stop.

    A mark made later would stop the clock for a moment: who holds the question would lose it, and be told twice.
    """
    _looks.append(look)
    return look


def look_at(post_id: int) -> None:
    """Ask all who registered."""
    for look in _looks:
        look(post_id)
