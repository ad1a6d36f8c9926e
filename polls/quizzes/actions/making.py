"""Making a quiz and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from community.core import clock, idempotency
from community.core.access import Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.files import actions as files
from community.members.models import Member
from polls.quizzes import access
from polls.quizzes.actions._spec import (
    QuestionSpec,
    Spec,
    check_questions,
    free_slug,
    options_of,
    outcomes_of,
    put_rules,
    put_words,
    question_of,
)
from polls.quizzes.facts import QuizChanged, QuizOpened
from polls.quizzes.models import Answer, Item, Option, Outcome, Question, Quiz, QuizState

# Where a quiz may go from where it is.
MOVES = {
    QuizState.DRAFT: {QuizState.OPEN, QuizState.REMOVED},
    QuizState.OPEN: {QuizState.ARCHIVED, QuizState.REMOVED},
    QuizState.ARCHIVED: {QuizState.OPEN, QuizState.REMOVED},
    QuizState.REMOVED: set[QuizState](),
}


@action
def make_quiz(*, actor: Member, spec: Spec, idempotency_key: str | None = None) -> Quiz:
    """Make a quiz. Raises Refused for who may not, Http404 for a board they may not read, Invalid for the words."""
    body = {"title": spec.title, "questions": [one.text for one in spec.questions], "draft": spec.is_draft}
    claim = idempotency.claim(key=idempotency_key, owner=f"member:{actor.pk}", verb="make_quiz", body=body)
    if claim.result is not None:
        return Quiz.objects.get(pk=claim.result["quiz_id"])
    require(access.may_make(actor))
    quiz = Quiz(author=actor)
    _put(quiz, spec, actor)
    if quiz.state == QuizState.OPEN:
        publish(QuizOpened(quiz.pk, quiz.slug, actor.pk))
    claim.finish({"quiz_id": quiz.pk})
    return quiz


@action
def edit_quiz(*, actor: Member, slug: str, spec: Spec) -> Quiz:
    """Other words, questions and rules. What somebody answered stays as it was asked: a changed question is a new one,
    and attempts under way go on with theirs. A published quiz stays published.
    """
    quiz = access.quiz_for_change(actor, slug=slug)
    require(access.may_manage(actor, quiz))
    before = quiz.state
    _put(quiz, spec, actor)
    if before != QuizState.DRAFT and quiz.state == QuizState.DRAFT:
        quiz.state = before
        quiz.save(update_fields=["state"])
    publish(QuizChanged(quiz.pk, quiz.slug, actor.pk, quiz.state))
    return quiz


@action
def move_quiz(*, actor: Member, slug: str, to: str) -> Quiz:
    """Publish, archive, open again or remove. The same again changes nothing. Refused where it cannot go there."""
    quiz = access.quiz_for_change(actor, slug=slug)
    require(access.may_manage(actor, quiz))
    if quiz.state == to:
        return quiz
    if to not in MOVES[QuizState(quiz.state)]:
        raise Refused(no(_("This quiz cannot become that."), "state"))
    if to == QuizState.OPEN and not quiz.items.exists():
        raise Refused(no(_("This quiz has no question yet."), "draft"))
    if quiz.state == QuizState.DRAFT and to == QuizState.OPEN:
        quiz.opens_at = clock.now()
        publish(QuizOpened(quiz.pk, quiz.slug, actor.pk))
    quiz.state = to
    quiz.save(update_fields=["state", "opens_at"])
    publish(QuizChanged(quiz.pk, quiz.slug, actor.pk, quiz.state))
    return quiz


@action
def duplicate_quiz(*, actor: Member, slug: str, idempotency_key: str | None = None) -> Quiz:
    """The same quiz as a draft of the actor's, asking the same questions of the bank."""
    claim = idempotency.claim(
        key=idempotency_key, owner=f"member:{actor.pk}", verb="duplicate_quiz", body={"quiz": slug}
    )
    if claim.result is not None:
        made = Quiz.objects.filter(pk=claim.result["quiz_id"]).exclude(state=QuizState.REMOVED).first()
        if made is not None:
            return made  # else it is gone meanwhile, and whoever asks again wants one
    source = access.quiz_for_reading(actor, slug=slug)
    require(access.may_manage(actor, source))
    copy = Quiz.objects.get(pk=source.pk)
    copy.pk, copy._state.adding = None, True
    copy.author, copy.state, copy.finished_count = actor, QuizState.DRAFT, 0
    copy.slug = free_slug(copy.title)
    copy.made_at = copy.opens_at = clock.now()
    copy.save(force_insert=True)
    Item.objects.bulk_create(
        [Item(quiz=copy, question_id=item.question_id, place=item.place) for item in source.items.all()]
    )
    outcomes = list(source.outcomes.all())
    for outcome in outcomes:
        outcome.pk, outcome._state.adding, outcome.quiz = None, True, copy
    Outcome.objects.bulk_create(outcomes)
    claim.finish({"quiz_id": copy.pk})
    return copy


