"""Pure rules of surveys: the way through the pages, what an answer may be, and when two questions are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from community.core.text import UNREADABLE, clean_source, is_blank

MOST_QUESTIONS = 40
MOST_OPTIONS = 12
MOST_STEPS = 11  # of a scale
LONGEST_LINE, LONGEST_WORDS = 200, 2000
END = 0  # what stands in the place of a question's number where nothing more is asked
TEXTS = frozenset({"line", "words"})
SCALES = frozenset({"scale", "nps", "csat"})


class Unfit(Exception):
    """What was sent is no answer to this question. `code` names the rule."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the rules see it. `jumps`: what was chosen → number of the question that comes next, or END."""

    number: int
    kind: str
    values: tuple[int, ...] = ()  # numbers of options, or steps of a scale
    is_required: bool = True
    starts_page: bool = True
    most: int = 1
    jumps: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: what was chosen, or words. Neither: the question was passed over."""

    values: tuple[int, ...] = ()
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.words


Pages = Sequence[Sequence[Asked]]
Answers = Mapping[int, Given]  # number of a question → its answer


def pages_of(questions: Iterable[Asked]) -> list[list[Asked]]:
    """Questions as they come one page after the other."""
    pages: list[list[Asked]] = []
    for asked in questions:
        if asked.starts_page or not pages:
            pages.append([])
        pages[-1].append(asked)
    return pages


def answer(asked: Asked, chosen: Sequence[str], words: str) -> Given:
    """What a form sent for one question, checked. Raises Unfit."""
    if asked.kind in TEXTS:
        if UNREADABLE in words:
            raise Unfit("unreadable")
        clean = "\n".join(part.rstrip() for part in clean_source(words).split("\n")).strip()
        if is_blank(clean):
            clean = ""  # of signs that show nothing
        if asked.kind == "line":
            clean = " ".join(clean.split())
        if len(clean) > (LONGEST_LINE if asked.kind == "line" else LONGEST_WORDS):
            raise Unfit("long")
        if not clean and asked.is_required:
            raise Unfit("empty")
        return Given(words=clean)
    if len(chosen) > len(asked.values):
        raise Unfit("foreign")
    if not all(raw.isascii() and raw.isdecimal() and len(raw) < 5 for raw in chosen):
        raise Unfit("foreign")
    values = tuple(sorted(int(raw) for raw in chosen))
    if len(set(values)) != len(values) or not set(values) <= set(asked.values):
        raise Unfit("foreign")
    if not values and asked.is_required:
        raise Unfit("empty")
    if len(values) > asked.most:
        raise Unfit("many" if asked.kind == "multiple" else "foreign")
    return Given(values)


def following(pages: Pages, at: int, answers: Answers) -> int:
    """The page after this one; len(pages) when nothing more is asked. The first jump that fits decides."""
    starts = {page[0].number: place for place, page in enumerate(pages)}
    for asked in pages[at]:
        chosen = answers.get(asked.number, Given()).values
        for value in asked.values:
            if value in chosen and value in asked.jumps:
                to = asked.jumps[value]
                return len(pages) if to == END else starts[to]
    return at + 1


def ways(pages: Pages, at: int) -> set[int]:
    """Every page that may come after this one, whatever is answered; len(pages) is the end."""
    starts = {page[0].number: place for place, page in enumerate(pages)}
    found = set()
    for asked in pages[at]:
        found |= {
            len(pages) if to == END else starts[to]
            for value, to in asked.jumps.items()
            if value in asked.values
        }
        if asked.is_required and asked.values and set(asked.values) <= set(asked.jumps):
            return found  # whatever is chosen leads away: nothing after this decides
    return found | {at + 1}


def faults(questions: Sequence[Asked]) -> list[tuple[int, str]]:
    """What is wrong with the way through: (number of the question, code), in their order.

    `gone`: a jump to a question that is not there; `loop`: to one that was asked before; `middle`: into the middle of a
    page; `unreached`: a page that no answer leads to, so that the way to it is a dead end.
    """
    pages = pages_of(questions)
    page_of = {asked.number: place for place, page in enumerate(pages) for asked in page}
    starts = {page[0].number for page in pages}
    found = []
    for asked in questions:
        for to in asked.jumps.values():
            if to == END:
                continue
            if to not in page_of:
                found.append((asked.number, "gone"))
            elif page_of[to] <= page_of[asked.number]:
                found.append((asked.number, "loop"))
            elif to not in starts:
                found.append((asked.number, "middle"))
    if found:
        return list(dict.fromkeys(found))
    reached = {0}
    for place in range(len(pages)):  # jumps lead forwards, so one look is enough
        if place in reached:
            reached |= ways(pages, place)
    return [(page[0].number, "unreached") for place, page in enumerate(pages) if place not in reached]


def longest(pages: Pages, at: int) -> int:
    """How many pages come from this one on, itself included, on the longest way."""
    ahead = [0] * (len(pages) + 1)
    for place in range(len(pages) - 1, at - 1, -1):
        ahead[place] = 1 + max(ahead[to] for to in ways(pages, place))
    return ahead[at]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is. `trail`: pages behind them, each by the number of its first question."""

    trail: tuple[int, ...] = ()
    answers: Answers = field(default_factory=dict)


