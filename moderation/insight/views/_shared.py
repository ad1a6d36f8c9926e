"""What pages of figures do alike."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from community.core import clock
from community.core.spreadsheet import Cell
from moderation.insight.window import Window, last_days, length_of
from moderation.raises.policy import Effect

Sheet = tuple[list[str], list[list[Cell]]]


def window_of(request: HttpRequest) -> Window:
    """The days that were asked for, by the site's own clocks whoever looks."""
    return last_days(length_of(request.GET.get("days")), now=clock.now(), zone=settings.TIME_ZONE)


def file_name(what: str, window: Window) -> str:
    return f"{what}-{window.first.isoformat()}-{window.last.isoformat()}"


def raised_sheet(effect: Effect) -> Sheet:
    """What followed raises, against those that were left out by lot."""
    sides = (("raised", effect.raised), ("left out by lot", effect.left_out))
    return ["threads", "with a member's reply", "all"], [[name, one.hits, one.total] for name, one in sides]