def used_uploads(upload_ids: set[int]) -> set[int]:
    """Those that a question of the bank shows. One statement."""
    return set(Question.objects.filter(picture_id__in=upload_ids).values_list("picture_id", flat=True))


def _put(quiz: Quiz, spec: Spec, actor: Member) -> None:
    put_words(quiz, spec, actor)
    put_rules(quiz, spec)
    check_questions(quiz, spec)
    outcomes = outcomes_of(quiz, spec, actor)
    quiz.save()
    kept = [outcome.pk for outcome in outcomes if outcome.pk]
    Outcome.objects.filter(quiz=quiz).exclude(pk__in=kept).delete()
    for outcome in outcomes:
        outcome.save()
    questions = [
        _question(quiz, told, f"q-{place}", outcomes, actor) for place, told in enumerate(spec.questions)
    ]
    Item.objects.filter(quiz=quiz).delete()
    Item.objects.bulk_create(
        [Item(quiz=quiz, question=question, place=place) for place, question in enumerate(questions)]
    )


def _question(
    quiz: Quiz, told: QuestionSpec, at: str, outcomes: Sequence[Outcome], actor: Member
) -> Question:
    """The question of the bank that says this: the one that was there where nothing changed or nobody answered yet."""
    question = question_of(told, at, is_knowledge=quiz.is_knowledge, actor=actor)
    options = options_of(question, told, at, outcomes, is_knowledge=quiz.is_knowledge)
    before = _there(quiz, told.pk, actor)
    if before is not None:
        if before.picture_id and not told.upload and told.alt:
            question.picture_id = before.picture_id
        if _said(before, list(before.options.all())) == _said(question, options):
            return before
        is_free = not Answer.objects.filter(question=before).exists()
        if is_free and not Item.objects.filter(question=before).exclude(quiz=quiz).exists():
            before.options.all().delete()
            question.pk, question.author_id, question.made_at = before.pk, before.author_id, before.made_at
            question._state.adding = False
    question.save()
    if question.picture_id:
        files.attach_uploads(upload_ids=[question.picture_id])
    for option in options:
        option.question = question
    Option.objects.bulk_create(options)
    return question


def _there(quiz: Quiz, pk: int, actor: Member) -> Question | None:
    """A question of this quiz, or one of the actor's own in the bank."""
    if not pk:
        return None
    rows = Question.objects.filter(pk=pk)
    return rows.filter(items__quiz=quiz).first() or rows.filter(author=actor).first()


def _said(question: Question, options: Sequence[Option]) -> tuple[object, ...]:
    return (
        question.text,
        question.picture_id,
        question.alt,
        question.takes_several,
        question.why_title,
        question.why,
        question.source,
        [(one.text, one.note, one.is_right, one.weights) for one in options],
    )
