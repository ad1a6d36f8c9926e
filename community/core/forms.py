"""Form rendering: one field template for every form in the house."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with our components, widgets with Django's."""

    form_template_name = "components/form.html"
    field_template_name = "components/form_field.html"
