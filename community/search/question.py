"""What an engine is asked and what it answers: the same for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from community.search.analysis import Phrase


@dataclass(frozen=True, slots=True)
class Question:
    """Entries that hold all wanted phrases (or any), none of the unwanted, and the right marks."""

    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    any_of: bool = False
    titles: bool = False  # look at titles and names only; they alone are quick to complete
    one_of: tuple[Phrase, ...] = ()  # and one of these phrases
    needs: tuple[tuple[str, ...], ...] = ()  # of each group one mark must be there
    lacks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.needs


class Found(NamedTuple):
    """An entry: its place in time (higher is newer), what it is, its terms of the title, how much it holds."""

    seq: int
    kind: str
    ref: int
    title_terms: str
    held: int = 0


class Engine(Protocol):
    """`matching` gives the newest first, below `before`; `each` the same for several (question, size) at once.

    `closest` gives those that hold most of the units first.
    """

    def matching(self, asked: Question, *, size: int, before: int | None) -> list[Found]: ...

    def each(self, asked: Sequence[tuple[Question, int]]) -> list[list[Found]]: ...

    def closest(self, asked: Question, units: Sequence[Phrase], *, needed: int, size: int) -> list[Found]: ...
