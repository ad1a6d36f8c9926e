"""Every public verb of quizzes, each on a quiz of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from community.core import clock
from polls.quizzes import actions, hosted, typed
from polls.quizzes.models import Run
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.quizzes import a_player, a_quiz, a_run, a_spec, an_attempt, led
from tests.faults.forum_verbs import Act, World

QUIZZES: dict[str, Callable[[World], Act]] = {}
CHANGED: dict[str, tuple[str, Any]] = {
    "edit_quiz": ("about", "Other words"),
    "move_quiz": ("state", "archived"),
    "greet_host": ("paused_at", None),
    "keep_time": ("paused_at", lambda at: at is not None),
    "move_run": ("state", "asking"),
    "take_name_off": ("sequence", 2),
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


@quizzes
def start_run(w: World) -> Act:
    quiz = a_quiz(2)
    return partial(actions.start_run, actor=quiz.author, slug=quiz.slug)


@quizzes
def move_run(w: World) -> Act:
    run = a_run()
    return partial(actions.move_run, actor=run.host, code=run.code, to="next", step=1)


@quizzes
def greet_host(w: World) -> Act:
    run = _left_alone()
    actions.keep_time(run_id=run.pk)
    return partial(actions.greet_host, actor=run.host, code=run.code)


@quizzes
def keep_time(w: World) -> Act:
    return partial(actions.keep_time, run_id=_left_alone().pk)


@quizzes
def take_name_off(w: World) -> Act:
    run = a_run()
    player = a_player(run, name=f"Somebody {next(_serial)}")
    return partial(actions.take_name_off, actor=run.host, code=run.code, player_id=player.pk)


@quizzes
def join_run(w: World) -> Act:
    name = f"Newcomer {next(_serial)}"
    return partial(actions.join_run, voter=Voter.of(a_member()), code=a_run().code, name=name)


@quizzes
def answer_run(w: World) -> Act:
    run = a_run()
    voter = Voter.of(a_player(run).member)
    led(run, "next")
    return partial(actions.answer_run, voter=voter, code=run.code, place=0, picked=["0"])


@quizzes
def take_over_players(w: World) -> Act:
    run, member, key = a_run(), a_member(), f"a-player-of-the-fault-tests-{next(_serial)}"
    a_player(run, by=member)
    a_player(run, guest=key)
    return partial(actions.take_over_players, member=member, guest_key=key)


def _left_alone() -> Run:
    """A run whose host has been gone for a while."""
    with clock.frozen(clock.now() - 2 * hosted.AWAY):
        return a_run()
