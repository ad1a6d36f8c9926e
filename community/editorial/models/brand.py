"""What a brand may change without code: name, line, colour, title face and mark."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from community.editorial import colour, defaults
from community.editorial.colour import AA_TEXT, Colour

DEFAULT_ACCENT = "oklch(0.46 0.105 166)"


class TitleFace(models.TextChoices):
    SERIF = "serif", _("Serif")
    SANS = "sans", _("Sans serif")


@register_setting(icon="site")
class BrandSettings(BaseSiteSetting):
    """The brand of the site. Readers use the snapshot in `editorial.brand`, not this row."""

    name = models.CharField(_("name"), max_length=40, default=defaults.brand_name)
    tagline_en = models.CharField(
        _("line beside the name (English)"),
        max_length=24,
        blank=True,
        default="Owners",
        help_text=_("One or two words."),
    )
    tagline_zh = models.CharField(
        _("line beside the name (Chinese)"), max_length=12, blank=True, default="车主社区"
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=40,
        default=DEFAULT_ACCENT,
        help_text=_("Links, buttons and marks, on light pages. Written as #1b6a4f or oklch(0.46 0.105 166)."),
    )
    accent_dark = models.CharField(
        _("accent colour on dark pages"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Leave empty to derive it from the accent colour: the same hue, lighter."),
    )
    title_face = models.CharField(_("title face"), max_length=5, choices=TitleFace, default=TitleFace.SERIF)
    mark = models.ForeignKey(
        "editorial.Picture",
        verbose_name=_("mark"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "A square picture, readable at 28 pixels. Leave empty for the drawn mark in the accent colour."
        ),
    )
    about_en = models.TextField(_("about (English)"), max_length=600, blank=True, default="")
    about_zh = models.TextField(
        _("about (Chinese)"),
        max_length=600,
        blank=True,
        default="",
        help_text=_(
            "One or two sentences, used where the site introduces itself to search engines and feed readers."
        ),
    )

    select_related: ClassVar = ["mark"]
    panels: ClassVar = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("tagline_en"), FieldPanel("tagline_zh")], heading=_("Name")
        ),
        MultiFieldPanel(
            [FieldPanel("accent"), FieldPanel("accent_dark"), FieldPanel("title_face"), FieldPanel("mark")],
            heading=_("Look"),
        ),
        MultiFieldPanel([FieldPanel("about_en"), FieldPanel("about_zh")], heading=_("About")),
    ]

    class Meta:
        verbose_name = _("brand")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        errors: dict[str, ValidationError] = {}
        self.name = " ".join(self.name.split())
        if not self.name or any(unicodedata.category(character).startswith("C") for character in self.name):
            errors["name"] = ValidationError(
                _("The name needs at least one visible character and none that is invisible.")
            )
        if error := _colour_error(self.accent, dark=False):
            errors["accent"] = error
        if self.accent_dark and (error := _colour_error(self.accent_dark, dark=True)):
            errors["accent_dark"] = error
        if errors:
            raise ValidationError(errors)

    @property
    def light(self) -> Colour:
        return colour.parse(self.accent) or _parsed_default()

    @property
    def dark(self) -> Colour:
        return colour.parse(self.accent_dark) or colour.dark_twin(self.light)


def _parsed_default() -> Colour:
    parsed = colour.parse(DEFAULT_ACCENT)
    assert parsed is not None
    return parsed


def _colour_error(text: str, *, dark: bool) -> ValidationError | None:
    chosen = colour.parse(text)
    if chosen is None:
        return ValidationError(
            _("This is not a colour we can read. Write it as #1b6a4f or oklch(0.46 0.105 166).")
        )
    reached = colour.weakest(chosen, dark=dark)
    if reached >= AA_TEXT:
        return None
    if dark:
        message = _(
            "On dark pages this colour reaches a contrast of only %(reached)s, and text needs %(needed)s. "
            "The nearest lighter tone of the same hue that works is %(suggestion)s."
        )
    else:
        message = _(
            "On light pages this colour reaches a contrast of only %(reached)s, and text needs %(needed)s. "
            "The nearest darker tone of the same hue that works is %(suggestion)s."
        )
    suggestion = colour.nearest_readable(chosen, dark=dark).hex()
    return ValidationError(
        message,
        params={"reached": f"{reached:.2f}", "needed": f"{AA_TEXT:g}", "suggestion": suggestion},
        code="contrast",
    )
