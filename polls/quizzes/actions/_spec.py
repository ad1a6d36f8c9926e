"""What somebody wants a quiz to be, and the rows that keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.core import chance, display
from community.core.access import Invalid
from community.files.models import Upload
from community.members.models import Member
from polls import eligibility
from polls.lines import board, line, title
from polls.quizzes import policy
from polls.quizzes.models import Kind, Option, Outcome, Question, Quiz, QuizState, Which

TAKEN_SLUGS = frozenset(["new", "cards", "bank", "live"])  # what stands in the place of a quiz's name


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """`weights`: place of an outcome in the form (from 0) → points."""

    text: str
    note: str = ""
    is_right: bool = False
    weights: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """`pk`: of a question in the bank that this is, as it stands or in other words. `at`: its place in a form."""

    text: str
    options: Sequence[OptionSpec] = ()
    takes_several: bool = False
    why_title: str = ""
    why: str = ""
    source: str = ""
    upload: str = ""
    alt: str = ""
    pk: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """`number`: of an outcome that is there."""

    title: str
    text: str = ""
    board: str = ""  # slug
    number: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """A quiz as it was typed."""

    title: str
    questions: Sequence[QuestionSpec] = ()
    outcomes: Sequence[OutcomeSpec] = ()
    about: str = ""
    kind: str = Kind.KNOWLEDGE
    board: str = ""  # slug
    audience: str = "everyone"
    draws: int = 0
    shuffles: bool = True
    most_attempts: int = 0
    which: str = Which.BEST
    seconds: int = 0
    pass_percent: int = 0
    is_draft: bool = False


def put_words(quiz: Quiz, spec: Spec, actor: Member) -> None:
    """Title, kind and place. A quiz keeps the address it got first."""
    quiz.title = title(spec.title, "title")
    quiz.about = line(spec.about, 300, "about")
    quiz.lang = display.language_of(quiz.title)
    if spec.kind not in Kind.values:
        raise Invalid(_("Choose one of these."), field="kind")
    quiz.kind = spec.kind
    quiz.board = board(actor, spec.board, "board")
    if not quiz.slug:
        quiz.slug = free_slug(quiz.title)


def free_slug(title: str) -> str:
    """An address that no quiz has."""
    slug = slugify(title, allow_unicode=True)[:66].strip("-") or "quiz"
    if slug in TAKEN_SLUGS or Quiz.objects.filter(slug=slug).exists():
        slug = f"{slug}-{chance.digits(8)}"
    return slug


def put_rules(quiz: Quiz, spec: Spec) -> None:
    """What is read before the quiz begins. Invalid for numbers that no quiz has."""
    audience = next((one for one in eligibility.known() if one.key == spec.audience), None)
    if audience is None:
        raise Invalid(_("Choose one of these."), field="audience")
    if spec.which not in Which.values:
        raise Invalid(_("Choose one of these."), field="which")
    quiz.audience, quiz.which, quiz.shuffles = audience.key, spec.which, spec.shuffles
    quiz.most_attempts = within(spec.most_attempts, 0, policy.MOST_ATTEMPTS, "most_attempts")
    quiz.draws = within(spec.draws, 0, policy.MOST_QUESTIONS, "draws")
    quiz.seconds = within(spec.seconds, policy.SHORTEST, policy.LONGEST, "seconds") if spec.seconds else 0
    quiz.pass_percent = within(spec.pass_percent, 0, 100, "pass_percent") if quiz.is_knowledge else 0
    if spec.is_draft:
        quiz.state = QuizState.DRAFT


def within(value: int, least: int, most: int, name: str) -> int:
    if not least <= value <= most:
        raise Invalid(
            _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=name
        )
    return value


def outcomes_of(quiz: Quiz, spec: Spec, actor: Member) -> list[Outcome]:
    """The outcomes in their order, new ones numbered after those that were; not saved."""
    if quiz.is_knowledge:
        return []
    if not 2 <= len(spec.outcomes) <= policy.MOST_OUTCOMES:
        raise Invalid(
            _("Between two and %(most)d outcomes.") % {"most": policy.MOST_OUTCOMES}, field="outcomes"
        )
    there = {outcome.number: outcome for outcome in quiz.outcomes.all()} if quiz.pk else {}
    last = max(there, default=0)
    outcomes = []
    for place, told in enumerate(spec.outcomes):
        at = f"o-{place}"
        outcome = there.pop(told.number, None)
        if outcome is None:
            last += 1
            outcome = Outcome(quiz=quiz, number=last)
        outcome.place = place
        outcome.title = line(told.title, 120, f"{at}-title", required=True)
        outcome.text = line(told.text, 600, f"{at}-text")
        outcome.board = board(actor, told.board, f"{at}-board")
        outcomes.append(outcome)
    return outcomes


def check_questions(quiz: Quiz, spec: Spec) -> None:
    """Invalid for a number of questions that no quiz has; a draft may still be without."""
    if len(spec.questions) > policy.MOST_QUESTIONS:
        raise Invalid(_("At most %(most)d questions.") % {"most": policy.MOST_QUESTIONS}, field="questions")
    if not spec.questions and quiz.state != QuizState.DRAFT:
        raise Invalid(_("Ask at least one question, or keep this as a draft."), field="questions")


def question_of(told: QuestionSpec, at: str, *, is_knowledge: bool, actor: Member) -> Question:
    """A question's own fields; not saved."""
    question = Question(author=actor)
    question.text = line(told.text, 300, f"{at}-text", required=True)
    question.why_title = line(told.why_title, 120, f"{at}-why_title")
    question.why = line(told.why, 1000, f"{at}-why")
    question.source = line(told.source, 200, f"{at}-source")
    question.alt = line(told.alt, 200, f"{at}-alt")
    question.takes_several = told.takes_several
    if told.upload:
        question.picture = Upload.objects.of(actor.pk).filter(key=told.upload, kind="picture").first()
        if question.picture is None:
            raise Invalid(_("This picture is not there any more. Add it again."), field=f"{at}-upload")
        if not question.alt:
            raise Invalid(
                _("Say what is to be seen in each picture, for those who cannot see it."), field=f"{at}-alt"
            )
    right = sum(option.is_right for option in told.options)
    if is_knowledge and not right:
        raise Invalid(_("Mark the right answer."), field=f"{at}-options")
    if is_knowledge and right > 1 and not told.takes_several:
        raise Invalid(
            _("Two answers are marked as right. Let people pick several, or mark one."), field=f"{at}-options"
        )
    return question


