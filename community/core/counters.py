"""Stored counters, and how each is counted again from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

Rebuild = Callable[[], int]

_counters: dict[str, Rebuild] = {}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How one rebuild went: how many rows were wrong, and how long it took."""

    name: str
    corrected: int
    seconds: float


def register(name: str, rebuild: Rebuild) -> None:
    """Announce a counter ("forum.threads"). `rebuild` recounts it and returns how many rows were wrong."""
    if _counters.setdefault(name, rebuild) is not rebuild:
        raise ValueError(f"two counters are called {name}")


def names() -> list[str]:
    """Every counter's name, in the order they are rebuilt (the order of registration)."""
    return list(_counters)


def rebuild(only: Iterable[str] = ()) -> Iterator[Rebuilt]:
    """Recount one counter after the other, telling each when it is done. LookupError for an unknown name."""
    wanted = list(only) or names()
    if unknown := [name for name in wanted if name not in _counters]:
        raise LookupError(f"no such counter: {', '.join(unknown)}")
    for name in wanted:
        began = perf_counter()
        corrected = _counters[name]()
        yield Rebuilt(name, corrected, perf_counter() - began)
