"""What the team noted about a member, beside where their standing is decided."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from community.members.access import may_moderate_members
from community.members.models import Member
from moderation.desk.queries import notes_on

register = template.Library()


@register.inclusion_tag("insight/_notes.html", takes_context=True)
def team_notes(context: Context, member: Member) -> dict[str, Any]:
    """The desk's notes on a member, for whoever decides about members. One statement; none for others."""
    request = context["request"]
    may_read = bool(may_moderate_members(request.user))
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "may_read": may_read,
        "notes": notes_on(member.pk) if may_read else [],
    }
