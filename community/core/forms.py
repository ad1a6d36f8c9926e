"""Form rendering: one field template for every form in the house. A field for moments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateTimeField
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
