"""What pages of rooms below show of private conversations."""

from __future__ import annotations

from django import template

from activity.messages import queries

register = template.Library()


@register.simple_tag
def reports_waiting() -> int:
    """How many reports of messages nobody has decided yet. One statement; for staff."""
    return queries.reports_waiting()
