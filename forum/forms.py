"""What people type into the forum. Limits live in the actions; forms keep the words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community.core import chance, clock, idempotency
from community.core.access import Refused
from community.core.forms import ShownAgainForm, ShownForm
from community.core.text import MAX_SOURCE
from community.members.names import LONGEST_TYPED
from forum import policy
from forum.asking import AskingForm
from forum.fields import form_of, told_of
from forum.models import Board, BoardGroup, BoardMember, GoneFor, Lane, Post, Thread
from forum.moments import Wall
from forum.policy import MAX_TAGS, split_tags

TITLE_LENGTH = 160
_THREAD = re.compile(r"(?:\S*/threads/)?#?(\d{1,18})(?:[/?#]\S*)?")


class OnceForm(ShownAgainForm):
    """A form that takes effect once, however often it is sent."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    again = forms.CharField(
        widget=forms.HiddenInput, required=False
    )  # told that the very words stand already

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields["key"].initial = chance.token(12)

    @property
    def once_key(self) -> str | None:
        return idempotency.usable(self.cleaned_data.get("key"))

    def renew_key(self) -> None:
        """Let what is in the form now be sent as something new."""
        self.put("key", chance.token(12))


def body_field(label: Any, *, rows: int = 8, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows, "data-composer": "", "data-limit": MAX_SOURCE}),
        error_messages={"required": _("Write something first.")},
    )


class ThreadForm(AskingForm, OnceForm):
    """A new thread."""

    title = forms.CharField(
        label=_("Title"),
        widget=forms.TextInput(attrs={"data-limit": TITLE_LENGTH, "autocomplete": "off"}),
        help_text=_("One sentence that says what it is about. Good titles get answers sooner."),
        error_messages={"required": _("Give your thread a title.")},
    )
    lane = forms.ChoiceField(label=_("What is it for?"), widget=forms.RadioSelect, choices=[])
    body = body_field(_("Text"), rows=12)
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=format_lazy(_("Up to {most}, separated by commas."), most=MAX_TAGS),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes = [lane.value for lane in Lane if not board.lanes or lane.value in board.lanes]
        lane = self.fields["lane"]
        assert isinstance(lane, forms.ChoiceField)
        lane.choices = [(value, Lane(value).label) for value in self.lanes]
        lane.initial = self.lanes[0]
        self.ask(form_of(board))

    def tag_names(self) -> list[str]:
        return split_tags(self.cleaned_data.get("tags", ""))


class ReplyForm(OnceForm):
    """A reply, at the foot of a thread or on its own page."""

    body = body_field(_("Your reply"))
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the last post there was to see
    awake = forms.CharField(widget=forms.HiddenInput, required=False)  # told that the thread sleeps


class LaterForm(forms.Form):
    """When something is published that is not published now, as a clock on the member's wall will show it."""

    use_required_attribute = False  # it stands inside a form that is also sent without it
    is_asked = False  # "now, or then?" stands on the form

    later_day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )
    later_time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Choose a time.")},
    )

    def clean_later_day(self) -> date:
        day: date = self.cleaned_data["later_day"]
        if not clock.is_tellable(day):
            raise forms.ValidationError(_("Choose a day."))
        return day

    def wall(self, zone: str) -> Wall:
        day, hour = self.cleaned_data["later_day"], self.cleaned_data["later_time"]
        return Wall(datetime.combine(day, hour.replace(second=0, microsecond=0)), zone)


class EditForm(AskingForm, ShownAgainForm):
    """Other words for a post. `edit_count` tells the version the editor started from, `title_was` its title."""

    title = forms.CharField(
        label=_("Title"), widget=forms.TextInput(attrs={"data-limit": TITLE_LENGTH, "autocomplete": "off"})
    )
    body = body_field(_("Text"), rows=12)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=200,
        help_text=_("Shown in the history of this post."),
    )
    edit_count = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title_was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, thread: Thread, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if post.is_opening:
            self.ask_again(form_of(thread.board), thread.lane, told_of(post.particulars))
        else:
            del self.fields["title"], self.fields["title_was"]

    def start_from(self, thread: Thread, post: Post) -> None:
        """Let the next press count as an edit of the post as it stands now, once that is shown beside the editor's."""
        self.put("edit_count", post.edit_count)
        if "title" in self.fields:
            if self.new_title() is None:
                self.put("title", thread.title)
            self.put("title_was", thread.title)

    def new_title(self) -> str | None:
        """The title where the editor changed it. The page's own is no wish: somebody may have renamed the thread."""
        title: str | None = self.cleaned_data.get("title")
        return title if title != self.cleaned_data.get("title_was") else None


class ReasonForm(forms.Form):
    """Why something is done; readers see it."""

    reason = forms.CharField(label=_("Reason"), help_text=_("Readers see it."), max_length=300)


class KindField(forms.ChoiceField):
    """What nobody chose is "another": a form from before it was asked is taken as well."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or GoneFor.OTHER.value)


class TakeAwayForm(ReasonForm):
    """Why staff take something out of sight: a word to count by, and the reason that its author reads."""

    gone_for = KindField(
        label=_("Kind of reason"),
        choices=GoneFor.choices,
        initial=GoneFor.OTHER,
        help_text=_("Counted on the public page of operations, without names."),
    )
    field_order = ["gone_for", "reason"]


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class PinForm(ReasonForm):
    reason = forms.CharField(
        label=_("Reason"), help_text=_("Readers see it."), max_length=policy.MAX_PIN_REASON
    )
    until = forms.DateField(
        label=_("Pinned until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At the end of this day it takes its ordinary place again."),
    )

    def moment(self) -> Any:
        """The end of the chosen day in the viewer's time zone."""
        day = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class SlowForm(ReasonForm):
    """How slow, and for how long."""

    minutes = forms.TypedChoiceField(
        label=_("One post per person in"),
        coerce=int,
        choices=[
            (1, _("1 minute")),
            (5, _("5 minutes")),
            (10, _("10 minutes")),
            (30, _("30 minutes")),
            (60, _("1 hour")),
            (240, _("4 hours")),
        ],
        initial=10,
    )
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        choices=[
            (1, _("1 hour")),
            (3, _("3 hours")),
            (12, _("12 hours")),
            (24, _("1 day")),
            (72, _("3 days")),
            (168, _("7 days")),
        ],
        initial=3,
    )
    field_order = ["minutes", "hours", "reason"]

    def until(self) -> datetime:
        return clock.now() + timedelta(hours=self.cleaned_data["hours"])


