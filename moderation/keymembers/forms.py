"""Naming a key member, and ending a term."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.members.models import Member
from community.members.names import LONGEST_TYPED
from community.members.queries import meant_by
from moderation.keymembers.models import Segment


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class NameForm(forms.Form):
    name = forms.CharField(label=_("Member’s name"), max_length=LONGEST_TYPED)
    segment = forms.ChoiceField(label=_("What for"), choices=Segment.choices)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("The team reads it, and they do."))
    until = forms.DateField(label=_("Until"), widget=DayInput(), help_text=_("A year at most."))
    agreed_on = forms.DateField(label=_("They agreed on"), widget=DayInput())
    agreed_how = forms.CharField(
        label=_("How they agreed"), max_length=200, help_text=_("In a message, by phone, at a meeting …")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localtime(clock.now()).date()
        self.fields["until"].initial = today + timedelta(days=180)
        self.fields["agreed_on"].initial = today

    def clean_name(self) -> Member:
        member = meant_by(self.cleaned_data["name"])
        if member is None:
            raise forms.ValidationError(_("Nobody here has this name."))
        return member

    def clean_until(self) -> datetime:
        """The end of that day, where the one who names lives."""
        day = self.cleaned_data["until"]
        if day.year > 9990:
            raise forms.ValidationError(_("A term ends within a year from now."))
        return timezone.make_aware(datetime.combine(day, time(23, 59)))


class EndForm(forms.Form):
    term = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(label=_("Why it ends"), max_length=300)
