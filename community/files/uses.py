"""Who uses an upload. Rooms above join to it with rows of their own, or name it in words, and say here how to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from community.core.text import keys_in

Asked = Callable[[set[int]], set[int]]  # of these uploads, those that are used

_askers: dict[str, Asked] = {}
_deciders: dict[str, Asked] = {}


def register(name: str, used: Asked) -> None:
    """Announce a use ("forum.posts"). An upload that nothing uses may be taken away."""
    if _askers.setdefault(name, used) is not used:
        raise ValueError(f"two uses of uploads are called {name}")


def used_among(upload_ids: Iterable[int]) -> set[int]:
    """Those of the uploads that something uses. A statement or two for each room that uses some."""
    asked, used = set(upload_ids), set[int]()
    for ask in _askers.values():
        if rest := asked - used:
            used |= ask(rest)
    return used


def register_report(name: str, waiting: Asked) -> None:
    """Announce a use that somebody has still to decide about: its owner cannot take that away from them."""
    register(name, waiting)
    _deciders[name] = waiting


def reported_among(upload_ids: Iterable[int]) -> set[int]:
    """Those of the uploads that wait for a decision. Statements as for `used_among`."""
    asked = set(upload_ids)
    return {pk for ask in _deciders.values() for pk in ask(asked)} if asked else set()


def named_among(upload_ids: set[int], words_of: Callable[[set[int]], Iterable[str]]) -> set[int]:
    """Those of the uploads that their owners name in words of some kind; `words_of` reads these for owners' ids.

    For words that come and go: nothing has to be written when they do. One statement, and that of `words_of`.
    """
    from community.files.models import Upload  # a room that registers is still being loaded

    rows = Upload.objects.filter(pk__in=upload_ids).values_list("key", "pk", "owner_id")
    ids, owners = {}, set()
    for key, pk, owner_id in rows:
        ids[key] = pk
        owners.add(owner_id)
    return {ids[key] for words in words_of(owners) for key in keys_in(words) if key in ids}
