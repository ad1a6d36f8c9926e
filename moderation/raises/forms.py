"""What a moderator says when they raise a thread."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from moderation.raises import policy


class RaiseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=20_000,  # the action says how much is too much, and the words stay
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": policy.MOST_REASON}),
        help_text=format_lazy(
            _("Readers see it beside the title, with your name. {least} to {most} characters."),
            least=policy.LEAST_REASON,
            most=policy.MOST_REASON,
        ),
        error_messages={"required": _("Say why. Readers see it beside the title.")},
    )
    hours = forms.TypedChoiceField(label=_("For how long"), coerce=int, initial=policy.HOURS[1])
    way = forms.ChoiceField(
        label=_("How"),
        widget=forms.RadioSelect,
        initial="lot",
        choices=[
            ("lot", _("Like others: one in five is left out by lot, so that we learn whether raising helps")),
            ("must", _("In any case: it must be seen. It does not count in the comparison")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.fields["hours"]
        assert isinstance(hours, forms.TypedChoiceField)
        hours.choices = [(n, ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}) for n in policy.HOURS]
