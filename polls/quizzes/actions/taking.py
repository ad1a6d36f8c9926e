"""Taking a quiz: an attempt begins, is asked one question at a time, and ends by itself with the last answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from community.core import chance, clock
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from polls.quizzes import access, policy
from polls.quizzes.facts import QuizFinished, QuizPassed
from polls.quizzes.models import Answer, Attempt, Option, Outcome, Question, Quiz
from polls.quizzes.policy import Unfit
from polls.voters import Voter


@dataclass(frozen=True, slots=True)
class Given:
    """What became of an answer. `repeated`: there was one at this place, and it stays."""

    answer: Answer
    attempt: Attempt
    repeated: bool = False


@action
def start_attempt(*, voter: Voter, slug: str, is_unhurried: bool = False, seed: str = "") -> Attempt:
    """Begin an attempt, or go on with the one under way. Its order comes from `seed`, by chance unless given.

    Raises Http404 for a quiz the voter may not know of, Refused (closed, not eligible, used up).
    """
    quiz = access.quiz_for_reading(voter.viewer, slug=slug)
    mine = Attempt.objects.filter(access.of_voter(voter), quiz=quiz).order_by("-number")
    last = mine.first()
    if last is not None and not last.is_finished:
        require(access.may_take(voter, quiz))
        return last
    number = last.number if last else 0
    require(access.may_start(voter, quiz, attempts=number))
    attempt = Attempt(
        quiz=quiz,
        member=voter.member,
        guest_key="" if voter.member else voter.guest_key,
        number=number + 1,
        plan=policy.plan(seed or chance.token(), _questions(quiz), draws=quiz.draws, shuffles=quiz.shuffles),
        is_unhurried=is_unhurried and bool(quiz.seconds),
    )
    if not attempt.plan:
        raise Refused(no(_("This quiz has no question yet."), "draft"))
    if not put_once(attempt):  # a second tap was quicker
        return mine.filter(finished_at=None)[:1].get()
    return attempt


@action
def show_question(*, voter: Voter, slug: str) -> Attempt:
    """The attempt under way; the clock of its present question starts when it is asked for first, and never anew.

    Raises Http404 without one, Refused (closed, …) where its questions are not asked any more.
    """
    quiz = access.quiz_for_reading(voter.viewer, slug=slug)
    attempt = access.open_attempt(voter, quiz)
    require(access.may_take(voter, quiz))
    if attempt.shown_at is None:
        attempt.shown_at = clock.now()
        attempt.save(update_fields=["shown_at"])
    attempt.quiz = quiz
    return attempt


@action
def answer_question(
    *, voter: Voter, slug: str, place: int, picked: Sequence[str] = (), skips: bool = False
) -> Given:
    """Answer the question at this place (from 0) by the places of its options; `skips` passes it over.

    Whoever is late has no answer there, and is told. The same place again changes nothing. Raises Http404 without an
    attempt, Invalid for picks that are none, Refused (ahead, closed).
    """
    quiz = access.quiz_for_reading(voter.viewer, slug=slug)
    attempt = _attempt_at(voter, quiz, place)
    attempt.quiz = quiz
    if place < attempt.at:
        return Given(Answer.objects.get(attempt=attempt, place=place), attempt, repeated=True)
    require(access.may_take(voter, quiz))
    if place > attempt.at:
        raise Refused(no(_("That question comes later. Go on where you are."), "ahead"))
    question_id, order = attempt.plan[place]
    question = Question.objects.get(pk=question_id)
    options = {option.number: option for option in question.options.all()}
    now = clock.now()
    limit = 0 if attempt.is_unhurried else quiz.seconds
    late = policy.is_late(attempt.shown_at, now, limit)
    numbers = [] if skips or late else _numbers(picked, order, question)
    key = [number for number, option in options.items() if option.is_right]
    answer = Answer(
        attempt=attempt,
        place=place,
        question=question,
        picked=",".join(map(str, sorted(numbers))),
        is_right=bool(numbers) and bool(key) and policy.is_right(numbers, key),
        is_late=late,
        at=now,
    )
    answer.save(force_insert=True)
    if attempt.number == 1:
        _count(answer, numbers)
    attempt.at, attempt.shown_at = place + 1, None
    attempt.right_count += answer.is_right
    if attempt.at == attempt.asked:
        _finish(attempt)
    attempt.save(update_fields=["at", "shown_at", "right_count", "finished_at", "outcome", "is_passed"])
    return Given(answer, attempt)


def passed_for_the_first_time(attempt: Attempt) -> None:
    """State that a member passed, unless an earlier attempt of theirs said so."""
    if not attempt.is_passed or attempt.member_id is None:
        return
    earlier = Attempt.objects.filter(quiz_id=attempt.quiz_id, member_id=attempt.member_id, is_passed=True)
    if not earlier.exclude(pk=attempt.pk).exists():
        publish(QuizPassed(attempt.quiz_id, attempt.member_id, attempt.pk))


def found_shares(attempt: Attempt, outcomes: Sequence[Outcome]) -> list[policy.Share]:
    """How much of an attempt's answers points to each outcome. Two statements."""
    answers = list(Answer.objects.filter(attempt=attempt))
    questions = [answer.question_id for answer in answers]
    weights = {
        (option.question_id, option.number): _weights(option)
        for option in Option.objects.filter(question__in=questions)
    }
    picked = [
        weights.get((answer.question_id, number), {}) for answer in answers for number in answer.numbers
    ]
    return policy.shares(picked, [outcome.number for outcome in outcomes])


