"""Lists of surveys, and of who answered a named one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery

from community.core.pagination import KeysetPage, keyset
from community.members.models import all_but_face
from polls.surveys import policy
from polls.surveys.models import Answer, Handed, Response, ResponseState, Survey, SurveyState, Wave
from polls.surveys.paper import Paper

if TYPE_CHECKING:
    from forum.roles import Viewer

SIZE = 20
TABS = ("open", "drafts", "archived")


def surveys(viewer: Viewer, tab: str, cursor: str | None) -> KeysetPage[Survey]:
    """Surveys, the newest first; drafts and archived ones are their authors' and the team's. Each with its last wave
    (`wave_number`, `wave_closed_at`, `wave_closes_at`, `published_at`). One statement."""
    state = {"drafts": SurveyState.DRAFT, "archived": SurveyState.ARCHIVED}.get(tab, SurveyState.OPEN)
    rows = Survey.objects.visible_to(viewer).filter(state=state).select_related("author", "board")
    last = Wave.objects.filter(survey=OuterRef("pk")).exclude(opens_at=None).order_by("-number")
    shown = Wave.objects.filter(survey=OuterRef("pk")).exclude(published_at=None).order_by("-number")
    rows = rows.defer(*all_but_face("author"), "board__rights").annotate(
        wave_number=Subquery(last.values("number")[:1]),
        wave_closed_at=Subquery(last.values("closed_at")[:1]),
        wave_closes_at=Subquery(last.values("closes_at")[:1]),
        published_at=Subquery(shown.values("published_at")[:1]),
    )
    return keyset(rows, order=["-opens_at", "-id"], cursor=cursor, size=SIZE)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one person answered: (number of the question, the question, the answer in words)."""

    response: Response
    lines: Sequence[tuple[int, str, str]]


def responses(paper: Paper, lang: str, cursor: str | None) -> tuple[KeysetPage[Response], list[Sent]]:
    """Who answered a named wave and what, the newest first. Two statements beside the paper's."""
    rows = Response.objects.filter(wave=paper.wave, state=ResponseState.SENT).select_related("member")
    rows = rows.defer(*all_but_face("member"))
    page = keyset(rows, order=["-sent_at", "-id"], cursor=cursor, size=SIZE)
    found: dict[int, dict[int, policy.Given]] = {}
    answers = Answer.objects.filter(response__in=[one.pk for one in page.items]).order_by("value")
    ids = {question.pk: question for question in paper.questions}
    for answer in answers:
        given = found.setdefault(answer.response_id, {})
        number = ids[answer.question_id].number
        before = given.get(number, policy.Given())
        given[number] = policy.Given(
            (*before.values, answer.value) if not answer.words else before.values,
            answer.words or before.words,
        )
    return page, [Sent(one, lines(paper, lang, found.get(one.pk, {}))) for one in page.items]


def lines(paper: Paper, lang: str, answers: policy.Answers) -> list[tuple[int, str, str]]:
    """Answers in words, in the order of the questions."""
    told = []
    for question in paper.questions:
        given = answers.get(question.number)
        if given is None or given.is_empty:
            continue
        names = {option.number: option.text for option in paper.options.get(question.pk, [])}
        words = given.words or " · ".join(names.get(value, str(value)) for value in given.values)
        told.append((question.number, question.said(lang), words))
    return told


def took_part(survey: Survey, wave: Wave) -> dict[str, int]:
    """How many sent their answers, by group; of an anonymous survey all are one. One statement."""
    if survey.is_anonymous:
        return {"member": Handed.objects.filter(wave=wave).count()}
    rows = Response.objects.filter(wave=wave, state=ResponseState.SENT).order_by()
    return dict(rows.values_list("group").annotate(n=Count("pk")))
