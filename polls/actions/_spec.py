"""What somebody wants a poll to be, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.core import clock, display
from community.core.access import Invalid
from community.files.models import Upload
from community.members.models import Member
from polls import access, cars, eligibility, policy
from polls.lines import line, title
from polls.models import Changes, Choice, Kind, Method, Poll, PollState, Results, Secrecy

# What stands in the place of a poll's readable part.
TAKEN_SLUGS = frozenset(
    [
        "vote",
        "withdraw",
        "why",
        "result",
        "box",
        "edit",
        "manage",
        "voters",
        "corrections",
        "funnel",
        "new",
        "answer",
    ]
)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it was typed. `upload`: the key of a picture of one's own. `number`: of a choice that is there."""

    text: str
    about: str = ""
    upload: str = ""
    alt: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """A poll as it was typed."""

    question: str
    options: Sequence[Option] = ()
    about: str = ""
    kind: str = Kind.SINGLE
    least: int = 1
    most: int = 1
    low: int = 1  # ends of a scale
    high: int = 5
    low_label: str = ""
    high_label: str = ""
    other: str = ""  # what the choice with words of one's own is called; empty: there is none
    method: str = Method.RUNOFF
    results: str = Results.VOTED
    changes: str = Changes.WITHDRAW
    secrecy: str = Secrecy.PRIVATE
    audience: str = "members"
    audience_value: str = ""
    is_decision: bool = False
    is_draft: bool = False
    opens_at: datetime | None = None  # now
    closes_at: datetime | None = None
    closes_after: int | None = None
    home_on: date | None = None


def put_words(poll: Poll, spec: Spec) -> None:
    """The question and what stands around it."""
    poll.question = title(spec.question, "question")
    slug = slugify(poll.question, allow_unicode=True)[:74].strip("-") or "poll"
    poll.slug = f"{slug}-poll" if slug in TAKEN_SLUGS else slug
    poll.lang = display.language_of(poll.question)
    poll.about = line(spec.about, 300, "about")
    poll.low_label = line(spec.low_label, 60, "low_label")
    poll.high_label = line(spec.high_label, 60, "high_label")


def put_rules(poll: Poll, spec: Spec, actor: Member) -> None:
    """Everything that voters read before they vote. Invalid for rules that contradict each other."""
    for name, known in (
        ("kind", Kind), ("method", Method), ("results", Results), ("changes", Changes), ("secrecy", Secrecy)
    ):  # fmt: skip
        if getattr(spec, name) not in known.values:
            raise Invalid(_("Choose one of these."), field=name)
        setattr(poll, name, getattr(spec, name))
    audiences = eligibility.known(with_value=True)
    audience = next((one for one in audiences if one.key == spec.audience), None)
    if audience is None:
        raise Invalid(_("Choose one of these."), field="audience")
    poll.audience, poll.audience_value = audience.key, _value_of(audience, poll, spec)
    poll.is_decision = spec.is_decision and access.is_team(actor)
    poll.takes_other = bool(spec.other) and poll.kind in (Kind.SINGLE, Kind.MULTIPLE)
    if poll.results == Results.STAFF and not actor.is_staff_role:
        raise Invalid(_("A poll of a member shows its results to those who voted."), field="results")
    if poll.is_sealed:
        if audience.takes_guests:
            raise Invalid(
                _("Sealed votes are for members: a guest's second vote could not be found to be taken back."),
                field="audience",
            )
        if poll.takes_other:
            raise Invalid(_("Words of one's own would give voters of a sealed poll away."), field="other")
        poll.changes = Changes.FINAL
    _put_times(poll, spec)


def _value_of(audience: eligibility.Audience, poll: Poll, spec: Spec) -> str:
    """Of which car or board an audience is. Invalid where it is said of none."""
    if audience.asks == "car":
        return _car_of(poll, line(spec.audience_value, cars.LONGEST, "audience_value"))
    if audience.asks == "place":
        board_id = poll.thread.board_id if poll.thread is not None else poll.board_id
        if board_id is None:
            raise Invalid(
                _("Only a poll on a board, or in a thread there, has its circle."), field="audience"
            )
        return str(board_id)
    return ""


def _car_of(poll: Poll, typed: str) -> str:
    """The car as its owners write it. Invalid for one that nobody could vote as an owner of."""
    if not typed:
        raise Invalid(_("Name the car whose owners may vote."), field="audience_value")
    if poll.audience == "owners_of" and typed == poll.audience_value:
        return typed  # it stands there already
    car = cars.known(typed)
    if not car:
        few = _(", ").join(cars.offered()[:12])
        why = _("No verified owner here names this car, so nobody could vote.")
        if few:
            why = _("No verified owner here names this car, so nobody could vote. Known are: %(cars)s.")
        raise Invalid(why % {"cars": few}, field="audience_value")
    return car


