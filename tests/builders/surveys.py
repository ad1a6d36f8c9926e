"""Surveys for tests, made and answered through the actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from community.members.models import Member
from polls.surveys import actions
from polls.surveys.actions import OptionSpec, QuestionSpec, Spec
from polls.surveys.models import Kind, Survey, Wave
from polls.voters import Voter
from tests.builders.members import a_member

_serial = count(1)
Said = Mapping[int, Any]  # number of a question → a value, several, or words


def a_question(*options: str, text: str = "", to: Sequence[str] = (), **fields: Any) -> QuestionSpec:
    """One choice of three unless others are named; `to`: where each of them leads."""
    n = next(_serial)
    names = options or (f"Left {n}", f"Middle {n}", f"Right {n}")
    leads = [*to, *[""] * (len(names) - len(to))]
    typed: dict[str, Any] = {
        "text": text or f"Which way, part {n}?",
        "options": [OptionSpec(name, lead) for name, lead in zip(names, leads, strict=True)],
    }
    return QuestionSpec(**(typed | fields))


def a_scale(kind: str = Kind.NPS, text: str = "the car", **fields: Any) -> QuestionSpec:
    return QuestionSpec(text, kind, **fields)


def words(kind: str = Kind.WORDS, **fields: Any) -> QuestionSpec:
    return QuestionSpec(**({"text": f"What else, part {next(_serial)}?", "kind": kind} | fields))


def a_spec(*questions: QuestionSpec, **fields: Any) -> Spec:
    typed: dict[str, Any] = {
        "title": f"How was the year, part {next(_serial)}?",
        "questions": questions or (a_question(),),
    }
    return Spec(**(typed | fields))


def a_survey(*questions: QuestionSpec, author: Member | None = None, **fields: Any) -> Survey:
    """A named survey by an editor, open to everybody, of one question unless others are named."""
    author = author or a_member(role="editor")
    return actions.make_survey(actor=author, spec=a_spec(*questions, **fields))


def an_anonymous_survey(*questions: QuestionSpec, **fields: Any) -> Survey:
    return a_survey(*questions, **({"secrecy": "anonymous", "audience": "members"} | fields))


def wave_of(survey: Survey) -> Wave:
    return survey.waves.order_by("-number")[0]


def form_of(said: Any) -> tuple[list[str], str]:
    """An answer as a form sends it."""
    if isinstance(said, str):
        return [], said
    return [str(value) for value in (said if isinstance(said, (list, tuple)) else [said])], ""


def begun(survey: Survey, said: Said, *, by: Member | None = None, guest: str = "") -> Voter:
    """Somebody who answered page after page as long as `said` knows what to say there."""
    voter = Voter(None, guest) if guest else Voter.of(by or a_member())
    step = actions.start_response(voter=voter, slug=survey.slug)
    sent = {number: form_of(one) for number, one in said.items()}
    while step.next in said:
        step = actions.answer_page(voter=voter, slug=survey.slug, first=step.next, sent=sent)
    return voter


def answered(survey: Survey, said: Said, *, by: Member | None = None, guest: str = "") -> Voter:
    """Somebody who answered and sent it."""
    voter = begun(survey, said, by=by, guest=guest)
    actions.send_response(voter=voter, slug=survey.slug)
    return voter
