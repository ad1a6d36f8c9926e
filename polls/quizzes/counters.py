"""Recounts: what every stored number of a quiz and its questions must equal."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import Count, Q, Sum

from community.core.counters import register
from polls.quizzes.models import Answer, Attempt, Option, Player, Question, Quiz, Run, RunAnswer


def recount(quiz_id: int) -> int:
    """Count a quiz and the questions it asks, or asked, from attempts; how many rows were wrong."""
    with transaction.atomic():
        quiz = Quiz.objects.select_for_update().get(pk=quiz_id)
        finished = Attempt.objects.filter(quiz=quiz, number=1).exclude(finished_at=None).count()
        wrong = 0
        if finished != quiz.finished_count:
            Quiz.objects.filter(pk=quiz.pk).update(finished_count=finished)
            wrong += 1
        asked = set(quiz.items.values_list("question_id", flat=True))
        asked |= set(
            Answer.objects.filter(attempt__quiz=quiz).values_list("question_id", flat=True).distinct()
        )
        return wrong + sum(_recount_question(question) for question in sorted(asked))


def _recount_question(question_id: int) -> int:
    """A question of the bank, wherever it was answered: first attempts alone."""
    question = Question.objects.select_for_update().get(pk=question_id)
    answers = Answer.objects.filter(question=question, attempt__number=1)
    real = answers.aggregate(n=Count("pk"), right=Count("pk", filter=Q(is_right=True)))
    wrong = 0
    if (question.answered_count, question.right_count) != (real["n"], real["right"]):
        Question.objects.filter(pk=question_id).update(answered_count=real["n"], right_count=real["right"])
        wrong += 1
    picked: Counter[int] = Counter()
    for numbers, n in answers.values_list("picked").annotate(n=Count("pk")):
        picked.update({int(number): n for number in numbers.split(",") if number})
    for option in question.options.all():
        if option.picked_count != picked[option.number]:
            Option.objects.filter(pk=option.pk).update(picked_count=picked[option.number])
            wrong += 1
    return wrong


def recount_players(run_id: int) -> int:
    """Set a run's players right as their answers say; how many were wrong. Two statements, and one for each that was."""
    rows = RunAnswer.objects.filter(run=run_id, is_right=True).values_list("player")
    real = {pk: (points, n) for pk, points, n in rows.annotate(points=Sum("points"), n=Count("pk"))}
    wrong = 0
    for player in Player.objects.select_for_update().filter(run=run_id).order_by("pk"):
        points, n = real.get(player.pk, (0, 0))
        if (player.points, player.right_count) != (points, n):
            Player.objects.filter(pk=player.pk).update(points=points, right_count=n)
            wrong += 1
    return wrong


def rebuild_runs() -> int:
    """Set the players of every run right. A question that is closing meanwhile is waited for."""
    wrong = 0
    for pk in Run.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=pk)
            wrong += recount_players(pk)
    return wrong


def rebuild() -> int:
    """Set every number right; how many rows were wrong."""
    return sum(recount(pk) for pk in Quiz.objects.order_by("pk").values_list("pk", flat=True).iterator())


register("quizzes.answers", rebuild)
register("quizzes.players", rebuild_runs)
