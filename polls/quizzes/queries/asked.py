"""One question of one attempt, as its page shows it. Before the answer nothing here knows the key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from polls.quizzes import access, policy
from polls.quizzes.models import Answer, Attempt, Option, Question, Quiz
from polls.voters import Voter

LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option at its place. What follows `text` is empty until the question is answered."""

    place: int
    letter: str
    text: str
    note: str = ""
    is_picked: bool = False
    is_right: bool = False

    @property
    def look(self) -> str:
        if self.is_right:
            return "is-right"
        return "is-wrong" if self.is_picked else "is-off"


@dataclass(slots=True)
class Asked:
    """A question on its page. `answer` None: it waits for one."""

    quiz: Quiz
    attempt: Attempt
    place: int
    question: Question
    choices: list[Choice]
    marks: list[str]  # of every place: ok | no | to
    answer: Answer | None = None
    share: int | None = None  # per cent of people who picked the same; None where few did
    ends_at: datetime | None = None  # of the time that the page tells; without the grace
    problem: str = ""
    typed: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def is_last(self) -> bool:
        return self.number == self.attempt.asked

    @property
    def minutes_left(self) -> int:
        return policy.minutes(self.attempt.asked - self.place, self.quiz.seconds)

    @property
    def has_why(self) -> bool:
        return bool(self.question.why or self.question.why_title)


def waiting(attempt: Attempt) -> Asked:
    """The question that waits for an answer. Three statements."""
    place = attempt.at
    question, options = _question(attempt, place)
    choices = [Choice(number, LETTERS[number], option.text) for number, option in enumerate(options)]
    quiz = attempt.quiz
    ends_at = None
    if quiz.seconds and not attempt.is_unhurried and attempt.shown_at:
        ends_at = attempt.shown_at + timedelta(seconds=quiz.seconds)
    return Asked(quiz, attempt, place, question, choices, marks_of(attempt), ends_at=ends_at)


def answered(voter: Voter, quiz: Quiz, place: int) -> Asked | None:
    """A question of the latest attempt that has its answer, with the key and the explanation. Five statements."""
    attempt = latest(voter, quiz)
    if attempt is None or not 0 <= place < attempt.at:
        return None
    answer = Answer.objects.get(attempt=attempt, place=place)
    question, options = _question(attempt, place)
    picked = set(answer.numbers)
    choices = [
        Choice(n, LETTERS[n], option.text, option.note, option.number in picked, option.is_right)
        for n, option in enumerate(options)
    ]
    asked = Asked(quiz, attempt, place, question, choices, marks_of(attempt), answer)
    asked.share = share_of(question, [option for option in options if option.number in picked])
    return asked


def latest(voter: Voter, quiz: Quiz) -> Attempt | None:
    attempt = Attempt.objects.filter(access.of_voter(voter), quiz=quiz).order_by("-number").first()
    if attempt is not None:
        attempt.quiz = quiz
    return attempt


def share_of(question: Question, picked: list[Option]) -> int | None:
    """How many per cent picked this one option; None for several, and where a few people would be told apart."""
    if len(picked) != 1 or question.answered_count < 20 or picked[0].picked_count < 5:
        return None
    return policy.percent(picked[0].picked_count, question.answered_count)


def marks_of(attempt: Attempt) -> list[str]:
    """How each question went, by its place. One statement."""
    told = dict(Answer.objects.filter(attempt=attempt).values_list("place", "is_right"))
    wrong = "no" if attempt.quiz.is_knowledge else "ok"  # what suits somebody is never wrong
    return [("ok" if told[at] else wrong) if at in told else "to" for at in range(attempt.asked)]


def _question(attempt: Attempt, place: int) -> tuple[Question, list[Option]]:
    question_id, order = attempt.plan[place]
    question = Question.objects.select_related("picture").get(pk=question_id)
    by_number = {option.number: option for option in question.options.all()}
    return question, [by_number[number] for number in order]
