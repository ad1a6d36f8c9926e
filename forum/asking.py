"""The part of a writing form that its board asks for: an entry for each field, checked as the board has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _

from community.core.access import Invalid
from forum import fields
from forum.actions import particulars
from forum.fields import Asked, Told
from forum.models import FieldKind
from forum.sent import sent_values

# What helps a phone to show the right keys.
_HINTS: dict[str, dict[str, str]] = {
    FieldKind.MILEAGE: {"inputmode": "numeric", "autocomplete": "off"},
    FieldKind.YEAR: {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10"},
    FieldKind.CITY: {"autocomplete": "address-level2"},
    FieldKind.FAULT: {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
}


class AskedField(forms.Field):
    """One entry. What it cleans to is what was typed or chosen: a list of texts."""

    def __init__(self, asked: Asked, taken: Sequence[str] = ()) -> None:
        super().__init__(
            label=asked.label,
            help_text=escape(asked.help),  # templates take it as HTML
            required=asked.is_required,  # as it is labelled; the lane decides: `AskingForm.clean`
            widget=_widget(asked),
        )
        self.asked, self._taken = asked, taken
        if asked.unit:
            self.widget.attrs["class"] = "input"

    def prepare_value(self, value: Any) -> Any:
        if self.asked.kind == FieldKind.SEVERAL and isinstance(value, str):
            return value.split("\n")
        return value

    def clean(self, value: Any) -> list[str]:
        raws = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value or "")]
        try:
            fields.read(self.asked, raws, taken=self._taken)
        except Invalid as refusal:
            raise ValidationError(refusal.reason) from refusal
        return [raw for raw in raws if raw.strip()]


def _widget(asked: Asked) -> forms.Widget:
    """The entry as a browser shows it."""
    if asked.kind == FieldKind.YESNO:
        return forms.RadioSelect(choices=asked.offered())
    if asked.kind == FieldKind.SEVERAL:
        return forms.CheckboxSelectMultiple(choices=asked.offered())
    if asked.kind in fields.LISTS:
        return forms.Select(choices=[("", _("Choose…")), *asked.offered()])
    if asked.kind == FieldKind.LONG:
        return forms.Textarea(attrs={"rows": 3, "data-limit": fields.LENGTHS[FieldKind.LONG]})
    if asked.kind == FieldKind.DATE:
        return forms.TextInput(attrs={"type": "date"})
    attrs = dict(_HINTS.get(asked.kind, {"autocomplete": "off"}))
    if asked.kind == FieldKind.NUMBER:
        attrs["inputmode"] = "text" if (asked.least or -1) < 0 else "decimal" if asked.places else "numeric"
    return forms.TextInput(attrs=attrs)


class AskingForm(forms.Form):
    """A form with entries for a board's fields, besides its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_names: list[str] = []

    def ask(self, form: Iterable[Asked]) -> None:
        """Everything the board asks; what another lane than the chosen one asks is neither needed nor kept."""
        for asked in form:
            self._add(asked)
            if asked.is_required and asked.lanes:
                self.use_required_attribute = False  # a browser would insist on an entry it does not show

    def _add(self, asked: Asked, taken: Sequence[str] = ()) -> None:
        self.fields[asked.name] = AskedField(asked, taken)
        self.asked_names.append(asked.name)

    def guess(self, drives: str) -> None:
        """Begin with the car that the writer says they drive, where the list has it."""
        said = drives.casefold()
        for name in self.asked_names:
            asked: Asked = self.fields[name].asked  # type: ignore[attr-defined]
            if asked.kind == FieldKind.MODEL and said:
                near = [(len(label), key) for key, label in asked.offered() if label.casefold() in said]
                self.fields[name].initial = max(near)[1] if near else None

    def ask_again(self, form: Iterable[Asked], lane: str, told: Sequence[Told]) -> None:
        """What the board asks in this lane and what was answered. Needed is only what was answered before.

        That may stay as it is, though the board offers it no more, or would not take it from anybody else.
        """
        before = {one.field: one.raw for one in told}
        for asked in form:
            if asked.is_asked_in(lane) or asked.pk in before:
                again = replace(asked, lanes=(), is_required=asked.is_required and asked.pk in before)
                taken = before.get(asked.pk, ())
                self._add(again.still_offering(taken), taken)
                self.fields[asked.name].initial = "\n".join(taken)

    @property
    def asked(self) -> list[forms.BoundField]:
        """For the template: `field.field.asked` has the unit and the lanes."""
        return [self[name] for name in self.asked_names]

    def values(self) -> dict[int, list[str]]:
        """What was typed for each field that is asked."""
        return {
            self.fields[name].asked.pk: self.cleaned_data.get(name, [])  # type: ignore[attr-defined]
            for name in self.asked_names
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lane = str(cleaned.get("lane", ""))
        for name in self.asked_names:
            asked: Asked = self.fields[name].asked  # type: ignore[attr-defined]
            if not asked.is_asked_in(lane):
                self.errors.pop(name, None)  # nobody asks for it in this lane
                cleaned.pop(name, None)
            elif asked.is_required and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, particulars.missing(asked).reason)
        known = {self.fields[name].asked.pk for name in self.asked_names}  # type: ignore[attr-defined]
        for pk, raws in sent_values(self.data).items():
            if pk not in known and any(raw.strip() for raw in raws):
                self.add_error(None, particulars.stranger(raws))
        return cleaned
