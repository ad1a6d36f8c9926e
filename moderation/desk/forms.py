"""What is typed and chosen at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.forms import ShownAgainForm
from forum.forms import PinForm
from forum.models import Lane, Thread
from moderation.desk.policy import Due, Until
from moderation.solutions.addresses import Elsewhere, thread_in
from moderation.solutions.forms import ELSEWHERE

UNTIL = (
    (Until.HOUR.value, _("For an hour")),
    (Until.HOURS.value, _("For four hours")),
    (Until.MORNING.value, _("Until tomorrow morning")),
    (Until.MONDAY.value, _("Until Monday morning")),
    (Until.REPLY.value, _("Until somebody writes")),
)
DUE = (
    (Due.NONE.value, _("No hurry")),
    (Due.HOUR.value, _("Within an hour")),
    (Due.HOURS.value, _("Within four hours")),
    (Due.DAY.value, _("Within a day")),
)


class ActForm(ShownAgainForm):
    """Any act: on the thread as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    use_required_attribute = False  # one of several forms beside each other
    words = ""  # the field that was typed into, where there is one

    @property
    def typed(self) -> str:
        """What somebody wrote, which no refusal may lose."""
        return str(self.cleaned_data.get(self.words) or "")

    def renew(self, reason: str, version: int) -> None:
        """Show it once more, over the thread as it is now, with what happened said; sent again it is meant."""
        self.add_error(None, reason)
        self.put("version", version)


class ApartForm(ActForm):
    """An act that somebody who is answering should not be surprised by: asked once, then done."""

    anyway = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def ask(self, reason: str) -> None:
        """Show it once more with this said; sent again it is meant."""
        self.add_error(None, reason)
        self.put("anyway", "on")


class AssignForm(ApartForm):
    words = "note"
    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    note = forms.CharField(label=_("What they should know"), required=False, max_length=300)
    due = forms.ChoiceField(label=_("By when"), choices=DUE, required=False)

    def __init__(self, *args: Any, team: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.TypedChoiceField)
        to.choices = team


class SnoozeForm(ApartForm):
    until = forms.ChoiceField(label=_("How long"), choices=UNTIL, initial=Until.REPLY.value)


class SettleForm(ApartForm):
    words = "reason"
    reason = forms.CharField(
        label=_("Why"), max_length=300, error_messages={"required": _("Say why, in a few words.")}
    )


class LaneForm(ActForm):
    words = "reason"
    lane = forms.ChoiceField(label=_("What is it for?"))
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Its author reads it with your name."),
        error_messages={"required": _("Say why, in a few words.")},
    )

    def __init__(self, *args: Any, thread: Thread, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lane = self.fields["lane"]
        assert isinstance(lane, forms.ChoiceField)
        offered = thread.board.lanes or Lane.values
        lane.choices = [(one, Lane(one).label) for one in offered if one != thread.lane]


class LinkForm(ActForm):
    words = "target"
    target = forms.CharField(
        label=_("Address or number of the thread that answers it"),
        max_length=400,
        error_messages={"required": _("Say which thread.")},
    )
    answer = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1
    )  # a known answer that was offered; else the thread's own

    def clean_target(self) -> int:
        try:
            found = thread_in(self.cleaned_data["target"])
        except Elsewhere:
            raise forms.ValidationError(ELSEWHERE) from None
        if found is None:
            raise forms.ValidationError(_("This is no address of a thread here."))
        return found


class FeatureForm(ActForm, PinForm):
    words = "reason"
    field_order = ["version", "until", "reason"]

    def __init__(self, *args: Any, is_raised: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localtime(clock.now()).date() + timedelta(days=7)
        if is_raised:
            self.fields["until"].help_text = _(
                "This thread stands raised. Featuring ends that; taken back in time, the raise goes on."
            )


class FilterForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=30,
        error_messages={"required": _("Give it a name.")},
    )
    is_shared = forms.BooleanField(label=_("For the whole team"), required=False)
    use_required_attribute = False


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("A note for the team"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("They read it, without your name, when they ask for a copy of their data."),
        error_messages={"required": _("Write something first.")},
    )
    use_required_attribute = False


class CallForm(ActForm):
    member = forms.TypedChoiceField(
        label=_("Whom"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose somebody who knows this board."),
            "invalid_choice": _("Choose somebody who knows this board."),
        },
    )
    reason = forms.CharField(
        label=_("Why they"),
        max_length=300,
        help_text=_("They read it with your name."),
        error_messages={"required": _("Say why, in a few words.")},
    )

    def __init__(self, *args: Any, free: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = free
        member = self.fields["member"]
        assert isinstance(member, forms.TypedChoiceField)
        member.choices = free
