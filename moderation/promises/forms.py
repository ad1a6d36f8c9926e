"""What administrators type about promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from community.core.access import Invalid
from community.members.actions import time_zones
from community.members.models import Member, Role
from community.members.names import LONGEST_TYPED
from moderation.promises import typed
from moderation.promises.models import Calendar, RotaShift
from moderation.promises.policy import Hours, Shift


class CalendarForm(forms.Form):
    """A week, its holidays, its lead. `told()` is what the actions take."""

    title = forms.CharField(label=_("Name"), max_length=60)
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=40,
        help_text=_("Such as Europe/Vienna or Asia/Shanghai. Summer time is minded."),
    )
    mon = forms.CharField(label=_("Monday"), max_length=120, required=False)
    tue = forms.CharField(label=_("Tuesday"), max_length=120, required=False)
    wed = forms.CharField(label=_("Wednesday"), max_length=120, required=False)
    thu = forms.CharField(label=_("Thursday"), max_length=120, required=False)
    fri = forms.CharField(label=_("Friday"), max_length=120, required=False)
    sat = forms.CharField(label=_("Saturday"), max_length=120, required=False)
    sun = forms.CharField(
        label=_("Sunday"),
        max_length=120,
        required=False,
        help_text=_(
            "Like 09:00–12:30, 13:30–18:00; a shift like 22:00–06:00 goes over midnight. Empty: nobody works."
        ),
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, such as 2026-12-25 Christmas. Nobody works from midnight to midnight."),
    )
    lead = forms.ModelChoiceField(
        label=_("Lead"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_(
            "Gets what falls into a gap of the rota, and is told when three quarters of the time are over."
        ),
    )
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, calendar: Calendar | None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(calendar) if calendar else {"zone": "Europe/Vienna"}
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead"]
        lead.queryset = team()
        if calendar is None:
            del self.fields["reason"]

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"])
        if zone not in time_zones():
            raise forms.ValidationError(_("This time zone is not known."))
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        shifts: list[Shift] = []
        for weekday, name in enumerate(typed.DAYS):
            try:
                shifts += typed.read_day(weekday, data.get(name, ""))
            except Invalid as refusal:
                self.add_error(name, refusal.reason)
        try:
            data["days"] = typed.read_holidays(data.get("holidays", ""))
        except Invalid as refusal:
            self.add_error("holidays", refusal.reason)
        data["shifts"] = shifts
        return data

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        told = {name: data[name] for name in ("title", "zone", "shifts", "lead")} | {"holidays": data["days"]}
        return told | ({"reason": data["reason"]} if "reason" in data else {})

    def hours(self) -> Hours:
        """What the form says, before anything is saved."""
        return Hours.of(
            self.cleaned_data["zone"],
            self.cleaned_data["shifts"],
            [day for day, _name in self.cleaned_data["days"]],
        )


def _initial(calendar: Calendar) -> dict[str, Any]:
    told: dict[str, Any] = {"title": calendar.title, "zone": calendar.zone, "lead": calendar.lead_id}
    told["holidays"] = typed.holidays_typed(calendar.holidays)
    return told | {name: typed.day_typed(calendar.shifts, n) for n, name in enumerate(typed.DAYS)}


def team() -> Any:
    """Who may stand on a rota."""
    return (
        Member.objects.get_queryset()
        .filter(role__in=[Role.MODERATOR, Role.ADMIN], is_active=True)
        .order_by("name")
    )


class RotaForm(forms.Form):
    """Somebody's turn in every week."""

    member = forms.ModelChoiceField(
        label=_("Who"), queryset=Member.objects.none(), empty_label=_("Choose somebody")
    )
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int)
    hours = forms.CharField(label=_("Hours"), max_length=40, help_text=_("Like 09:00–17:00."))
    language = forms.ChoiceField(label=_("Answers in"), choices=RotaShift.Language.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member, weekday = self.fields["member"], self.fields["weekday"]
        assert isinstance(member, forms.ModelChoiceField)
        assert isinstance(weekday, forms.TypedChoiceField)
        member.queryset = team()
        weekday.choices = [(n, typed.weekday_name(n)) for n in range(7)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            shifts = typed.read_day(data.get("weekday", 0), data.get("hours", ""))
        except Invalid as refusal:
            self.add_error("hours", refusal.reason)
            return data
        if len(shifts) != 1:
            self.add_error("hours", _now("Write one stretch of the day, like 09:00–17:00."))
        else:
            data["shift"] = shifts[0]
        return data


class PromiseForm(forms.Form):
    """What a board promises."""

    calendar = forms.ModelChoiceField(label=_("Calendar"), queryset=Calendar.objects.none(), empty_label=None)
    minutes = forms.IntegerField(
        label=_("First answer within"),
        required=False,
        min_value=5,
        max_value=60 * 24 * 14,
        help_text=_("Minutes of working time: 120 are two hours. Empty: this board promises nothing."),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Readers of the promise’s page see it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calendar: Any = self.fields["calendar"]
        calendar.queryset = Calendar.objects.all()


class MachineForm(forms.Form):
    """An account that writes by itself."""

    name = forms.CharField(label=_("Member"), max_length=LONGEST_TYPED)
    reason = forms.CharField(label=_("Why"), max_length=300)
