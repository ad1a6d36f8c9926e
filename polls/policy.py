"""The rules of a ballot, with plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from community.core.text import clean_source, is_blank

MOST_CHOICES = 20
MOST_STEPS = 101  # of a scale
MOST_RADIOS = 11  # steps of a scale that are drawn one beside the other
LONGEST_WORDS = 80
MOST_VOTES = 1_000_000_000  # after which a poll may close
MOST_POLLS_A_THREAD = 10
GROUP = 5  # sealed ballots that are counted together, at least
ORDER = ">"  # between the numbers of an order
OPENED = "="  # under which it is counted how many sealed ballots are in the votes
AND = ","  # between those of a sealed ballot that names several


class Unfit(Exception):
    """A ballot that these rules do not allow; `code` says which one."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Form:
    """What a poll asks for."""

    kind: str
    numbers: frozenset[int]  # of its choices
    least: int = 1
    most: int = 1
    other: int = 0  # the choice that takes words; 0: none


@dataclass(frozen=True, slots=True)
class Picks:
    """A ballot as it was filled in: numbers of choices in order, and the words for the open one."""

    numbers: tuple[int, ...]
    words: str = ""


def numbers_of(raw: Iterable[str]) -> tuple[int, ...]:
    """Numbers as a form sends them. Unfit ("unknown") for what is no small number."""
    found = []
    for text in raw:
        if not (text.isascii() and text.isdecimal() and len(text) <= 4):
            raise Unfit("unknown")
        found.append(int(text))
        if len(found) > MOST_STEPS:
            raise Unfit("too_many")
    return tuple(found)


def order_of(ranks: Mapping[int, str]) -> tuple[int, ...]:
    """The choices by the rank each was given; those without a rank are left out.

    Unfit ("rank") for what is no rank from 1 on, and when two choices share one. Gaps close.
    """
    placed: dict[int, int] = {}
    for number, raw in ranks.items():
        text = raw.strip()
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and len(text) <= 3) or not 1 <= int(text) <= MOST_CHOICES:
            raise Unfit("rank")
        if int(text) in placed:
            raise Unfit("rank_twice")
        placed[int(text)] = number
    return tuple(placed[rank] for rank in sorted(placed))


def checked(form: Form, picks: Picks) -> Picks:
    """The ballot as it is kept: known choices, each once, as many as asked for; sorted where no order counts."""
    numbers = picks.numbers
    if not numbers:
        raise Unfit("empty")
    if len(numbers) > len(form.numbers):
        raise Unfit("too_many")
    if len(set(numbers)) != len(numbers):
        raise Unfit("twice")
    if not set(numbers) <= form.numbers:
        raise Unfit("unknown")
    if len(numbers) < form.least:
        raise Unfit("too_few")
    if len(numbers) > form.most:
        raise Unfit("too_many")
    words = " ".join(clean_source(picks.words).split())
    if form.other not in numbers:
        if form.other and form.kind == "multiple" and not is_blank(words):
            raise Unfit("words_alone")  # where touching a choice is the vote, words beside it were left there
        words = ""
    elif is_blank(words):
        raise Unfit("words")
    elif len(words) > LONGEST_WORDS:
        raise Unfit("words_long")
    return Picks(numbers if form.kind == "ranked" else tuple(sorted(numbers)), words)


def keys_of(kind: str, numbers: Sequence[int]) -> list[str]:
    """What a ballot counts for: each of its choices, or its whole order."""
    if kind == "ranked":
        return [ORDER.join(map(str, numbers))]
    return [str(number) for number in numbers]


def released(waiting: Sequence[str], *, is_closed: bool, pick: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which sealed ballots to count now and which to keep: (now, later).

    `pick` is `waiting` shuffled. While the poll is open at least a group stays, so that the last one is no smaller.
    """
    if len(pick) != len(waiting):
        raise ValueError("a shuffle keeps every ballot")
    if is_closed:
        return list(pick), []
    if len(waiting) < 2 * GROUP:
        return [], list(pick)
    now = len(waiting) - GROUP
    return list(pick[:now]), list(pick[now:])