def _put_times(poll: Poll, spec: Spec) -> None:
    now = clock.now()
    poll.opens_at = max(spec.opens_at, now) if spec.opens_at else now
    put_end(poll, spec)
    poll.home_on = spec.home_on
    poll.state = PollState.DRAFT if spec.is_draft else PollState.OPEN


def put_end(poll: Poll, spec: Spec) -> None:
    """When it closes. Invalid for an end that is over, or no number of ballots."""
    if spec.closes_at is not None and spec.closes_at <= max(poll.opens_at, clock.now()):
        raise Invalid(_("It would close before anybody could vote."), field="closes_at")
    if spec.closes_after is not None and spec.closes_after < 1:
        raise Invalid(_("Name at least one vote."), field="closes_after")
    if spec.closes_after is not None and spec.closes_after > policy.MOST_VOTES:
        raise Invalid(
            _("Name at most %(limit_value)s votes.") % {"limit_value": policy.MOST_VOTES},
            field="closes_after",
        )
    if spec.closes_at != poll.closes_at:
        poll.reminded_at = None  # of another end
    poll.closes_at, poll.closes_after = spec.closes_at, spec.closes_after


def choices_of(poll: Poll, spec: Spec, actor: Member) -> list[Choice]:
    """The choices, numbered from one on; not saved. Also sets how many a ballot names."""
    if poll.kind == Kind.SCALE:
        options = [Option(str(value)) for value in _steps(spec)]
    else:
        options = [option for option in spec.options if option.text.strip() or option.upload]
        if len(options) + poll.takes_other < 2:
            raise Invalid(_("A poll needs at least two choices."), field="choices")
        if len(options) + poll.takes_other > policy.MOST_CHOICES:
            raise Invalid(
                _("A poll takes at most %(most)d choices.") % {"most": policy.MOST_CHOICES}, field="choices"
            )
    choices = [choice_of(poll, option, number, actor) for number, option in enumerate(options, 1)]
    if poll.takes_other:
        choice = choice_of(poll, Option(spec.other), len(choices) + 1, actor)
        choice.takes_words = True
        choices.append(choice)
    names = [choice.text.casefold() for choice in choices]
    if len(set(names)) != len(names):
        raise Invalid(_("Two choices say the same. Voters could not tell them apart."), field="choices")
    poll.last_number = len(choices)
    _put_limits(poll, spec, len(choices))
    return choices


def choice_of(poll: Poll, option: Option, number: int, actor: Member) -> Choice:
    """One choice; not saved. A picture is one of the actor's own, or stands there already; words say what is seen."""
    choice = Choice(poll=poll, number=number, place=number)
    choice.text = line(option.text, 120, "choices", required=True)
    choice.about = line(option.about, 160, "choices")
    choice.alt = line(option.alt, 200, "choices")
    if option.upload:
        choice.picture = _picture(poll, option.upload, actor)
        if choice.picture is None:
            raise Invalid(_("This picture is not there any more. Add it again."), field="choices")
        if not choice.alt:
            raise Invalid(
                _("Say what is to be seen in each picture, for those who cannot see it."), field="choices"
            )
    return choice


def _picture(poll: Poll, key: str, actor: Member) -> Upload | None:
    own = Upload.objects.of(actor.pk).filter(key=key, kind="picture").first()
    if own is not None or not poll.pk:
        return own
    # Whoever else of the team looks after the poll keeps what stands there.
    standing = poll.choices.select_related("picture").filter(picture__key=key).first()
    return standing.picture if standing else None


def _steps(spec: Spec) -> range:
    if not (0 <= spec.low < spec.high <= 10_000 and spec.high - spec.low < policy.MOST_STEPS):
        raise Invalid(
            _("A scale runs upwards over at most %(most)d numbers.") % {"most": policy.MOST_STEPS},
            field="high",
        )
    return range(spec.low, spec.high + 1)


def _put_limits(poll: Poll, spec: Spec, count: int) -> None:
    if poll.kind == Kind.MULTIPLE:
        poll.least, poll.most = spec.least, min(spec.most, count)
    elif poll.kind == Kind.RANKED:
        poll.least, poll.most = min(max(1, spec.least), count), count
    else:
        poll.least = poll.most = 1
    if not 1 <= poll.least <= poll.most:
        raise Invalid(_("At least one, and no more than there are choices."), field="most")
