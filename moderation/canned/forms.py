"""What is typed about an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.models import Board, Lane
from moderation.canned.models import MAX_FITS, MAX_NAME, MAX_TEXT

OWN, TEAM = "own", "team"


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME,
        help_text=_("You find it by this. Readers never see it."),
        error_messages={"required": _("Give it a name that you find it by.")},
    )
    fits = forms.CharField(
        label=_("Words of threads that it fits"),
        max_length=MAX_FITS,
        required=False,
        help_text=_("The more of them a thread has, the higher this answer stands beside it."),
    )
    text_en = forms.CharField(
        label=_("In English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": MAX_TEXT}),
    )
    text_zh = forms.CharField(
        label=_("In Chinese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-limit": MAX_TEXT, "lang": "zh"}),
    )
    board = forms.TypedChoiceField(label=_("On which board"), required=False, coerce=int, empty_value=None)
    lane = forms.ChoiceField(
        label=_("For which threads"), required=False, choices=[("", _("All lanes")), *Lane.choices]
    )
    whose = forms.ChoiceField(
        label=_("Whose"),
        widget=forms.RadioSelect,
        initial=TEAM,
        choices=[(TEAM, _("The whole team’s")), (OWN, _("Only mine"))],
    )

    def __init__(self, *args: Any, boards: list[Board], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        board = self.fields["board"]
        assert isinstance(board, forms.TypedChoiceField)
        board.choices = [("", _("All boards")), *((one.pk, one.title) for one in boards)]
        if not is_new:
            del self.fields["whose"]
