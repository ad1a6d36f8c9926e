"""Filling a survey in: begun, answered page by page in any order of days, sent once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import chance, clock
from community.core.access import Invalid, Refused, Verdict, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from polls import sealing
from polls.lines import CANNOT_BE_READ
from polls.surveys import access, keeping, policy, statements
from polls.surveys.facts import SurveyAnswered
from polls.surveys.models import Answer, Box, Handed, Response, ResponseState, Sheet, Survey, Wave
from polls.surveys.paper import Paper, paper_of
from polls.surveys.policy import Answers, Unfit
from polls.voters import Voter

Sent = Mapping[int, tuple[Sequence[str], str]]  # number of a question → what was chosen, and words


class Unanswered(Invalid):
    """A page that cannot be taken as it is. `problems`: number of a question → what to do."""

    def __init__(self, problems: dict[int, str]) -> None:
        number = next(iter(problems))
        super().__init__(problems[number], field=f"q{number}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody is now. `next`: number of the first question of the page that waits; 0 when none does."""

    survey: Survey
    next: int = 0


@action
def start_response(*, voter: Voter, slug: str) -> Step:
    """Begin, or go on where one was. Raises Http404 for a survey the voter may not know of, Refused (closed, draft,
    not eligible; sent; elsewhere)."""
    survey, wave = _asked(voter, slug)
    require(access.may_answer(voter, survey, wave))
    if not statements.hold_open(wave.pk):
        raise Refused(_closed())
    kept = keeping.find(voter, survey, wave)
    if kept is None:
        keeping.begin(voter, survey, wave)
        kept = keeping.find(voter, survey, wave)
        assert kept is not None
    _require_open(kept)
    return _step(survey, paper_of(wave), kept.progress)


@action
def answer_page(*, voter: Voter, slug: str, first: int, sent: Sent) -> Step:
    """Answer the page that begins with the question of this number: the waiting one, or one from before.

    Then what came after it is asked again, with the answers in place. The same again changes nothing. Raises Http404
    before it was begun, Unanswered for what cannot be taken, Refused (ahead, closed, sent).
    """
    survey, wave = _asked(voter, slug)
    require(access.may_answer(voter, survey, wave))
    kept = keeping.find(voter, survey, wave, for_change=True)
    if kept is None:
        raise absent()
    _require_open(kept)
    if not statements.hold_open(wave.pk):
        raise Refused(_closed())
    paper = paper_of(wave)
    at = paper.page_of(first)
    given = _given(paper, at, sent)
    try:
        progress = policy.stepped(paper.pages, kept.progress, at, given)
    except Unfit:
        raise Refused(no(_("That question comes later. Go on where you are."), "ahead")) from None
    assert kept.row is not None
    keeping.keep(kept.row, progress)
    return _step(survey, paper, progress)


@action
def send_response(*, voter: Voter, slug: str) -> Step:
    """Hand in what was answered: from now on it counts and stays. Repeatable.

    Raises Http404 before it was begun, Refused (unfinished, closed).
    """
    survey, wave = _asked(voter, slug)
    kept = keeping.find(voter, survey, wave, for_change=True)
    if kept is None:
        raise absent()
    if kept.is_sent:
        return Step(survey)
    _require_open(kept)
    require(access.may_answer(voter, survey, wave))
    if not statements.hold_open(wave.pk):
        raise Refused(_closed())
    paper = paper_of(wave)
    step = _step(survey, paper, kept.progress)
    if step.next:
        raise Refused(no(_("There is a question left before you can send."), "unfinished"))
    answers = policy.counting(paper.pages, kept.progress)
    if isinstance(kept.row, Response):
        _put_answers(kept.row, voter, paper, answers)
        publish(SurveyAnswered(survey.pk, wave.number, voter.member.pk if voter.member else None))
    else:
        assert isinstance(kept.row, Sheet)
        _seal(kept.row, voter, wave, answers)
        publish(SurveyAnswered(survey.pk, wave.number))
    return step


def why_unfit(code: str, most: int = 1) -> str:
    """What to tell somebody whose answer cannot be taken."""
    match code:
        case "empty":
            return _("This question needs an answer.")
        case "many":
            return ngettext("Choose at most %(n)d.", "Choose at most %(n)d.", most) % {"n": most}
        case "unreadable":
            return str(CANNOT_BE_READ)
        case "long":
            return _("This is longer than there is room for.")
    return _("This is no answer to this question. Please load the page again.")


def _asked(voter: Voter, slug: str) -> tuple[Survey, Wave]:
    survey = access.survey_for_reading(voter.viewer, slug=slug)
    wave = access.asked_wave(survey)
    if wave is None:
        raise Refused(no(_("This survey is not published yet."), "draft"))
    return survey, wave


def _require_open(kept: keeping.Kept) -> None:
    if kept.is_elsewhere:
        raise Refused(
            no(
                _("This device has answered, and the answers belong to an account now. Sign in to go on."),
                "elsewhere",
            )
        )
    if kept.is_sent:
        raise Refused(no(_("You have sent your answers. Thank you: they stay as they are."), "sent"))


def _closed() -> Verdict:
    return no(_("This survey has closed meanwhile. What you had not sent is not counted."), "closed")


def _step(survey: Survey, paper: Paper, progress: policy.Progress) -> Step:
    at = policy.waiting(paper.pages, progress)
    return Step(survey, paper.pages[at][0].number if at < len(paper.pages) else 0)


def _given(paper: Paper, at: int, sent: Sent) -> Answers:
    """A page's answers, checked. Raises Unanswered with everything that is wrong on it."""
    if at < 0:
        raise absent()
    given, problems = {}, {}
    for asked in paper.pages[at]:
        chosen, words = sent.get(asked.number, ((), ""))
        try:
            given[asked.number] = policy.answer(asked, chosen, words)
        except Unfit as unfit:
            problems[asked.number] = why_unfit(unfit.code, asked.most)
    if problems:
        raise Unanswered(problems)
    return given


def _put_answers(response: Response, voter: Voter, paper: Paper, answers: Answers) -> None:
    Answer.objects.bulk_create(
        Answer(response=response, question=paper.by_number[number], value=value, words=one.words)
        for number, one in answers.items()
        for value in one.values or (0,)
    )
    response.state, response.sent_at = ResponseState.SENT, clock.now()
    response.group, response.progress = voter.group, {}
    response.save(update_fields=["state", "sent_at", "group", "progress"])


def _seal(sheet: Sheet, voter: Voter, wave: Wave, answers: Answers) -> None:
    """Note that somebody took part, forget whose sheet it was, and put what it said into a box with the others'.

    No row says both. The box is written anew as a whole, so what was added to it cannot be read from the outside.
    """
    sheet.delete()
    put_once(Handed(mark=keeping.marks_of(voter, wave)[0], wave=wave))
    boxes = list(Box.objects.filter(wave=wave).values_list("pk", flat=True))
    box = Box.objects.select_for_update(no_key=True).get(pk=chance.pick(boxes))
    place = keeping.place_of(wave.pk)
    inside = sealing.opened(box.content, poll_id=place, slot=box.slot)
    told = {str(number): [list(one.values), one.words] for number, one in answers.items()}
    inside.append(json.dumps(told, ensure_ascii=False))
    box.content = sealing.sealed(chance.shuffled(inside), poll_id=place, slot=box.slot)
    box.save(update_fields=["content"])
