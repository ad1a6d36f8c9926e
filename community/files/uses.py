"""Who uses an upload. Rooms above join to it with rows of their own, and say here how to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Asked = Callable[[set[int]], set[int]]  # of these uploads, those that are used

_askers: dict[str, Asked] = {}


def register(name: str, used: Asked) -> None:
    """Announce a join ("forum.posts"). An upload that no join names may be taken away."""
    if _askers.setdefault(name, used) is not used:
        raise ValueError(f"two joins to uploads are called {name}")


def used_among(upload_ids: Iterable[int]) -> set[int]:
    """Those of the uploads that something uses. One statement for each room that joins."""
    asked, used = set(upload_ids), set[int]()
    for ask in _askers.values():
        if rest := asked - used:
            used |= ask(rest)
    return used
