"""What is typed about known answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.solutions import policy
from moderation.solutions.addresses import Elsewhere, place_in
from moderation.solutions.models import Solution
from moderation.solutions.policy import Range

MOST = 300
ELSEWHERE = _("That is an address of another site. Give one of this site, or the number of a thread here.")


def _year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=policy.FIRST_YEAR, max_value=policy.LAST_YEAR
    )


class LinkForm(forms.Form):
    target = forms.CharField(
        label=_("Address or number of the thread, or address of the post, that answers it"),
        max_length=400,
        error_messages={"required": _("Say where the answer is.")},
    )
    reason = forms.CharField(
        label=_("What makes it the same problem"),
        required=False,
        max_length=20_000,  # the action says how much is too much, and the words stay
        widget=forms.TextInput(attrs={"maxlength": MOST}),
        help_text=_("Readers see it with your name."),
    )
    use_required_attribute = False  # one of several forms beside each other

    def clean_target(self) -> tuple[int | None, int | None]:
        """(thread, post): one of the two."""
        try:
            place = place_in(self.cleaned_data["target"])
        except Elsewhere:
            raise forms.ValidationError(ELSEWHERE) from None
        if place is None:
            raise forms.ValidationError(_("This is no address of a thread or post here."))
        return (None, place.post) if place.post is not None else (place.thread, None)


class RangeForm(forms.Form):
    """For which cars an answer holds, and when somebody looks again. Every field may stay empty."""

    car = forms.CharField(
        label=_("Car"),
        required=False,
        max_length=400,
        help_text=_("Empty: it holds for every car."),
    )
    year_from = _year(_("From model year"))
    year_to = _year(_("To model year"))
    software_from = forms.CharField(label=_("From software"), required=False, max_length=100)
    software_to = forms.CharField(
        label=_("To software"),
        required=False,
        max_length=100,
        help_text=_("In numbers, such as 4.2. A newer one puts the answer on the desk for another look."),
    )
    review_after = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, solution: Solution | None = None, **kwargs: Any) -> None:
        if solution is not None:
            names = ("car", "year_from", "year_to", "software_from", "software_to", "review_after")
            kwargs.setdefault("initial", {name: getattr(solution, name) for name in names})
        super().__init__(*args, **kwargs)

    def held(self) -> Range:
        data = self.cleaned_data
        return Range(
            data["car"], data["year_from"], data["year_to"], data["software_from"], data["software_to"]
        )


class MakeForm(RangeForm):
    post = forms.IntegerField(
        label=_("Number of the post"),
        min_value=1,
        max_value=2**31 - 1,
        error_messages={"required": _("Say which post of this thread.")},
        help_text=_("As it stands beside the post."),
    )
    reason = forms.CharField(
        label=_("Why this one"),
        required=False,
        max_length=20_000,
        widget=forms.TextInput(attrs={"maxlength": MOST}),
        help_text=_("Readers see it with your name."),
    )
    field_order = ["post"]


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=20_000,
        widget=forms.TextInput(attrs={"maxlength": MOST}),
        help_text=_("Everybody whose thread is linked, or whom it helped, reads it."),
        error_messages={"required": _("Say why. Those who rely on it read it.")},
    )
    use_required_attribute = False


class ReplaceForm(TakeBackForm):
    post = forms.IntegerField(
        label=_("Number of the post that takes its place"),
        min_value=1,
        max_value=2**31 - 1,
        error_messages={"required": _("Say which post of this thread.")},
    )
    field_order = ["post"]


class TrueForm(forms.Form):
    review_after = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=format_lazy(_("Empty: in {days} days."), days=policy.NEXT_LOOK.days),
    )
    use_required_attribute = False


class ReleaseForm(forms.Form):
    car = forms.CharField(label=_("Car"), max_length=400, error_messages={"required": _("Say which car.")})
    year = _year(_("Model year"))
    software = forms.CharField(label=_("or software"), required=False, max_length=100)
    use_required_attribute = False
