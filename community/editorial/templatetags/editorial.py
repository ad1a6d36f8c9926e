"""Tags for pages of the editors' room, and the brand for mails of every room."""

from __future__ import annotations

from typing import Any

from django import template

from community.editorial.brand import Brand
from community.editorial.brand import brand as read_brand
from community.editorial.queries.pages import BODY_SPECS, Shown
from community.editorial.queries.pages import shown as show

register = template.Library()


@register.simple_tag
def brand() -> Brand:
    """The brand, where there is no request: `{% load editorial %}{% brand as brand %}{{ brand.name }}`."""
    return read_brand()


@register.simple_tag
def shown(image: Any) -> Shown | None:
    """A picture block in its sizes, with its description."""
    return show(image, image.contextual_alt_text or "", BODY_SPECS) if image else None
