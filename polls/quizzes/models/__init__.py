"""Tables of the room."""

from polls.quizzes.models.quizzes import (
    Answer,
    Attempt,
    Card,
    Item,
    Kind,
    Option,
    Outcome,
    Question,
    Quiz,
    QuizState,
    Which,
)
from polls.quizzes.models.runs import Player, Run, RunAnswer, RunState

__all__ = [
    "Answer",
    "Attempt",
    "Card",
    "Item",
    "Kind",
    "Option",
    "Outcome",
    "Player",
    "Question",
    "Quiz",
    "QuizState",
    "Run",
    "RunAnswer",
    "RunState",
    "Which",
]
