"""What is planned on the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.forms import ShownAgainForm
from community.members.models import Member
from forum.forms import thread_number
from forum.models import Board
from moderation.topics.models import Topic


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BoardForm(forms.Form):
    """Where a new theme is talked about: who may own it follows from that."""

    board = forms.ModelChoiceField(
        label=_("Board"),
        queryset=Board.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose a board"),
    )

    def __init__(self, *args: Any, boards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        board = self.fields["board"]
        assert isinstance(board, forms.ModelChoiceField)
        board.queryset = boards


class TopicForm(ShownAgainForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)
    theme = forms.CharField(label=_("Theme"), max_length=100, help_text=_("A few words that fit a label."))
    about = forms.CharField(
        label=_("What it is about"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Opens the thread, keeps it going, and sums it up. They are reminded of both."),
    )
    opens_on = forms.DateField(label=_("First day"), widget=day_input(), required=False)
    closes_on = forms.DateField(
        label=_("Last day"), widget=day_input(), required=False, help_text=_("The summary is due then.")
    )

    def __init__(self, *args: Any, team: list[Member], topic: Topic | None, **kwargs: Any) -> None:
        if topic is not None:
            names = ("theme", "about", "opens_on", "closes_on", "version")
            kwargs["initial"] = {name: getattr(topic, name) for name in names} | {"owner": topic.owner_id}
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)
        owner.choices = [("", _("Nobody yet")), *((one.pk, one.name) for one in team)]

    @property
    def seen(self) -> int:
        """The plan that was seen; one that never was, where the page did not say."""
        seen = self.cleaned_data["version"]
        return -1 if seen is None else seen

    def told(self) -> dict[str, Any]:
        """What the actions take: scheduled or not is which button was pressed."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("owner", "version")}
        return told | {
            "owner_id": self.cleaned_data["owner"],
            "is_scheduled": "schedule" in self.data,
        }


class ThreadForm(forms.Form):
    target = forms.CharField(
        label=_("Which thread"),
        max_length=400,
        help_text=_("The number or the address of the thread that its owner opened."),
    )

    def clean_target(self) -> int:
        return thread_number(self.cleaned_data["target"])


class SummaryForm(forms.Form):
    number = forms.IntegerField(
        label=_("The post that sums it up"),
        min_value=2,
        max_value=2**31 - 1,
        help_text=_("Write it in the thread first, under your own name; then give its number, such as 45."),
    )
