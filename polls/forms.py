"""What somebody types to make a poll: one page, whole without a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.forms import MomentField
from forum.forms import OnceForm
from polls import cars, eligibility, policy
from polls.actions import Option, Spec
from polls.models import Changes, Kind, Method, Poll, Results, Secrecy

ROWS = 4  # empty rows for choices that a new form begins with


class CarInput(forms.TextInput):
    """An entry that a browser must not insist on: it belongs to one of several audiences."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class CarField(forms.CharField):
    """Needed, and so not called optional; but for one audience alone. The action asks for it there."""

    def validate(self, value: Any) -> None:
        """Take an empty one."""


class PollForm(OnceForm):
    """A poll. Choices are rows of their own: see `rows` and `options`."""

    question = forms.CharField(
        label=_("Question"),
        widget=forms.TextInput(attrs={"data-limit": 160, "autocomplete": "off"}),
        help_text=_("One sentence that everybody understands alike."),
        error_messages={"required": _("Ask something.")},
    )
    about = forms.CharField(
        label=_("What it is about"),
        required=False,
        widget=forms.TextInput(attrs={"data-limit": 300, "autocomplete": "off"}),
        help_text=_("What to think of while answering. May stay empty."),
    )
    kind = forms.ChoiceField(label=_("How people answer"), choices=Kind.choices, widget=forms.RadioSelect)
    least = forms.IntegerField(
        label=_("At least"), min_value=1, max_value=policy.MOST_CHOICES, required=False
    )
    most = forms.IntegerField(label=_("At most"), min_value=1, max_value=policy.MOST_CHOICES, required=False)
    low = forms.IntegerField(label=_("From"), min_value=0, max_value=10_000, required=False)
    high = forms.IntegerField(label=_("To"), min_value=1, max_value=10_000, required=False)
    low_label = forms.CharField(label=_("What the lowest means"), required=False, max_length=60)
    high_label = forms.CharField(label=_("What the highest means"), required=False, max_length=60)
    method = forms.ChoiceField(label=_("How orders are counted"), choices=Method.choices, required=False)
    other = forms.CharField(
        label=_("A choice with words of one’s own"),
        required=False,
        max_length=120,
        help_text=_("For example “Something else”. Empty: there is none."),
    )
    audience = forms.ChoiceField(label=_("Who may vote"), choices=[])
    audience_value = CarField(
        label=_("Which car"),
        max_length=cars.LONGEST,
        widget=CarInput(attrs={"list": "poll-cars", "autocomplete": "off"}),
        help_text=_(
            "Needed where owners of one car vote, as they name it in their profiles: “Aurora E” is of any year, "
            "“Aurora E 2024” of that year alone."
        ),
    )
    results = forms.ChoiceField(label=_("Who sees the result, and when"), choices=Results.choices)
    changes = forms.ChoiceField(label=_("Changing a vote"), choices=Changes.choices)
    secrecy = forms.ChoiceField(label=_("Who knows what somebody chose"), choices=Secrecy.choices)
    is_decision = forms.BooleanField(
        label=_("The brand acts on the result"),
        required=False,
        help_text=_("Then members alone decide, and the team does not vote."),
    )
    opens_at = MomentField(
        label=_("Opens"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    closes_at = MomentField(
        label=_("Closes"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    closes_after = forms.IntegerField(
        label=_("Closes after so many votes"),
        required=False,
        min_value=1,
        max_value=policy.MOST_VOTES,
        help_text=_("Where the brand acts on the result, the votes of members alone."),
        error_messages={"max_value": _("Name at most %(limit_value)s votes.")},
    )
    home_on = forms.DateField(
        label=_("On the first page from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The latest stands there. A poll in the reader's own language goes before others."),
    )
    reason = forms.CharField(
        label=_("Why the words change"),
        required=False,
        max_length=300,
        help_text=_("People have voted on the words as they are. The old ones stay readable."),
    )

    def __init__(self, *args: Any, is_team: bool, has_ballots: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_ballots = has_ballots
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        audience.choices = [(one.key, one.label) for one in eligibility.known(with_value=True)]
        if not is_team:
            for name in ("is_decision", "home_on"):
                del self.fields[name]
        if has_ballots:
            for name in ("kind", "least", "most", "low", "high", "method", "other", "audience", "results"):
                del self.fields[name]
            del self.fields["audience_value"]
            for name in ("changes", "secrecy", "opens_at", "is_decision", "home_on", "closes_after"):
                self.fields.pop(name, None)
        else:
            del self.fields["reason"]

    def spec(self, options: list[Option], *, is_draft: bool = False) -> Spec:
        """The poll as typed. Only for a valid form."""
        data = self.cleaned_data
        plain = {
            name: data[name]
            for name in (
                "about",
                "kind",
                "low_label",
                "high_label",
                "other",
                "method",
                "audience",
                "audience_value",
                "results",
            )
            if data.get(name)
        }
        plain |= {
            name: data[name] for name in ("changes", "secrecy", "least", "most", "high") if data.get(name)
        }
        if data.get("low") is not None:
            plain["low"] = data["low"]
        return Spec(
            question=data["question"],
            options=options,
            is_draft=is_draft,
            is_decision=bool(data.get("is_decision")),
            opens_at=data.get("opens_at"),
            closes_at=data.get("closes_at"),
            closes_after=data.get("closes_after"),
            home_on=data.get("home_on"),
            **plain,
        )


def initial_of(poll: Poll) -> dict[str, Any]:
    """What the form starts with for a poll that is there."""
    names = (
        "question about kind least most low_label high_label method audience audience_value results changes"
    )
    told = {name: getattr(poll, name) for name in [*names.split(), "secrecy", "is_decision"]}
    told |= {"closes_after": poll.closes_after, "home_on": poll.home_on}
    told |= {"opens_at": _local(poll.opens_at), "closes_at": _local(poll.closes_at)}
    if eligibility.audience_of(poll.audience).asks != "car":
        told["audience_value"] = ""
    choices = list(poll.choices.order_by("place", "number"))
    if poll.kind == Kind.SCALE and choices:
        told |= {"low": int(choices[0].text), "high": int(choices[-1].text)}
    told["other"] = next((choice.text for choice in choices if choice.takes_words), "")
    return told


def _local(at: datetime | None) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""


def templates() -> dict[str, tuple[str, dict[str, Any], list[str]]]:
    """Polls to begin with, in the active language: key → (name, fields, choices)."""
    return {
        "first": (
            gettext("First visit: one tap for everybody"),
            {
                "question": gettext("What brings you here today?"),
                "kind": Kind.SINGLE,
                "audience": "everyone",
                "results": Results.VOTED,
                "changes": Changes.CHANGE,
                "other": gettext("Something else"),
            },
            [
                gettext("I am choosing a car"),
                gettext("I drive one and want it to go well"),
                gettext("I have a problem to solve"),
                gettext("I am only looking around"),
            ],
        ),
        "which": (
            gettext("Which one: a choice between models or parts"),
            {
                "question": gettext("Which one would you take?"),
                "kind": Kind.SINGLE,
                "audience": "everyone",
                "results": Results.VOTED,
                "changes": Changes.WITHDRAW,
            },
            [gettext("The first one"), gettext("The second one"), gettext("Neither of them")],
        ),
        "content": (
            gettext("How content: a scale from 1 to 5"),
            {
                "question": gettext("How content are you with your car after this winter?"),
                "kind": Kind.SCALE,
                "low": 1,
                "high": 5,
                "low_label": gettext("not at all"),
                "high_label": gettext("entirely"),
                "audience": "owners",
                "results": Results.VOTED,
                "changes": Changes.CHANGE,
            },
            [],
        ),
        "order": (
            gettext("Put in order: what comes first"),
            {
                "question": gettext("What should be done first?"),
                "kind": Kind.RANKED,
                "method": Method.RUNOFF,
                "audience": "members",
                "results": Results.VOTED,
                "changes": Changes.WITHDRAW,
            },
            [gettext("More chargers"), gettext("Longer opening hours"), gettext("Shorter waiting")],
        ),
        "sealed": (
            gettext("In confidence: sealed votes on something delicate"),
            {
                "question": gettext("Would you recommend your dealer to a friend?"),
                "kind": Kind.SINGLE,
                "secrecy": Secrecy.SEALED,
                "changes": Changes.FINAL,
                "audience": "members",
                "results": Results.CLOSED,
            },
            [gettext("Yes"), gettext("Perhaps"), gettext("No")],
        ),
    }
