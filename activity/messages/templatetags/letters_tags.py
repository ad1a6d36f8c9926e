"""What pages of rooms below show of private conversations."""

from __future__ import annotations

from django import template

from activity.messages import queries

register = template.Library()
register.simple_tag(queries.reports_waiting)
