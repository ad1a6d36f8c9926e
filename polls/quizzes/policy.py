"""Pure rules of quizzes: the order of an attempt, what an answer is worth, which outcome suits, when time is up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.core import chance

MOST_QUESTIONS = 25
MOST_OPTIONS = 6
MOST_OUTCOMES = 6
MOST_WEIGHT = 9
MOST_ATTEMPTS = 20
SHORTEST, LONGEST = 5, 600  # seconds for a question, where there is a limit
GRACE = 5  # seconds a slow network is given beyond what the page says

Plan = list[tuple[int, list[int]]]  # (question, its options by number) in the order of one attempt


class Unfit(Exception):
    """What was sent is no answer to this question. `code` names the rule."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def plan(
    seed: str, questions: Sequence[tuple[int, Sequence[int]]], *, draws: int = 0, shuffles: bool = True
) -> Plan:
    """The order of one attempt: the same for the same seed. `draws` > 0 takes as many questions by chance."""
    told = [(question, list(options)) for question, options in questions]
    with chance.seeded(f"quiz:{seed}"):
        if shuffles:
            told = [(question, chance.shuffled(options)) for question, options in chance.shuffled(told)]
        if 0 < draws < len(told):
            drawn = set(chance.shuffled([question for question, _options in told])[:draws])
            told = [row for row in told if row[0] in drawn]
    return told


def picks_of(raw: Iterable[str], count: int, *, takes_several: bool) -> list[int]:
    """Places (0 … count-1) of the options that were picked, as a form sends them. Raises Unfit."""
    values = list(raw)
    if not values:
        raise Unfit("empty")
    if len(values) > count:
        raise Unfit("foreign")
    places = []
    for value in values:
        if not (value.isascii() and value.isdecimal() and len(value) < 4 and int(value) < count):
            raise Unfit("foreign")
        places.append(int(value))
    if len(set(places)) != len(places):
        raise Unfit("foreign")
    if len(places) > 1 and not takes_several:
        raise Unfit("several")
    return sorted(places)


def is_right(picked: Iterable[int], key: Iterable[int]) -> bool:
    """Right is the whole key and nothing else: half of several right options is not half a point."""
    return set(picked) == set(key)


def deadline(shown_at: datetime, seconds: int) -> datetime:
    """Until when an answer counts: what the page says, and the grace that it does not say."""
    return shown_at + timedelta(seconds=seconds + GRACE)


def is_late(shown_at: datetime | None, at: datetime, seconds: int) -> bool:
    """Whether an answer came too late, by the server's clock alone. `seconds` 0: there is no limit."""
    return bool(seconds) and shown_at is not None and at > deadline(shown_at, seconds)


def percent(part: int, whole: int) -> int:
    """Whole per cent, halves upwards; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def has_passed(right: int, asked: int, pass_percent: int) -> bool:
    """Whether it is enough, in exact numbers: two of three are less than 67 per cent. 0: nothing to be passed."""
    return bool(pass_percent and asked) and 100 * right >= pass_percent * asked


@dataclass(frozen=True, slots=True)
class Share:
    """What points towards an outcome, of all that pointed anywhere."""

    outcome: int
    points: int
    percent: int


def shares(picked: Sequence[Mapping[int, int]], outcomes: Sequence[int]) -> list[Share]:
    """How much points to each outcome, the leading one first. `picked`: the weights of each option that was picked.

    Of two that are level, more answers that pointed there lead; then the author's order. Per cents add up to 100
    (largest remainder); without any point all are nothing, in the author's order.
    """
    points: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    for weights in picked:
        for outcome, weight in weights.items():
            if weight > 0:
                points[outcome] += weight
                answers[outcome] += 1
    known = {outcome: place for place, outcome in enumerate(outcomes)}
    order = sorted(outcomes, key=lambda one: (-points[one], -answers[one], known[one]))
    whole = sum(points[one] for one in outcomes)
    parts = {one: 100 * points[one] // whole if whole else 0 for one in outcomes}
    if whole:
        missing = 100 - sum(parts.values())
        for one in sorted(outcomes, key=lambda one: (-(100 * points[one] % whole), known[one]))[:missing]:
            parts[one] += 1
    return [Share(one, points[one], parts[one]) for one in order]


def is_tied(found: Sequence[Share]) -> bool:
    """Whether two outcomes share the lead: the page says so."""
    return len(found) > 1 and found[0].points > 0 and found[0].points == found[1].points


def minutes(questions: int, seconds: int) -> int:
    """About how long it takes: twenty seconds a question where nothing says otherwise; at least one minute."""
    each = min(seconds, 20) if seconds else 20
    return max(1, round(questions * each / 60))
