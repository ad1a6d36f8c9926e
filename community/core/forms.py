"""Form rendering: one field template for every form in the house."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "components/form_field.html"
