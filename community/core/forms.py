"""Form rendering: one field template for every form in the house. A field for moments; forms over what stands, or shown
again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, DateTimeField, Form, HiddenInput
from django.forms.renderers import TemplatesSetting

from community.core import clock


class Renderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with our components, widgets with Django's."""

    form_template_name = "components/form.html"
    field_template_name = "components/form_field.html"


class MomentField(DateTimeField):
    """A moment that every reader's zone can tell."""

    def to_python(self, value: Any) -> datetime | None:
        at: datetime | None = super().to_python(value)
        if at is not None and not clock.is_tellable(at):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return at


class ShownAgainForm(Form):
    """A form that may say something else than what was sent, when it is shown again."""

    def put(self, name: str, value: object) -> None:
        """Let a field say this instead."""
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix(name)] = value  # type: ignore[index]


class ShownForm(Form):
    """Entries over something that stands. It says back what its page showed: only what somebody changed is a wish.

    Whoever saves an old page would else put back, unseen, what others changed meanwhile.
    """

    shown = CharField(widget=HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say_what_is_shown()

    def _say_what_is_shown(self) -> None:
        """Again by a form that has added entries of its own."""
        if not self.is_bound:
            self.fields["shown"].initial = json.dumps(
                {
                    name: field.prepare_value(self.get_initial_for_field(field, name))
                    for name, field in self.fields.items()
                    if name in self.initial
                }
            )

    def wished(self) -> dict[str, Any]:
        """The cleaned entries that say something else than the page showed; all where it did not say what it showed."""
        try:
            shown = json.loads(self.cleaned_data.get("shown", ""))
        except (ValueError, RecursionError):
            shown = None
        shown = shown if isinstance(shown, dict) else {}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "shown" and not (name in shown and self._stands(name, shown[name]))
        }

    def _stands(self, name: str, shown: Any) -> bool:
        """Whether this entry says what the page showed."""
        sent = self[name].data
        return isinstance(sent, list) == isinstance(shown, list) and not self.fields[name].has_changed(
            shown, sent
        )
