"""Every public verb of quizzes, each on a quiz of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from polls.quizzes import actions, typed
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.quizzes import a_quiz, a_spec, an_attempt
from tests.faults.forum_verbs import Act, World

QUIZZES: dict[str, Callable[[World], Act]] = {}
CHANGED: dict[str, tuple[str, Any]] = {
    "edit_quiz": ("about", "Other words"),
    "move_quiz": ("state", "archived"),
    "show_question": ("shown_at", lambda at: at is not None),
}
_serial = count(1)


def quizzes(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    QUIZZES[prepare.__name__] = prepare
    return prepare


@quizzes
def start_attempt(w: World) -> Act:
    return partial(actions.start_attempt, voter=Voter.of(a_member()), slug=a_quiz(2).slug)


@quizzes
def show_question(w: World) -> Act:
    quiz, voter = a_quiz(2), Voter.of(a_member())
    actions.start_attempt(voter=voter, slug=quiz.slug)
    return partial(actions.show_question, voter=voter, slug=quiz.slug)


@quizzes
def answer_question(w: World) -> Act:
    quiz, voter = a_quiz(1, pass_percent=1), Voter.of(a_member())
    actions.start_attempt(voter=voter, slug=quiz.slug)
    return partial(actions.answer_question, voter=voter, slug=quiz.slug, place=0, picked=["0"])


@quizzes
def take_over_attempts(w: World) -> Act:
    quiz, member, key = a_quiz(1), a_member(), f"a-guest-of-the-fault-tests-{next(_serial)}"
    an_attempt(quiz, by=member)
    an_attempt(quiz, guest=key)
    return partial(actions.take_over_attempts, member=member, guest_key=key)


@quizzes
def make_quiz(w: World) -> Act:
    return partial(actions.make_quiz, actor=w.admin, spec=a_spec(2))


@quizzes
def edit_quiz(w: World) -> Act:
    quiz = a_quiz(2)
    spec = replace(typed.from_quiz(quiz), about="Other words")
    return partial(actions.edit_quiz, actor=quiz.author, slug=quiz.slug, spec=spec)


@quizzes
def move_quiz(w: World) -> Act:
    quiz = a_quiz(1)
    return partial(actions.move_quiz, actor=quiz.author, slug=quiz.slug, to="archived")


@quizzes
def duplicate_quiz(w: World) -> Act:
    quiz = a_quiz(2)
    return partial(actions.duplicate_quiz, actor=quiz.author, slug=quiz.slug)


@quizzes
def make_card(w: World) -> Act:
    member = a_member()
    attempt = an_attempt(a_quiz(1), by=member)
    return partial(actions.make_card, voter=Voter.of(member), attempt_id=attempt.pk)


@quizzes
def take_card_back(w: World) -> Act:
    member = a_member()
    attempt = an_attempt(a_quiz(1), by=member)
    actions.make_card(voter=Voter.of(member), attempt_id=attempt.pk)
    return partial(actions.take_card_back, voter=Voter.of(member), attempt_id=attempt.pk)
