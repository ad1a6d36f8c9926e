"""What somebody wants a survey to be, and the rows that keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import chance, clock, display
from community.core.access import Invalid
from community.members.models import Member
from polls import eligibility
from polls.lines import board, line, title
from polls.surveys import fixed, policy
from polls.surveys.models import Kind, Option, Question, Secrecy, Survey, SurveyState, Wave
from polls.surveys.paper import asked_of

TAKEN_SLUGS = frozenset(["new"])  # what stands in the place of a survey's name
ONWARDS, TO_END = "", "end"  # where an answer leads, beside the place of a question ("0", "1" …)


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """`to`: what comes after this answer: ONWARDS, TO_END, or the place of a question in the form, from 0."""

    text: str
    to: str = ONWARDS


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """`tos`: for a scale, a stretch of it ("low", "mid", "high") → what comes next, as in `OptionSpec`."""

    text: str
    kind: str = Kind.SINGLE
    options: Sequence[OptionSpec] = ()
    about: str = ""
    section: str = ""
    starts_page: bool = True
    is_required: bool = True
    most: int = 0  # 0: as many as there are
    low: int = 1
    high: int = 5
    low_label: str = ""
    high_label: str = ""
    tos: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spec:
    """A survey as it was typed."""

    title: str
    questions: Sequence[QuestionSpec] = ()
    about: str = ""
    thanks: str = ""
    board: str = ""  # slug
    secrecy: str = Secrecy.NAMED
    audience: str = "everyone"
    closes_at: datetime | None = None
    is_draft: bool = False


def put_words(survey: Survey, spec: Spec, actor: Member) -> None:
    """Title and place. A survey keeps the address it got first."""
    survey.title = title(spec.title, "title")
    survey.about = line(spec.about, 300, "about")
    survey.thanks = line(spec.thanks, 300, "thanks")
    survey.lang = display.language_of(survey.title)
    survey.board = board(actor, spec.board, "board")
    if not survey.slug:
        survey.slug = free_slug(survey.title)


def free_slug(title: str) -> str:
    """An address that no survey has."""
    slug = slugify(title, allow_unicode=True)[:66].strip("-") or "survey"
    if slug in TAKEN_SLUGS or Survey.objects.filter(slug=slug).exists():
        slug = f"{slug}-{chance.digits(8)}"
    return slug


def put_rules(survey: Survey, wave: Wave, spec: Spec) -> None:
    """What is read before the survey begins. Invalid for rules that contradict each other."""
    audience = next((one for one in eligibility.known() if one.key == spec.audience), None)
    if audience is None:
        raise Invalid(_("Choose one of these."), field="audience")
    if spec.secrecy not in Secrecy.values:
        raise Invalid(_("Choose one of these."), field="secrecy")
    if spec.secrecy == Secrecy.ANONYMOUS and audience.takes_guests:
        raise Invalid(
            _(
                "Anonymous answers are for members: a guest's second ones could not be found to be taken back."
            ),
            field="audience",
        )
    if spec.closes_at is not None and spec.closes_at <= clock.now():
        raise Invalid(_("It would close before anybody could answer."), field="closes_at")
    survey.audience, survey.secrecy, wave.closes_at = audience.key, spec.secrecy, spec.closes_at


def questions_of(survey: Survey, wave: Wave, spec: Spec) -> list[tuple[Question, list[Option]]]:
    """The questions with their options, numbered from one on; not saved. Invalid for what nobody could answer, and
    for ways that lead back or nowhere."""
    if len(spec.questions) > policy.MOST_QUESTIONS:
        raise Invalid(_("At most %(most)d questions.") % {"most": policy.MOST_QUESTIONS}, field="questions")
    if not spec.questions and survey.state != SurveyState.DRAFT:
        raise Invalid(_("Ask at least one question, or keep this as a draft."), field="questions")
    made = [_question(survey, wave, told, place) for place, told in enumerate(spec.questions)]
    for number, code in policy.faults([asked_of(question, options) for question, options in made]):
        raise Invalid(why_no_way(code, number), field=f"q-{number - 1}")
    return made


def why_no_way(code: str, number: int) -> str:
    """What is wrong with the way through a survey, at this question."""
    match code:
        case "loop":
            return _(
                "Question %(n)d leads back to what was asked before: nobody would ever come to an end. Lead forwards."
            ) % {"n": number}
        case "gone":
            return _("Question %(n)d leads to a question that is not there.") % {"n": number}
        case "middle":
            return _("Question %(n)d leads into the middle of a page. Lead to the first question of one.") % {
                "n": number
            }
    return _("No answer leads to question %(n)d: nobody would ever be asked it.") % {"n": number}


def _question(survey: Survey, wave: Wave, told: QuestionSpec, place: int) -> tuple[Question, list[Option]]:
    at, number = f"q-{place}", place + 1
    if told.kind not in Kind.values:
        raise Invalid(_("Choose one of these."), field=f"{at}-kind")
    question = Question(wave=wave, number=number, kind=told.kind)
    question.text = line(told.text, 300, f"{at}-text", required=True)
    question.about = line(told.about, 300, f"{at}-about")
    question.section = line(told.section, 120, f"{at}-section")
    question.starts_page = told.starts_page or place == 0
    question.is_required = told.is_required
    options: list[Option] = []
    if question.is_scale:
        _put_scale(question, told, at)
    elif not question.is_text:
        options = _options(question, told, at)
    question.jumps = _jumps(question, told)
    question.wording = policy.wording(
        question.kind,
        question.said(survey.lang),
        question.about,
        [option.text for option in options],
        low=question.low,
        high=question.high,
        ends=[question.low_label, question.high_label],
    )
    return question, options


def _put_scale(question: Question, told: QuestionSpec, at: str) -> None:
    if fixed.is_fixed(question.kind):
        question.low, question.high = fixed.STEPS[question.kind]
        return
    if not (0 <= told.low < told.high <= 100 and told.high - told.low < policy.MOST_STEPS):
        raise Invalid(
            _("A scale runs upwards over at most %(most)d numbers.") % {"most": policy.MOST_STEPS},
            field=f"{at}-high",
        )
    question.low, question.high = told.low, told.high
    question.low_label = line(told.low_label, 60, f"{at}-low_label")
    question.high_label = line(told.high_label, 60, f"{at}-high_label")


def _options(question: Question, told: QuestionSpec, at: str) -> list[Option]:
    if not 2 <= len(told.options) <= policy.MOST_OPTIONS:
        raise Invalid(
            _("Between two and %(most)d answers.") % {"most": policy.MOST_OPTIONS}, field=f"{at}-options"
        )
    options = [
        Option(question=question, number=number, text=line(one.text, 160, f"{at}-options", required=True))
        for number, one in enumerate(told.options, 1)
    ]
    texts = [option.text.casefold() for option in options]
    if len(set(texts)) != len(texts):
        raise Invalid(_("Two answers say the same. Nobody could tell them apart."), field=f"{at}-options")
    if question.kind == Kind.MULTIPLE:
        question.most = told.most or len(options)
        if not 1 <= question.most <= len(options):
            raise Invalid(
                ngettext(
                    "A whole number up to %(most)d: there are no more answers.",
                    "A whole number up to %(most)d: there are no more answers.",
                    len(options),
                )
                % {"most": len(options)},
                field=f"{at}-most",
            )
    return options


def _jumps(question: Question, told: QuestionSpec) -> dict[str, int]:
    """Where each value leads, for those that lead elsewhere than on."""
    if question.is_text:
        return {}
    if question.is_scale:
        stretches = policy.bands(question.kind, question.low, question.high)
        leads = [(value, told.tos.get(key, ONWARDS)) for key, values in stretches for value in values]
    else:
        leads = [(number, one.to) for number, one in enumerate(told.options, 1)]
    return {str(value): _target(to) for value, to in leads if to != ONWARDS}


def _target(to: str) -> int:
    if to == TO_END:
        return policy.END
    is_place = to.isascii() and to.isdecimal() and len(to) < 4
    return int(to) + 1 if is_place else policy.MOST_QUESTIONS + 1  # a number that no question has