class MoveForm(OptionalReasonForm):
    """`boards` come in the order of the house: they stand in it by group, each under the name of the board above."""

    board = forms.ModelChoiceField(label=_("Board"), queryset=Board.objects.none())
    field_order = ["board", "reason"]

    def __init__(self, *args: Any, boards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["board"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = boards
        by_group = groupby(boards, key=lambda board: board.group)
        field.choices = [
            ("", _("Choose…")),
            *((group.title, [(board.pk, _with_parent(board)) for board in rows]) for group, rows in by_group),
        ]


def _with_parent(board: Board) -> str:
    return f"{board.shown_parent.title} / {board.title}" if board.shown_parent else board.title


def thread_number(raw: str) -> int:
    """The number in what was typed: a number, or the address of a thread. ValidationError for anything else."""
    match = _THREAD.fullmatch(raw.strip())
    if not match:
        raise forms.ValidationError(_("Give the number or the address of a thread."))
    return int(match[1])


LARGEST_NUMBER = 2**31 - 1  # of a post in its thread, as its column holds it


class MergeForm(ReasonForm):
    target = forms.CharField(
        label=_("Merge into"),
        help_text=_("The number or the address of the thread that stays."),
    )
    field_order = ["target", "reason"]

    def __init__(self, *args: Any, require_target: Callable[[int], object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._require_target = require_target

    def clean_target(self) -> int:
        number = thread_number(self.cleaned_data["target"])
        try:
            self._require_target(number)  # asked here too, so that it is told beside a missing reason
        except Refused as refusal:
            raise forms.ValidationError(refusal.reason, code=refusal.code) from None
        return number


class SplitForm(ReasonForm):
    title = forms.CharField(label=_("Title of the new thread"))
    lane = forms.ChoiceField(label=_("What is it for?"), choices=Lane.choices)
    first = forms.IntegerField(
        label=_("All replies from number"), min_value=2, max_value=LARGEST_NUMBER, required=False
    )
    last = forms.IntegerField(
        label=_("to number"),
        help_text=_("These go besides the ticked ones. Leave both empty to choose by ticking alone."),
        min_value=2,
        max_value=LARGEST_NUMBER,
        required=False,
    )
    field_order = ["title", "lane", "reason", "first", "last"]

    def clean(self) -> dict[str, Any]:
        first, last = self.bounds()
        if first > last:
            self.add_error("last", _("The last number must not come before the first."))
        return self.cleaned_data

    def bounds(self) -> tuple[int, int]:
        """Which numbers go; (0, 0) where none was given, an open end reaches as far as the thread."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        return (first or 2, last or LARGEST_NUMBER) if first or last else (0, 0)


class DetailsForm(ShownForm):
    """Title, lane and tags of a thread."""

    title = forms.CharField(label=_("Title"), widget=forms.TextInput(attrs={"data-limit": TITLE_LENGTH}))
    lane = forms.ChoiceField(label=_("What is it for?"), choices=Lane.choices, widget=forms.RadioSelect)
    tags = forms.CharField(label=_("Tags"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def tag_names(self) -> list[str]:
        return split_tags(self.cleaned_data.get("tags", ""))


class GroupForm(ShownForm):
    title_en = forms.CharField(label=_("Title in English"), max_length=80)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80, required=False)
    slug = forms.SlugField(label=_("Address"), max_length=60)
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=999, initial=0)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["shown" if new else "slug"]  # addresses stay


class BoardForm(ShownForm):
    group = forms.ModelChoiceField(label=_("Group"), queryset=BoardGroup.objects.none())
    parent = forms.ModelChoiceField(
        label=_("Sub-board of"),
        queryset=Board.objects.none(),
        required=False,
        empty_label=_("No other board"),
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=80)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=80, required=False)
    slug = forms.SlugField(label=_("Address"), max_length=60)
    about_en = forms.CharField(label=_("What it is for, in English"), max_length=300, required=False)
    about_zh = forms.CharField(label=_("What it is for, in Chinese"), max_length=300, required=False)
    lanes = forms.MultipleChoiceField(
        label=_("Lanes"),
        choices=Lane.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
    )
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=999, initial=0)
    is_closed = forms.BooleanField(
        label=_("Closed"), required=False, help_text=_("It can be read, but nothing new is added.")
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["group"]
        parent: Any = self.fields["parent"]
        assert isinstance(group, forms.ModelChoiceField)
        assert isinstance(parent, forms.ModelChoiceField)
        group.queryset = BoardGroup.objects.all()
        parent.queryset = Board.objects.filter(parent=None)
        del self.fields["shown" if new else "slug"]  # addresses stay


class EnrolForm(forms.Form):
    name = forms.CharField(label=_("Member"), max_length=LONGEST_TYPED)
    kind = forms.ChoiceField(label=_("As"), choices=BoardMember.Kind.choices)