def _questions(quiz: Quiz) -> list[tuple[int, list[int]]]:
    told: dict[int, list[int]] = {}
    rows = Option.objects.filter(question__items__quiz=quiz).order_by("question__items__place", "number")
    for question, number in rows.values_list("question_id", "number"):
        told.setdefault(question, []).append(number)
    return list(told.items())


def _attempt_at(voter: Voter, quiz: Quiz, place: int) -> Attempt:
    """The attempt under way; the last one where its last answer comes a second time."""
    rows = Attempt.objects.select_for_update().filter(access.of_voter(voter), quiz=quiz)
    attempt = rows.order_by("-number").first()
    if attempt is None or not 0 <= place < attempt.asked:
        raise absent()
    return attempt


def _numbers(picked: Sequence[str], order: Sequence[int], question: Question) -> list[int]:
    try:
        places = policy.picks_of(picked, len(order), takes_several=question.takes_several)
    except Unfit as unfit:
        raise Invalid(why_unfit(unfit.code), field="pick", code=unfit.code) from None
    return [order[place] for place in places]


def why_unfit(code: str) -> str:
    """What to tell somebody whose answer cannot be taken."""
    match code:
        case "empty":
            return _("Nothing was picked. Pick an answer, or pass this question over.")
        case "several":
            return _("This question takes one answer.")
    return _("This is no answer to this question. Please load the page again.")


def _count(answer: Answer, numbers: Sequence[int]) -> None:
    # The question's row first: whoever counts the same question waits here, so options never lock crosswise.
    Question.objects.filter(pk=answer.question_id).update(
        answered_count=F("answered_count") + 1, right_count=F("right_count") + int(answer.is_right)
    )
    if numbers:
        Option.objects.filter(question=answer.question_id, number__in=numbers).update(
            picked_count=F("picked_count") + 1
        )


def _finish(attempt: Attempt) -> None:
    quiz = attempt.quiz
    attempt.finished_at = clock.now()
    if quiz.is_knowledge:
        attempt.is_passed = policy.has_passed(attempt.right_count, attempt.asked, quiz.pass_percent)
    else:
        outcomes = list(quiz.outcomes.all())
        found = found_shares(attempt, outcomes)
        if found and found[0].points:
            attempt.outcome = next(one for one in outcomes if one.number == found[0].outcome)
    if attempt.number == 1:
        Quiz.objects.filter(pk=quiz.pk).update(finished_count=F("finished_count") + 1)
    publish(QuizFinished(quiz.pk, attempt.pk, attempt.member_id, attempt.number))
    passed_for_the_first_time(attempt)


def _weights(option: Option) -> Mapping[int, int]:
    return {int(number): int(points) for number, points in option.weights.items()}
