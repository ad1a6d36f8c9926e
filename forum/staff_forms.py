"""Forms of the staff pages that say what a board asks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from community.core.access import Invalid
from community.core.forms import ShownForm
from forum import fields
from forum.actions.board_forms import CHOICE_LENGTH, Choice
from forum.fields import Asked
from forum.models import BoardField, FieldKind, Lane

MOST_AT_ONCE = 20_000  # characters of new choices
_APART = re.compile(r"\s*[|｜]\s*")


class FieldForm(ShownForm):
    """A field of one kind. `told()` is what the actions take: of a field there is, only what somebody changed here."""

    label_en = forms.CharField(
        label=_("Question in English"), max_length=60, help_text=_("Short, such as “Model year”.")
    )
    label_zh = forms.CharField(label=_("Question in Chinese"), max_length=60, required=False)
    help_en = forms.CharField(
        label=_("Help in English"), max_length=200, required=False, help_text=_("Stands under the entry.")
    )
    help_zh = forms.CharField(label=_("Help in Chinese"), max_length=200, required=False)
    unit_en = forms.CharField(
        label=_("Unit"), max_length=12, required=False, help_text=_("Such as km or °C.")
    )
    unit_zh = forms.CharField(
        label=_("Unit in Chinese"),
        max_length=12,
        required=False,
        help_text=_("Where it is written otherwise."),
    )
    places = forms.IntegerField(label=_("Digits after the point"), min_value=0, max_value=3, initial=0)
    least = forms.CharField(label=_("The least"), max_length=40, required=False)
    most = forms.CharField(label=_("The most"), max_length=40, required=False)
    more = forms.CharField(
        label=_("New choices"),
        max_length=MOST_AT_ONCE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: the English name, and after a | the Chinese one."),
    )
    lanes = forms.MultipleChoiceField(
        label=_("Asked in"),
        choices=Lane.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means in all lanes."),
    )
    is_required = forms.BooleanField(
        label=_("Needed"), required=False, help_text=_("Nobody opens a thread there without an answer.")
    )
    is_filter = forms.BooleanField(
        label=_("Readers can narrow the board by it"), required=False, initial=True
    )

    def __init__(self, *args: Any, kind: str, field: BoardField | None, **kwargs: Any) -> None:
        self.kind, self.row = kind, field
        kwargs["initial"] = _initial(kind, field)
        super().__init__(*args, **kwargs)
        drop = []
        if kind not in (FieldKind.NUMBER, FieldKind.MILEAGE):
            drop += ["unit_en", "unit_zh"]
        if kind != FieldKind.NUMBER:
            drop.append("places")
        if kind not in fields.AMOUNTS:
            drop += ["least", "most"]
        if kind not in fields.LISTS:
            drop.append("more")
        if kind not in fields.FILTERS:
            drop.append("is_filter")
        for name in drop:
            del self.fields[name]
        if kind == FieldKind.DATE:
            for name in ("least", "most"):
                self.fields[name].widget = forms.TextInput(attrs={"type": "date"})
        there: list[Choice] = [(key, en, zh, on) for key, en, zh, on in field.choices] if field else []
        # What somebody else added while this form was filled in stays as it is.
        self.old = [one for one in there if not self.is_bound or f"en.{one[0]}" in self.data]
        self._others = [one for one in there if one not in self.old]
        for place, (key, en, zh, is_offered) in enumerate(self.old, start=1):
            self._choice(place, key, en, zh, is_offered=is_offered)
        if field:
            self._say_what_is_shown()
        else:
            del self.fields["shown"]

    def _choice(self, place: int, key: str, en: str, zh: str, *, is_offered: bool) -> None:
        """Entries for a choice there is: its names, its place, whether it is offered."""
        self.initial.update({f"en.{key}": en, f"zh.{key}": zh, f"at.{key}": place, f"on.{key}": is_offered})
        about = {"name": en}
        self.fields[f"en.{key}"] = forms.CharField(
            label=_now("%(name)s, in English") % about, max_length=CHOICE_LENGTH
        )
        self.fields[f"zh.{key}"] = forms.CharField(
            label=_now("%(name)s, in Chinese") % about, max_length=CHOICE_LENGTH, required=False
        )
        self.fields[f"at.{key}"] = forms.IntegerField(
            label=_now("Place of %(name)s") % about, min_value=0, max_value=999
        )
        self.fields[f"on.{key}"] = forms.BooleanField(
            label=_now("%(name)s is offered") % about, required=False
        )
        for name in ("en", "zh", "at"):
            self.fields[f"{name}.{key}"].widget.attrs["class"] = "input"

    @property
    def plain(self) -> list[forms.BoundField]:
        """The entries besides those of single choices."""
        return [self[name] for name in self.fields if "." not in name and name != "shown"]

    @property
    def choice_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}.{key}"] for part in ("en", "zh", "at", "on")] for key, *_rest in self.old]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = Asked(
            pk=0,
            kind=self.kind,
            label_en="",
            unit_en=cleaned.get("unit_en", ""),
            unit_zh=cleaned.get("unit_zh", ""),
            places=cleaned.get("places") or 0,
        )
        for name in ("least", "most"):
            raw = cleaned.get(name, "")
            if name in self.fields:
                try:
                    cleaned[name] = fields.amount_of(asked, raw) if raw else None
                except Invalid as refusal:
                    self.add_error(name, refusal.reason)
        return cleaned

    def told(self) -> dict[str, Any]:
        wished = self.wished()
        told = {name: value for name, value in wished.items() if "." not in name and name != "more"}
        if self.kind in fields.LISTS:
            told["choices"] = self._choices(wished)
        return told

    def _choices(self, wished: dict[str, Any]) -> list[Choice]:
        data = self.cleaned_data
        old = []
        for place, (key, en, zh, is_offered) in enumerate(self.old, start=1):
            as_told: Choice = (
                key,
                wished.get(f"en.{key}", en),
                wished.get(f"zh.{key}", zh),
                wished.get(f"on.{key}", is_offered),
            )
            old.append((wished.get(f"at.{key}", place), place, as_told))
        new = []
        for line in data["more"].splitlines()[: fields.MOST_CHOICES + 1]:
            en, _bar, zh = _APART.sub("|", line.strip()).partition("|")
            new.append(("", en, zh, True))
        return [choice for _at, _place, choice in sorted(old)] + self._others + new


def _initial(kind: str, field: BoardField | None) -> dict[str, Any]:
    if field is None:
        return {"unit_en": "km", "unit_zh": "公里"} if kind == FieldKind.MILEAGE else {}
    names = ("label_en", "label_zh", "help_en", "help_zh", "unit_en", "unit_zh", "places", "lanes")
    told: dict[str, Any] = {name: getattr(field, name) for name in (*names, "is_required", "is_filter")}
    asked = Asked.from_row(field)
    for name in ("least", "most"):
        amount = getattr(field, name)
        told[name] = "" if amount is None else fields.amount_text(asked, amount)
    return told
