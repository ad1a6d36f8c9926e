"""The only writers of the room: one public function per verb."""

from polls.quizzes.actions._spec import OptionSpec, OutcomeSpec, QuestionSpec, Spec
from polls.quizzes.actions.belonging import take_over_attempts
from polls.quizzes.actions.hosting import due_runs, greet_host, keep_time, move_run, start_run, take_name_off
from polls.quizzes.actions.making import duplicate_quiz, edit_quiz, make_quiz, move_quiz
from polls.quizzes.actions.playing import Tapped, answer_run, join_run, take_over_players
from polls.quizzes.actions.sharing import make_card, take_card_back
from polls.quizzes.actions.taking import Given, answer_question, show_question, start_attempt, why_unfit

__all__ = [
    "Given",
    "OptionSpec",
    "OutcomeSpec",
    "QuestionSpec",
    "Spec",
    "Tapped",
    "answer_question",
    "answer_run",
    "due_runs",
    "duplicate_quiz",
    "edit_quiz",
    "greet_host",
    "join_run",
    "keep_time",
    "make_card",
    "make_quiz",
    "move_quiz",
    "move_run",
    "show_question",
    "start_attempt",
    "start_run",
    "take_card_back",
    "take_name_off",
    "take_over_attempts",
    "take_over_players",
    "why_unfit",
]
