"""What came of somebody's attempts."""

from __future__ import annotations

from dataclasses import dataclass, field

from community.core.access import Verdict
from polls.quizzes import access, policy
from polls.quizzes.actions.taking import found_shares
from polls.quizzes.models import Answer, Attempt, Card, Option, Outcome, Question, Quiz, Which
from polls.quizzes.policy import Share
from polls.quizzes.queries.asked import marks_of
from polls.voters import Voter

MOST_SHOWN = 50  # attempts that are looked through
ENOUGH = 30  # people from whom on a result is compared


@dataclass(frozen=True, slots=True)
class Line:
    """One answered question, as a row of the table."""

    question: Question
    picked: list[str]
    right: list[str]
    is_right: bool
    is_late: bool
    percent: int | None  # of people who were right; None where few answered


@dataclass(frozen=True, slots=True)
class Leaning:
    """An outcome, and how much points to it."""

    outcome: Outcome
    share: Share


@dataclass(slots=True)
class Result:
    """The attempt that counts, and what may come next."""

    quiz: Quiz
    attempt: Attempt
    attempts: int
    again: Verdict
    lines: list[Line] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    leanings: list[Leaning] = field(default_factory=list)
    is_tied: bool = False
    better_than: int | None = None  # per cent of people; None before enough of them
    card: Card | None = None

    @property
    def is_perfect(self) -> bool:
        return self.attempt.right_count == self.attempt.asked


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody is with a quiz: an attempt under way, what counts so far, whether another may begin."""

    under_way: Attempt | None
    counts: Attempt | None
    attempts: int
    start: Verdict


def standing(voter: Voter, quiz: Quiz) -> Standing:
    """One statement; none for a guest without a key."""
    rows: list[Attempt] = []
    if voter.is_known:
        mine = Attempt.objects.filter(access.of_voter(voter), quiz=quiz).order_by("-number")
        rows = list(mine[:MOST_SHOWN])
    number = rows[0].number if rows else 0
    under_way = rows[0] if rows and not rows[0].is_finished else None
    start = access.may_take(voter, quiz) if under_way else access.may_start(voter, quiz, attempts=number)
    return Standing(under_way, counting(quiz, rows), number, start)


def counting(quiz: Quiz, attempts: list[Attempt]) -> Attempt | None:
    """The attempt that is the result, of these in any order: the best (of equals the first), or the last."""
    finished = sorted((one for one in attempts if one.is_finished), key=lambda one: one.number)
    if not finished:
        return None
    if quiz.which == Which.LAST or not quiz.is_knowledge:
        return finished[-1]
    return max(finished, key=lambda one: (one.right_count, -one.number))


def result(voter: Voter, quiz: Quiz) -> Result | None:
    """Everything of the result page; None before an attempt was finished. At most eight statements."""
    found = standing(voter, quiz)
    attempt = found.counts
    if attempt is None:
        return None
    attempt.quiz = quiz
    told = Result(quiz, attempt, found.attempts, found.start)
    told.marks = marks_of(attempt)
    told.lines = _lines(attempt)
    told.card = Card.objects.filter(attempt=attempt).first()
    if quiz.is_knowledge:
        told.better_than = better_than(attempt)
    else:
        told.leanings, told.is_tied = leanings(attempt)
    return told


def leanings(attempt: Attempt) -> tuple[list[Leaning], bool]:
    """The outcomes, the leading one first, and whether two are level. Three statements."""
    outcomes = list(attempt.quiz.outcomes.select_related("board"))
    by_number = {outcome.number: outcome for outcome in outcomes}
    found = found_shares(attempt, outcomes)
    return [Leaning(by_number[one.outcome], one) for one in found], policy.is_tied(found)


def better_than(attempt: Attempt) -> int | None:
    """How many per cent of people had fewer right at their first go. Two statements."""
    rows = Attempt.objects.filter(quiz_id=attempt.quiz_id, number=1).exclude(finished_at=None)
    whole = rows.count()
    if whole < ENOUGH:
        return None
    return policy.percent(rows.filter(right_count__lt=attempt.right_count).count(), whole)


def _lines(attempt: Attempt) -> list[Line]:
    answers = Answer.objects.filter(attempt=attempt).select_related("question").order_by("place")
    rows = list(answers)
    options: dict[int, dict[int, Option]] = {}
    for option in Option.objects.filter(question__in=[answer.question_id for answer in rows]):
        options.setdefault(option.question_id, {})[option.number] = option
    lines = []
    for answer in rows:
        known, question = options[answer.question_id], answer.question
        lines.append(
            Line(
                question,
                [known[number].text for number in answer.numbers],
                [option.text for option in known.values() if option.is_right],
                answer.is_right,
                answer.is_late,
                policy.percent(question.right_count, question.answered_count)
                if question.answered_count >= 20
                else None,
            )
        )
    return lines
