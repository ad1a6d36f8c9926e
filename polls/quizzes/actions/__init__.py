"""The only writers of the room: one public function per verb."""

from polls.quizzes.actions._spec import OptionSpec, OutcomeSpec, QuestionSpec, Spec
from polls.quizzes.actions.belonging import take_over_attempts
from polls.quizzes.actions.making import duplicate_quiz, edit_quiz, make_quiz, move_quiz
from polls.quizzes.actions.sharing import make_card, take_card_back
from polls.quizzes.actions.taking import Given, answer_question, show_question, start_attempt, why_unfit

__all__ = [
    "Given",
    "OptionSpec",
    "OutcomeSpec",
    "QuestionSpec",
    "Spec",
    "answer_question",
    "duplicate_quiz",
    "edit_quiz",
    "make_card",
    "make_quiz",
    "move_quiz",
    "show_question",
    "start_attempt",
    "take_card_back",
    "take_over_attempts",
    "why_unfit",
]
