"""How pages say what is remembered, and that somebody is leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _

from community.members.models import Member
from community.privacy import papers
from community.privacy.labels import LABELS
from community.privacy.models import Paper

register = template.Library()
LONGEST = 400


@register.inclusion_tag("privacy/_at_the_door.html")
def papers_at_the_door() -> dict[str, Any]:
    """What whoever joins agrees to: the texts, and which versions they are. No statement when warm."""
    shown = [(kind, version) for kind, version in papers.versions().items() if kind in Paper.NEEDED]
    return {
        "texts": [(kind, Paper.Kind(kind).label) for kind, _version in shown],
        "shown": " ".join(f"{kind}:{version}" for kind, version in shown),
    }


@register.filter
def field_label(name: str) -> str:
    """What a field is called in the reader's language."""
    return str(LABELS.get(name, name.replace("_", " ").capitalize()))


@register.filter
def shown(value: Any) -> str:
    """A value as a person reads it."""
    match value:
        case True:
            return _("yes")
        case False:
            return _("no")
        case datetime():
            return date_format(localtime(value) if is_aware(value) else value, "Y-m-d H:i")
        case list():
            return ", ".join(str(part) for part in value)[:LONGEST]
        case _:
            text = str(value)
            return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"


@register.simple_tag(takes_context=True)
def leaving_strip(context: Any) -> SafeString | str:
    """The strip for somebody who is leaving. No statement: the day stands on their own row."""
    request = context.get("request")
    viewer = getattr(request, "user", None)
    if not isinstance(viewer, Member) or viewer.leaves_at is None:
        return ""
    return render_to_string("privacy/_leaving.html", {"at": viewer.leaves_at})