def waiting(pages: Pages, progress: Progress) -> int:
    """The page that waits for answers; len(pages) when there is none any more."""
    if not progress.trail:
        return 0
    starts = {page[0].number: place for place, page in enumerate(pages)}
    return following(pages, starts[progress.trail[-1]], progress.answers)


def stepped(pages: Pages, progress: Progress, at: int, given: Answers) -> Progress:
    """Progress after a page was answered, the waiting one or an earlier one: then what came after it is asked again,
    with what was answered there still in place. Raises Unfit ("ahead") for a page that was not reached."""
    first = pages[at][0].number if 0 <= at < len(pages) else -1
    trail = progress.trail
    if first in trail:
        trail = trail[: trail.index(first)]
    elif at != waiting(pages, progress) or first < 0:
        raise Unfit("ahead")
    return Progress((*trail, first), {**progress.answers, **given})


def counting(pages: Pages, progress: Progress) -> dict[int, Given]:
    """Answers that count: those on the way that was taken, without what was passed over."""
    taken = set(progress.trail)
    numbers = [asked.number for page in pages if page[0].number in taken for asked in page]
    return {
        number: progress.answers[number]
        for number in numbers
        if number in progress.answers and not progress.answers[number].is_empty
    }


def packed(progress: Progress) -> dict[str, object]:
    """Progress as it is kept: plain lists and texts."""
    return {
        "trail": list(progress.trail),
        "answers": {str(n): [list(one.values), one.words] for n, one in progress.answers.items()},
    }


def unpacked(kept: Mapping[str, object]) -> Progress:
    trail, answers = kept.get("trail", []), kept.get("answers", {})
    assert isinstance(trail, list)
    assert isinstance(answers, dict)
    return Progress(
        tuple(trail), {int(n): Given(tuple(values), words) for n, (values, words) in answers.items()}
    )


def bands(kind: str, low: int, high: int) -> list[tuple[str, tuple[int, ...]]]:
    """Stretches of a scale that jumps may be tied to: the lowest, the middle, the highest ones.

    Those of NPS are its detractors (0-6), passives (7-8) and promoters (9-10); those of CSAT 1-2, 3 and 4-5; any other
    scale falls into its lower half, its exact middle where there is one, and its upper half.
    """
    if kind == "nps":
        return [("low", tuple(range(7))), ("mid", (7, 8)), ("high", (9, 10))]
    steps = list(range(low, high + 1))
    half = len(steps) // 2
    middle = tuple(steps[half : len(steps) - half])
    found = [("low", tuple(steps[:half])), ("mid", middle), ("high", tuple(steps[len(steps) - half :]))]
    return [(key, values) for key, values in found if values]


def wording(kind: str, text: str, about: str = "", options: Sequence[str] = (), **scale: object) -> str:
    """What two questions share when they ask the same: a digest of every word a person reads, and of the scale."""
    told = [kind, text, about, list(options), sorted(scale.items())]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
