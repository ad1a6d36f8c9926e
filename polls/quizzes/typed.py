"""A quiz as its form holds it: read from what was sent, from a quiz that is there, or from a template."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from community.core.whole import whole
from polls.quizzes import policy
from polls.quizzes.actions import OptionSpec, OutcomeSpec, QuestionSpec, Spec
from polls.quizzes.models import Kind, Question, Quiz, Which

LONGEST = 2_000  # characters of a field that are looked at
ROWS = 4  # options of a fresh question
MANY = policy.MOST_QUESTIONS + 10  # rows that are looked at, so that one too many is told and not lost


def from_post(data: QueryDict) -> Spec:
    """What was sent. Rows without a word are left out; numbers that are none are 0 or -1, which actions refuse."""
    outcomes: list[OutcomeSpec] = []
    place_of: dict[int, int] = {}
    for row in range(min(_number(data, "outcomes"), policy.MOST_OUTCOMES + 2)):
        at = f"o-{row}"
        title = _text(data, f"{at}-title")
        if title.strip():
            place_of[row] = len(outcomes)
            outcomes.append(
                OutcomeSpec(
                    title,
                    _text(data, f"{at}-text"),
                    _text(data, f"{at}-board"),
                    _number(data, f"{at}-number"),
                )
            )
    questions = [
        _question(data, f"q-{row}", place_of) for row in range(min(_number(data, "questions"), MANY))
    ]
    return Spec(
        title=_text(data, "title"),
        about=_text(data, "about"),
        kind=_text(data, "kind") or Kind.KNOWLEDGE,
        board=_text(data, "board"),
        audience=_text(data, "audience") or "everyone",
        draws=_number(data, "draws"),
        shuffles="shuffles" in data,
        most_attempts=_number(data, "most_attempts"),
        which=_text(data, "which") or Which.BEST,
        seconds=_number(data, "seconds"),
        pass_percent=_number(data, "pass_percent"),
        is_draft=data.get("do") != "publish",
        outcomes=outcomes,
        questions=[one for one in questions if one.text.strip() or one.options],
    )


def _question(data: QueryDict, at: str, place_of: dict[int, int]) -> QuestionSpec:
    options = []
    for row in range(policy.MOST_OPTIONS + 1):
        text = _text(data, f"{at}-{row}-text")
        if text.strip():
            weights = {place: _number(data, f"{at}-{row}-w-{outcome}") for outcome, place in place_of.items()}
            options.append(
                OptionSpec(
                    text,
                    _text(data, f"{at}-{row}-note"),
                    f"{at}-{row}-right" in data,
                    {place: points for place, points in weights.items() if points},
                )
            )
    return QuestionSpec(
        text=_text(data, f"{at}-text"),
        options=options,
        takes_several=f"{at}-several" in data,
        why_title=_text(data, f"{at}-why_title"),
        why=_text(data, f"{at}-why"),
        source=_text(data, f"{at}-source"),
        upload=_text(data, f"{at}-upload"),
        alt=_text(data, f"{at}-alt"),
        pk=_number(data, f"{at}-pk"),
        at=at,
    )


def from_quiz(quiz: Quiz) -> Spec:
    """The quiz that is there. Four statements."""
    outcomes = list(quiz.outcomes.select_related("board"))
    place_of = {outcome.number: place for place, outcome in enumerate(outcomes)}
    rows = Question.objects.filter(items__quiz=quiz).order_by("items__place").prefetch_related("options")
    return Spec(
        title=quiz.title,
        about=quiz.about,
        kind=quiz.kind,
        board=quiz.board.slug if quiz.board else "",
        audience=quiz.audience,
        draws=quiz.draws,
        shuffles=quiz.shuffles,
        most_attempts=quiz.most_attempts,
        which=quiz.which,
        seconds=quiz.seconds,
        pass_percent=quiz.pass_percent,
        outcomes=[
            OutcomeSpec(one.title, one.text, one.board.slug if one.board else "", one.number)
            for one in outcomes
        ],
        questions=[from_question(row, place_of) for row in rows],
    )


def from_question(question: Question, place_of: dict[int, int] | None = None) -> QuestionSpec:
    """A question of the bank."""
    known = place_of or {}
    return QuestionSpec(
        text=question.text,
        options=[
            OptionSpec(
                option.text,
                option.note,
                option.is_right,
                {known[int(n)]: points for n, points in option.weights.items() if int(n) in known},
            )
            for option in question.options.all()
        ],
        takes_several=question.takes_several,
        why_title=question.why_title,
        why=question.why,
        source=question.source,
        alt=question.alt,
        pk=question.pk,
    )


def template(name: str) -> Spec:
    """A quiz to begin from, in the language of whoever asks; an empty one for a name nobody knows."""
    if name == "outcome":
        return _suits()
    if name == "knowledge":
        return _knows()
    return Spec(title="", questions=[QuestionSpec("")])


def _knows() -> Spec:
    return Spec(
        title=_("How well do you know winter driving?"),
        about=_("Five minutes, an explanation after each question."),
        pass_percent=60,
        questions=[
            QuestionSpec(
                _("What uses most of a battery on a cold short trip?"),
                [
                    OptionSpec(_("Heating the cabin and the battery"), is_right=True),
                    OptionSpec(_("The headlights")),
                    OptionSpec(_("The seat heating")),
                ],
                why_title=_("Warmth costs more than light"),
                why=_(
                    "Heating draws several kilowatts in the first minutes; lights and seats draw a few hundred watts."
                ),
            ),
            QuestionSpec(""),
        ],
    )


def _suits() -> Spec:
    return Spec(
        title=_("Which model suits you?"),
        about=_("Three questions about your days, not about your budget."),
        kind=Kind.OUTCOME,
        outcomes=[OutcomeSpec(_("The city car")), OutcomeSpec(_("The long-distance car"))],
        questions=[
            QuestionSpec(
                _("Where do you drive most?"),
                [
                    OptionSpec(_("In town"), weights={0: 2}),
                    OptionSpec(_("On motorways"), weights={1: 2}),
                    OptionSpec(_("Half and half"), weights={0: 1, 1: 1}),
                ],
            ),
            QuestionSpec(""),
        ],
    )


def with_room(spec: Spec, *, questions: int = 0, outcomes: int = 0) -> Spec:
    """The form with further empty rows; at least one question, and two outcomes where there are any to be."""
    more = [QuestionSpec("")] * max(questions, 0 if spec.questions else 1)
    missing = 2 - len(spec.outcomes) if spec.kind == Kind.OUTCOME else 0
    further = [OutcomeSpec("")] * max(outcomes, missing, 0)
    return replace(spec, questions=[*spec.questions, *more], outcomes=[*spec.outcomes, *further])


def rows_of(question: QuestionSpec) -> list[OptionSpec]:
    """A question's options as rows of the form: two empty ones more, never fewer than a fresh question has."""
    options = list(question.options)
    missing = max(ROWS - len(options), min(2, policy.MOST_OPTIONS - len(options)))
    return [*options, *[OptionSpec("")] * max(0, missing)]


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, ""))[:LONGEST]


def _number(data: QueryDict, name: str) -> int:
    raw = str(data.get(name, "")).strip()
    if not raw:
        return 0
    return whole(raw, 9, otherwise=-1)
