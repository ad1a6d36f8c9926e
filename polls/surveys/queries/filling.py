"""A survey as the person who fills it in sees it: one page of it, or everything they are about to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from community.core.access import Verdict
from polls.surveys import access, fixed, keeping, policy
from polls.surveys.keeping import Kept
from polls.surveys.models import Option, Question, Survey, Wave
from polls.surveys.paper import Paper, paper_of
from polls.surveys.policy import Given
from polls.surveys.queries.lists import lines
from polls.voters import Voter


@dataclass(frozen=True, slots=True)
class Field:
    """One question with what was answered, and what was wrong with it."""

    question: Question
    said: str
    options: Sequence[Option]
    ends: tuple[str, str] = ("", "")
    chosen: tuple[str, ...] = ()
    words: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return f"q{self.question.number}"


@dataclass(slots=True)
class Page:
    """A page of the survey. `first`: number of its first question; `back`: of the page before, 0 where there is none."""

    survey: Survey
    wave: Wave
    first: int
    fields: list[Field]
    behind: int  # pages
    ahead: int  # this one and what may follow, at most
    back: int = 0
    problems: dict[int, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.behind + 1

    @property
    def most(self) -> int:
        return self.behind + self.ahead

    @property
    def percent(self) -> int:
        return 100 * self.behind // self.most

    @property
    def section(self) -> str:
        return self.fields[0].question.section

    @property
    def asks_one(self) -> bool:
        return len(self.fields) == 1


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody is with a survey. `wave` None: it was never open."""

    wave: Wave | None
    answer: Verdict
    is_begun: bool = False
    is_sent: bool = False
    is_elsewhere: bool = False


def standing(voter: Voter, survey: Survey) -> Standing:
    """Two statements, three where it is anonymous; one for a guest without a key."""
    wave = access.asked_wave(survey)
    verdict = access.may_answer(voter, survey, wave)
    kept = keeping.find(voter, survey, wave) if wave is not None and voter.is_known else None
    if kept is None:
        return Standing(wave, verdict)
    is_begun = not kept.is_sent and not kept.is_elsewhere
    return Standing(wave, verdict, is_begun, kept.is_sent, kept.is_elsewhere)


@dataclass(frozen=True, slots=True)
class Underway:
    """Answers under way, with their paper."""

    survey: Survey
    wave: Wave
    kept: Kept
    paper: Paper

    @property
    def is_complete(self) -> bool:
        return policy.waiting(self.paper.pages, self.kept.progress) == len(self.paper.pages)


def underway(voter: Voter, survey: Survey) -> Underway | None:
    """What somebody is filling in; None where nothing is under way, or no answer of theirs is taken any more. Four
    statements, five where it is anonymous."""
    wave = access.asked_wave(survey)
    kept = keeping.find(voter, survey, wave) if wave is not None and voter.is_known else None
    if wave is None or kept is None or kept.is_sent or kept.is_elsewhere:
        return None
    if not access.may_answer(voter, survey, wave):
        return None  # the survey's own page says why
    return Underway(survey, wave, kept, paper_of(wave))


def page_of(
    found: Underway,
    first: int = 0,
    *,
    typed: dict[int, Given] | None = None,
    problems: dict[int, str] | None = None,
) -> Page | None:
    """The page that begins with the question of this number, if it was answered before or waits; 0 for the waiting one.

    None when there is none: everything is answered. No statement.
    """
    pages, progress = found.paper.pages, found.kept.progress
    at = policy.waiting(pages, progress)
    if first in progress.trail:
        at = found.paper.page_of(first)
    if at >= len(pages):
        return None
    number = pages[at][0].number
    behind = progress.trail.index(number) if number in progress.trail else len(progress.trail)
    answers = {**progress.answers, **(typed or {})}
    fields = [
        field_of(found.paper, question, found.survey.lang, answers.get(question.number, Given()), problems)
        for question in found.paper.rows_at(at)
    ]
    return Page(
        found.survey,
        found.wave,
        number,
        fields,
        behind,
        policy.longest(pages, at),
        progress.trail[behind - 1] if behind else 0,
        problems or {},
    )


def field_of(
    paper: Paper, question: Question, lang: str, given: Given, problems: dict[int, str] | None = None
) -> Field:
    ends = (question.low_label, question.high_label)
    if fixed.is_fixed(question.kind):
        ends = fixed.ends(question.kind, lang)
    return Field(
        question,
        question.said(lang),
        paper.options.get(question.pk, []),
        ends,
        tuple(map(str, given.values)),
        given.words,
        (problems or {}).get(question.number, ""),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One answer before it is sent. `first`: the page where it can be changed."""

    said: str
    words: str
    first: int


def check(found: Underway) -> list[Line]:
    """Everything that is about to be sent, in the order in which it was asked. No statement."""
    answers = policy.counting(found.paper.pages, found.kept.progress)
    first_of = {asked.number: page[0].number for page in found.paper.pages for asked in page}
    return [
        Line(said, words, first_of[number])
        for number, said, words in lines(found.paper, found.survey.lang, answers)
    ]
