"""What people type into private conversations."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from activity.messages.models import MessageReport, Opens
from forum.forms import OnceForm, body_field


class MessageForm(OnceForm):
    body = body_field(_("Message"), rows=4)


class StartForm(OnceForm):
    to = forms.CharField(
        label=_("To"),
        max_length=600,
        help_text=_("A name, or several with commas between them."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("Subject"),
        max_length=80,
        required=False,
        help_text=_("Only for a conversation of several."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = body_field(_("Message"), rows=8)

    def names(self) -> list[str]:
        """The names that were typed, each once."""
        typed = self.cleaned_data["to"].replace("，", ",").replace("、", ",").split(",")
        return list(dict.fromkeys(name.strip().removeprefix("@") for name in typed if name.strip()))


class AddForm(forms.Form):
    name = forms.CharField(
        label=_("Add a person"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReportForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class DoorForm(forms.Form):
    opens_to = forms.ChoiceField(
        label=_("Who may begin to write to you"), choices=Opens.choices, widget=forms.RadioSelect
    )


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[one for one in MessageReport.State.choices if one[0] != MessageReport.State.OPEN],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What you did"),
        max_length=300,
        help_text=_("For the next moderator. The people concerned do not read it."),
    )
