"""What is wrong with one field of a form whose page carries one refusal, told beside that field and tied to it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.core.access import Refused

register = template.Library()


@register.inclusion_tag("polls/_refused_at.html")
def refused_at(problem: Refused | None, *parts: object) -> dict[str, Any]:
    """The refusal, where it is about the field of this name; the name comes in parts ("q", 3, "text")."""
    name = "-".join(map(str, parts))
    return {"name": name, "reason": problem.reason if problem and problem.field == name else ""}


@register.simple_tag
def marked_at(problem: Refused | None, *parts: object) -> SafeString | str:
    """The attributes of a field that the refusal is about."""
    name = "-".join(map(str, parts))
    if problem is None or problem.field != name:
        return ""
    return format_html(' aria-invalid="true" aria-describedby="{}-refused"', name)
