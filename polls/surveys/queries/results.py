"""What a wave came to, with cells of fewer than five people hidden, and beside earlier waves that asked the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet

from polls import labels, tally
from polls.labels import Label
from polls.surveys import access, scores
from polls.surveys.models import Answer, Counted, Kind, Option, Question, ResponseState, Survey, Wave, Words
from polls.surveys.paper import paper_of
from polls.surveys.policy import Given
from polls.surveys.queries.filling import field_of
from polls.surveys.queries.lists import took_part

if TYPE_CHECKING:
    from forum.roles import Viewer

GROUPS = ("owner", "member", "guest")
ANSWERED = -1
MOST_WORDS = 200
MOST_WAVES = 12  # earlier ones that are compared

ByGroup = dict[str, dict[int, int]]  # group → value → people; the value ANSWERED: who answered at all


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of a question. None: fewer than five people, or hidden so that these cannot be worked out."""

    label: str
    n: int | None
    percent: int | None
    length: float = 0  # of the road, in per cent of it
    groups: Sequence[int] = ()  # by GROUPS; empty where that would tell of single people
    before: Sequence[int | None] = ()  # per cent in earlier waves


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same question in an earlier wave. `figure`: its score or mean, None where it cannot be told."""

    number: int
    n: int | None
    figure: float | None


@dataclass(slots=True)
class Result:
    """One question. `n` None: fewer than five answered, and nothing else is told."""

    question: Question
    said: str
    n: int | None
    ends: tuple[str, str] = ("", "")
    rows: list[Row] = field(default_factory=list)
    figure: float | None = None  # NPS, CSAT, or the mean of a scale
    words: list[str] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    is_new: bool = False  # earlier waves asked otherwise

    @property
    def groups(self) -> list[str]:
        """Which groups the rows tell apart."""
        return list(GROUPS) if any(row.groups for row in self.rows) else []

    @property
    def hides(self) -> bool:
        return any(row.n is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Results:
    """A wave. `waves`: those whose results this viewer may see, the last first."""

    survey: Survey
    wave: Wave
    label: Label
    questions: list[Result]
    waves: list[Wave]
    handed: int  # people who sent theirs, also where they lie in a box


def of_wave(viewer: Viewer, survey: Survey, wave: Wave) -> Results:
    """Everything of the result page. Eight statements at most, whatever was asked and answered."""
    is_manager = bool(access.may_manage(viewer, survey))
    rows = Wave.objects.filter(survey=survey).exclude(opens_at=None).order_by("-number")
    waves = list(rows if is_manager else rows.exclude(published_at=None))
    paper = paper_of(wave)
    before = [one for one in waves if one.number < wave.number][:MOST_WAVES]
    wordings = [question.wording for question in paper.questions]
    same = (
        Question.objects.filter(wave__in=before, wording__in=wordings) if before else Question.objects.none()
    )
    earlier: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(same, key=lambda one: one.wave_id):
        earlier[question.wording].append(question)
    known = [*paper.questions, *(one for group in earlier.values() for one in group)]
    counts = _counts(survey, [question.pk for question in known])
    words = _words(survey, wave) if is_manager else {}
    numbers = {one.pk: one.number for one in before}
    results = []
    for question in paper.questions:
        shown = field_of(paper, question, survey.lang, Given())
        told = _result(question, shown.said, paper.options.get(question.pk, []), counts.get(question.pk, {}))
        told.ends = shown.ends
        told.words = words.get(question.pk, []) if told.n is not None else []
        told.is_new = bool(before) and not earlier[question.wording]
        _compare(told, [(numbers[one.wave_id], one) for one in earlier[question.wording]], counts)
        results.append(told)
    people = took_part(survey, wave)
    label = labels.of_groups(people, audience=survey.audience, tells_owners=not survey.is_anonymous)
    handed = sum(n for group, n in people.items() if group != "house")
    return Results(survey, wave, label, results, waves, handed)


def _counts(survey: Survey, ids: Sequence[int]) -> dict[int, ByGroup]:
    """People by question, group and value. Two statements, one of an anonymous survey."""
    found: dict[int, ByGroup] = defaultdict(lambda: defaultdict(dict))
    if survey.is_anonymous:
        for question, value, n in Counted.objects.filter(question__in=ids).values_list(
            "question_id", "value", "count"
        ):
            found[question]["member"][value] = n
        return found
    rows = Answer.objects.filter(question__in=ids, response__state=ResponseState.SENT).exclude(
        response__group="house"
    )
    by_value = rows.order_by().values_list("question_id", "response__group", "value")
    for question, group, value, n in by_value.annotate(n=Count("pk")):
        found[question][group][value] = n
    people = rows.order_by().values_list("question_id", "response__group")
    for question, group, n in people.annotate(n=Count("response", distinct=True)):
        found[question][group][ANSWERED] = n
    return found


def _words(survey: Survey, wave: Wave) -> dict[int, list[str]]:
    """What people wrote, for whoever looks after the survey; no name beside it. One statement."""
    found: dict[int, list[str]] = defaultdict(list)
    told: QuerySet[Any, tuple[int, str]]
    if survey.is_anonymous:
        told = Words.objects.filter(question__wave=wave).order_by("pk").values_list("question_id", "text")
    else:
        rows = Answer.objects.filter(question__wave=wave, response__state=ResponseState.SENT)
        told = rows.exclude(words="").order_by("pk").values_list("question_id", "words")
    for question, text in told[: MOST_WORDS * 10]:
        if len(found[question]) < MOST_WORDS:
            found[question].append(text)
    return found


def _result(question: Question, said: str, options: Sequence[Option], groups: ByGroup) -> Result:
    answered = sum(cells.get(ANSWERED, 0) for cells in groups.values())
    told = Result(question, said, answered if answered >= scores.FEWEST or not answered else None)
    if question.is_text or told.n is None:
        return told
    cells = _cells(question, options, groups)
    shown = scores.hidden(cells, adds_up=question.kind != Kind.MULTIPLE)
    by_group = {group: {value: groups.get(group, {}).get(value, 0) for value in cells} for group in GROUPS}
    several = sum(any(cells.values()) for cells in by_group.values()) > 1
    splits = several and None not in shown.values() and scores.may_split(by_group)
    names = {option.number: option.text for option in options}
    for value, n in shown.items():
        told.rows.append(
            Row(
                names.get(value, str(value)),
                n,
                None if n is None else tally.share(n, answered),
                round(100 * (n or 0) / max(1, answered), 1),
                [by_group[group][value] for group in GROUPS] if splits else (),
            )
        )
    told.figure = _figure(question, cells, shown, answered)
    return told


def _compare(told: Result, earlier: Sequence[tuple[int, Question]], counts: Mapping[int, ByGroup]) -> None:
    """Put the same question of earlier waves beside this one: a figure for a scale, else the share of each answer."""
    if not earlier or told.n is None or told.question.is_text:
        return
    before: list[list[int | None]] = []
    for number, question in earlier:
        groups = counts.get(question.pk, {})
        answered = sum(cells.get(ANSWERED, 0) for cells in groups.values())
        if answered < scores.FEWEST:
            told.earlier.append(Earlier(number, None, None))
            before.append([None] * len(told.rows))
            continue
        values = list(question.steps) if question.is_scale else range(1, len(told.rows) + 1)
        cells = {v: sum(one.get(v, 0) for one in groups.values()) for v in values}
        shown = scores.hidden(cells, adds_up=question.kind != Kind.MULTIPLE)
        told.earlier.append(Earlier(number, answered, _figure(question, cells, shown, answered)))
        before.append([None if n is None else tally.share(n, answered) for n in shown.values()])
    told.rows = [
        Row(row.label, row.n, row.percent, row.length, row.groups, [wave[place] for wave in before])
        for place, row in enumerate(told.rows)
    ]


def _cells(question: Question, options: Sequence[Option], groups: ByGroup) -> dict[int, int]:
    values = list(question.steps) if question.is_scale else [option.number for option in options]
    return {value: sum(cells.get(value, 0) for cells in groups.values()) for value in values}


def _figure(
    question: Question, cells: Mapping[int, int], shown: Mapping[int, int | None], answered: int
) -> float | None:
    if not question.is_scale or not scores.may_tell(shown, answered):
        return None
    if question.kind == Kind.NPS:
        return scores.nps(cells)
    if question.kind == Kind.CSAT:
        return scores.csat(cells)
    return tally.mean(cells)