def options_of(
    question: Question, told: QuestionSpec, at: str, outcomes: Sequence[Outcome], *, is_knowledge: bool
) -> list[Option]:
    """A question's options, numbered from one on; not saved."""
    if not 2 <= len(told.options) <= policy.MOST_OPTIONS:
        raise Invalid(
            _("Between two and %(most)d answers.") % {"most": policy.MOST_OPTIONS}, field=f"{at}-options"
        )
    options = []
    for number, option in enumerate(told.options, 1):
        text = line(option.text, 160, f"{at}-options", required=True)
        weights = {
            str(outcomes[place].number): within(points, 0, policy.MOST_WEIGHT, f"{at}-options")
            for place, points in option.weights.items()
            if points and 0 <= place < len(outcomes)
        }
        options.append(
            Option(
                question=question,
                number=number,
                text=text,
                note=line(option.note, 160, f"{at}-options"),
                is_right=option.is_right and is_knowledge,
                weights={} if is_knowledge else weights,
            )
        )
    texts = [option.text.casefold() for option in options]
    if len(set(texts)) != len(texts):
        raise Invalid(_("Two answers say the same. Nobody could tell them apart."), field=f"{at}-options")
    if not is_knowledge and not any(option.weights for option in options):
        raise Invalid(
            _("No answer here points to an outcome. Give one of them points."), field=f"{at}-options"
        )
    return options
