"""A survey as its form holds it: read from what was sent, from a wave that is there, or from a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community.core import clock
from community.core.whole import whole
from polls.surveys import policy
from polls.surveys.actions import OptionSpec, QuestionSpec, Spec
from polls.surveys.models import Kind, Secrecy, Survey, Wave
from polls.surveys.paper import paper_of

LONGEST = 2_000  # characters of a field that are looked at
ROWS = 3  # options of a fresh question
MANY = policy.MOST_QUESTIONS + 10  # rows that are looked at, so that one too many is told and not lost
GONE = "gone"  # where an answer leads whose question was taken out
BANDS = ("low", "mid", "high")


def from_post(data: QueryDict) -> Spec:
    """What was sent. Questions without a word are left out, except where only the fields of their kind are asked for;
    numbers that are none are -1, which actions refuse."""
    rows = min(_number(data, "questions"), MANY)
    keeps_all = data.get("do") == "options"
    place_of: dict[str, str] = {}
    for row in range(rows):
        if keeps_all or _text(data, f"q-{row}-text").strip():
            place_of[str(row)] = str(len(place_of))
    return Spec(
        title=_text(data, "title"),
        about=_text(data, "about"),
        thanks=_text(data, "thanks"),
        board=_text(data, "board"),
        secrecy=_text(data, "secrecy") or Secrecy.NAMED,
        audience=_text(data, "audience") or "everyone",
        closes_at=_moment(_text(data, "closes_at")),
        is_draft=data.get("do") != "publish",
        questions=[_question(data, f"q-{row}", place_of) for row in range(rows) if str(row) in place_of],
    )


def _question(data: QueryDict, at: str, place_of: dict[str, str]) -> QuestionSpec:
    def target(name: str) -> str:
        raw = _text(data, name)
        return raw if raw in ("", "end") else place_of.get(raw, GONE)

    options = []
    for row in range(policy.MOST_OPTIONS + 1):
        text = _text(data, f"{at}-{row}-text")
        if text.strip():
            options.append(OptionSpec(text, target(f"{at}-{row}-to")))
    kind = _text(data, f"{at}-kind") or Kind.SINGLE
    is_scale = kind in policy.SCALES
    return QuestionSpec(
        text=_text(data, f"{at}-text"),
        kind=kind,
        options=options,
        about=_text(data, f"{at}-about"),
        section=_text(data, f"{at}-section"),
        starts_page=f"{at}-page" in data,
        is_required=f"{at}-required" in data,
        most=_number(data, f"{at}-most"),
        low=_number(data, f"{at}-low"),
        high=_number(data, f"{at}-high"),
        low_label=_text(data, f"{at}-low_label"),
        high_label=_text(data, f"{at}-high_label"),
        tos={band: to for band in BANDS if is_scale and (to := target(f"{at}-{band}-to"))},
    )


def from_wave(survey: Survey, wave: Wave) -> Spec:
    """The wave that is there. Two statements."""
    paper = paper_of(wave)
    questions = []
    for question in paper.questions:
        to = {value: _place(number) for value, number in question.jumps.items()}
        bands = policy.bands(question.kind, question.low, question.high) if question.is_scale else []
        options = paper.options.get(question.pk, [])
        questions.append(
            QuestionSpec(
                text=question.text,
                kind=question.kind,
                options=[OptionSpec(one.text, to.get(str(one.number), "")) for one in options],
                about=question.about,
                section=question.section,
                starts_page=question.starts_page,
                is_required=question.is_required,
                most=question.most if question.kind == Kind.MULTIPLE else 0,
                low=question.low if question.is_scale else 1,
                high=question.high if question.is_scale else 5,
                low_label=question.low_label,
                high_label=question.high_label,
                tos={key: to[str(values[0])] for key, values in bands if str(values[0]) in to},
            )
        )
    return Spec(
        title=survey.title,
        about=survey.about,
        thanks=survey.thanks,
        board=survey.board.slug if survey.board else "",
        secrecy=survey.secrecy,
        audience=survey.audience,
        closes_at=wave.closes_at,
        questions=questions,
    )


def _place(number: int) -> str:
    return "end" if number == policy.END else str(number - 1)


def template(name: str) -> Spec:
    """A survey to begin from, in the language of whoever asks; an empty one for a name nobody knows."""
    if name == "satisfaction":
        return _satisfied()
    if name == "visit":
        return _workshop()
    return Spec(title="", questions=[QuestionSpec("")])


def _satisfied() -> Spec:
    return Spec(
        title=_("How satisfied are you with your car?"),
        about=_("Three minutes for everybody who drives one. We publish what comes of it."),
        thanks=_("Thank you. We read every word, and tell you what we make of it."),
        audience="owners",
        secrecy=Secrecy.ANONYMOUS,
        questions=[
            QuestionSpec(_("your car"), Kind.CSAT, tos={"low": "1", "mid": "2", "high": "2"}),
            QuestionSpec(
                _("What went wrong?"),
                Kind.MULTIPLE,
                [
                    OptionSpec(_("Range and charging")),
                    OptionSpec(_("The workshop")),
                    OptionSpec(_("Software and displays")),
                    OptionSpec(_("Comfort and noise")),
                ],
                about=_("Choose what weighs most, up to two."),
                most=2,
            ),
            QuestionSpec(_("your car"), Kind.NPS),
            QuestionSpec(_("What should we do first?"), Kind.WORDS, is_required=False),
        ],
    )


def _workshop() -> Spec:
    return Spec(
        title=_("Your last visit to the workshop"),
        about=_("Two minutes, whichever workshop it was."),
        thanks=_("Thank you. It tells the workshops what they can do better."),
        audience="members",
        questions=[
            QuestionSpec(
                _("Were you at a workshop within the last six months?"),
                Kind.SINGLE,
                [OptionSpec(_("Yes")), OptionSpec(_("No"), "end")],
            ),
            QuestionSpec(_("the work that was done"), Kind.CSAT),
            QuestionSpec(
                _("How long did you wait for an appointment?"),
                Kind.SINGLE,
                [
                    OptionSpec(_("Less than a week")),
                    OptionSpec(_("One to two weeks")),
                    OptionSpec(_("Longer than two weeks")),
                ],
            ),
            QuestionSpec(_("Which workshop was it?"), Kind.LINE, is_required=False),
        ],
    )


def with_room(spec: Spec, *, questions: int = 0) -> Spec:
    """The form with further empty questions; at least one."""
    more = [QuestionSpec("")] * max(questions, 0 if spec.questions else 1)
    return replace(spec, questions=[*spec.questions, *more])


def rows_of(question: QuestionSpec) -> list[OptionSpec]:
    """A question's options as rows of the form: two empty ones more, never fewer than a fresh question has."""
    options = list(question.options)
    missing = max(ROWS - len(options), min(2, policy.MOST_OPTIONS - len(options)))
    return [*options, *[OptionSpec("")] * max(0, missing)]


def local(at: datetime | None) -> str:
    """A moment as the form's field holds it."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""


def _moment(raw: str) -> datetime | None:
    try:
        at = parse_datetime(raw.strip()) if raw.strip() else None
    except ValueError:
        return None
    if at is None or not clock.is_tellable(at):
        return None
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, ""))[:LONGEST]


def _number(data: QueryDict, name: str) -> int:
    raw = str(data.get(name, "")).strip()
    if not raw:
        return 0
    return whole(raw, 4, otherwise=-1)
