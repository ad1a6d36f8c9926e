"""Quizzes for tests, made and taken through the actions."""

from __future__ import annotations

from itertools import count
from typing import Any

from community.members.models import Member
from polls.quizzes import actions
from polls.quizzes.actions import OptionSpec, OutcomeSpec, QuestionSpec, Spec
from polls.quizzes.models import Attempt, Kind, Player, Question, Quiz, Run, RunAnswer
from polls.voters import Voter
from tests.builders.members import a_member

_serial = count(1)


def a_question(text: str = "", *, right: int = 1, of: int = 4, **fields: Any) -> QuestionSpec:
    """A question as it might be typed; the option of this number is right."""
    n = next(_serial)
    options = [
        OptionSpec(f"Answer {n}.{number}", note=f"note {n}.{number}", is_right=number == right)
        for number in range(1, of + 1)
    ]
    typed = {"text": text or f"What of part {n}?", "options": options, "why": f"Because of {n}."}
    return QuestionSpec(**(typed | fields))


def a_spec(questions: int | list[QuestionSpec] = 3, **fields: Any) -> Spec:
    n = next(_serial)
    typed: dict[str, Any] = {
        "title": f"How well do you know the road, part {n}?",
        "questions": [a_question() for _ in range(questions)] if isinstance(questions, int) else questions,
    }
    return Spec(**(typed | fields))


def a_quiz(questions: int | list[QuestionSpec] = 3, *, author: Member | None = None, **fields: Any) -> Quiz:
    """A knowledge quiz by an editor, open to everybody."""
    return actions.make_quiz(actor=author or a_member(role="editor"), spec=a_spec(questions, **fields))


def an_outcome_quiz(*, author: Member | None = None, **fields: Any) -> Quiz:
    """Two outcomes, two questions: the first option points to the first outcome, the second to the second, the third
    to both."""
    outcomes = [OutcomeSpec("The city car", "Small and bright."), OutcomeSpec("The long-distance car")]
    questions = [
        QuestionSpec(
            f"Which of these, part {next(_serial)}?",
            [
                OptionSpec("Town", weights={0: 2}),
                OptionSpec("Motorway", weights={1: 2}),
                OptionSpec("Both", weights={0: 1, 1: 1}),
            ],
        )
        for _ in range(2)
    ]
    told: dict[str, Any] = {"kind": Kind.OUTCOME, "outcomes": outcomes, "questions": questions}
    return a_quiz(author=author, **(told | fields))


def right_places(attempt: Attempt, place: int) -> list[str]:
    """What to send to be right at this place."""
    question_id, order = attempt.plan[place]
    key = {one.number for one in Question.objects.get(pk=question_id).options.all() if one.is_right}
    return [str(at) for at, number in enumerate(order) if number in key]


def wrong_place(attempt: Attempt, place: int) -> list[str]:
    right = right_places(attempt, place)
    return [next(str(at) for at in range(len(attempt.plan[place][1])) if str(at) not in right)]


def an_attempt(
    quiz: Quiz, *, by: Member | None = None, guest: str = "", right: int | None = None, seed: str = ""
) -> Attempt:
    """A finished attempt with so many right (all of them unless named), the first ones."""
    voter = Voter(None, guest) if guest else Voter.of(by or a_member())
    attempt = actions.start_attempt(voter=voter, slug=quiz.slug, seed=seed)
    wanted = attempt.asked if right is None else right
    for place in range(attempt.asked):
        if quiz.is_knowledge:
            picked = right_places(attempt, place) if place < wanted else wrong_place(attempt, place)
        else:
            picked = ["0"]
        attempt = actions.answer_question(voter=voter, slug=quiz.slug, place=place, picked=picked).attempt
    return attempt


def a_run(quiz: Quiz | None = None, *, host: Member | None = None, questions: int = 2, **fields: Any) -> Run:
    """A run in its lobby, hosted by the quiz's author."""
    quiz = quiz or a_quiz(questions, shuffles=False, **fields)
    return actions.start_run(actor=host or quiz.author, slug=quiz.slug)


def a_player(run: Run, *, by: Member | None = None, guest: str = "", name: str = "") -> Player:
    voter = Voter(None, guest) if guest else Voter.of(by or a_member())
    return actions.join_run(voter=voter, code=run.code, name=name)


def led(run: Run, *moves: str) -> Run:
    """The run after its host did these, one after the other."""
    for to in moves:
        run = actions.move_run(actor=run.host, code=run.code, to=to, step=Run.objects.get(pk=run.pk).sequence)
    return run


def a_tap(player: Player, *, right: bool = True) -> RunAnswer:
    """The player's answer to the open question."""
    run = Run.objects.get(pk=player.run_id)
    voter = Voter.of(player.member) if player.member else Voter(None, player.guest_key)
    sheet = run.sheet
    assert sheet is not None
    picked = [at for at in range(len(sheet.choices)) if (at in sheet.key) is right][: len(sheet.key)]
    return actions.answer_run(
        voter=voter, code=run.code, place=run.place, picked=[str(at) for at in picked]
    ).answer
