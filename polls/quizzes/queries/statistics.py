"""How the questions of a quiz do, from each person's first attempt at it that was finished."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Count, F, Sum

from polls.quizzes import statistics
from polls.quizzes.models import Answer, Option, Question, Quiz
from polls.quizzes.statistics import Picked, Sums


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """An option with how many picked it; `n` None where so few did that they could be told apart."""

    option: Option
    n: int | None
    is_misleading: bool
    is_unused: bool


@dataclass(slots=True)
class Figures:
    """A question's figures. `n` None: fewer people than may be told."""

    question: Question
    n: int | None
    percent: int | None
    discrimination: float | None
    remarks: list[str]
    options: list[OptionFigures] = field(default_factory=list)


def of_quiz(quiz: Quiz) -> list[Figures]:
    """Every question the quiz asks, in its order. Four statements, however many people answered."""
    questions = list(
        Question.objects.filter(items__quiz=quiz).order_by("items__place").prefetch_related("options")
    )
    answers = Answer.objects.filter(attempt__quiz=quiz, attempt__number=1, question__in=questions)
    answers = answers.exclude(attempt__finished_at=None)
    sums: dict[int, Sums] = {}
    picked: dict[int, dict[int, Picked]] = {}
    rows = answers.values_list("question_id", "picked", "is_right").annotate(
        n=Count("pk"),
        score=Sum("attempt__right_count"),
        squared=Sum(F("attempt__right_count") * F("attempt__right_count")),
    )
    for question_id, numbers, is_right, n, score, squared in rows:
        # Σ(y-x) and Σ(y-x)² over answers of one x are plain from Σy, Σy² and n.
        x = int(is_right)
        y, y2 = score - n * x, squared - 2 * x * score + n * x
        before = sums.get(question_id, Sums(0, 0, 0, 0, 0))
        sums[question_id] = Sums(
            before.n + n,
            before.right + n * x,
            before.rest + y,
            before.rest_squared + y2,
            before.rest_of_right + y * x,
            before.rest_squared_of_right + y2 * x,
        )
        for number in numbers.split(",") if numbers else []:
            of_option = picked.setdefault(question_id, {})
            was = of_option.get(int(number), Picked(int(number), False, 0, 0))
            of_option[int(number)] = replace(
                was, n=was.n + n, rest=was.rest + y, rest_squared=was.rest_squared + y2
            )
    return [_figures(quiz, one, sums.get(one.pk), picked.get(one.pk, {})) for one in questions]


def _figures(quiz: Quiz, question: Question, sums: Sums | None, picked: dict[int, Picked]) -> Figures:
    sums = sums or Sums(0, 0, 0, 0, 0)
    options = list(question.options.all())
    told = [
        replace(picked.get(one.number, Picked(one.number, False, 0, 0)), is_right=one.is_right)
        for one in options
    ]
    is_shown = sums.n >= statistics.HIDDEN
    counts = statistics.shown_counts({one.number: one.n for one in told})
    enough = quiz.is_knowledge and sums.n >= statistics.ENOUGH
    misleading = statistics.misleading(sums, told) if enough else []
    unused = statistics.unused(told, sums.n) if enough else []
    share, telling = statistics.difficulty(sums), statistics.discrimination(sums)
    return Figures(
        question,
        sums.n if is_shown else None,
        round(100 * share) if is_shown and share is not None and quiz.is_knowledge else None,
        round(telling, 2) if enough and telling is not None else None,
        statistics.remarks(sums, told) if quiz.is_knowledge else [],
        [
            OptionFigures(
                one, counts[one.number] if is_shown else None, one.number in misleading, one.number in unused
            )
            for one in options
        ],
    )
