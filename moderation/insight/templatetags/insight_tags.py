"""Words of figures."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import display
from community.members.models import Role
from forum.models import GoneFor
from moderation.insight.queries.steps import Steps
from moderation.insight.waits import Waits
from moderation.insight.window import Window
from moderation.promises import typed
from moderation.raises.policy import Share, per_cent

register = template.Library()


@register.filter
def window_words(window: Window) -> str:
    """ "24 Oct to 22 Nov"."""
    first, last = (display.day(day, window.last) for day in (window.first, window.last))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


@register.filter
def day_words(day: date, window: Window) -> str:
    return display.day(day, window.last)


@register.filter
def rate_words(share: Share) -> str:
    """ "12 %"; a dash where there is nothing to be a part of."""
    return _("%(rate)d %%") % {"rate": per_cent(share.rate)} if share.total else "–"


@register.filter
def way_words(way: str) -> str:
    """How something went out of sight."""
    return {
        "staff_hid": _("Hidden by staff, can come back"),
        "staff_removed": _("Removed by staff"),
        "staff_erased": _("Erased by staff for good"),
        "own": _("Taken back by who wrote it"),
        "left": _("Gone with an account that was closed"),
    }[way]


@register.filter
def reason_words(kind: str) -> str:
    """A kind of reason for taking something away; the last one holds what was too rare to be told."""
    return _("Another reason, or a rare one") if kind == GoneFor.OTHER else str(GoneFor(kind).label)


@register.filter
def days_words(days: int) -> str:
    """What a link to so many days says."""
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def wait_words(wait: timedelta | None) -> str:
    """A wait in minutes and hours, or in days where it is long; that there is none to tell."""
    if wait is None:
        return _("not yet")
    if wait >= timedelta(days=2):
        return ngettext("%(n)d day", "%(n)d days", wait.days) % {"n": wait.days}
    return typed.wait_words(int(wait.total_seconds()))


@register.filter
def headline(waits: Waits) -> str:
    """What the waits say, as a heading; nothing is claimed of a few."""
    if not waits.asked:
        return _("Nobody asked anything in these days")
    if waits.is_few:
        return _("Too few questions to say how fast they are answered")
    if waits.median is None:
        return _("Fewer than half of all questions have a reply")
    return _("Half of all questions get a reply within %(time)s") % {"time": wait_words(waits.median)}


@register.filter
def hour_words(hour: int) -> str:
    """ "03–04 h"."""
    return _("%(from)02d–%(to)02d h") % {"from": hour, "to": hour + 1}


@register.filter
def step_words(name: str) -> str:
    """What the people of a step did."""
    return {
        "known": _("have met us"),
        "here": _("made an account"),
        "back": _("wrote and came back"),
        "keeps": _("keep on"),
        "tapped": _("voted before they joined"),
        "wrote": _("wrote"),
        "answered": _("were answered"),
        "returned": _("came back"),
    }[name]


@register.filter
def step_rule(name: str) -> str:
    """How a step is counted."""
    return {
        "known": _("voted as a guest, or joined"),
        "here": _("proved an address"),
        "back": _("a first post, and a second visit"),
        "keeps": _("words on three days or more"),
    }[name]


@register.filter
def role_words(role: str) -> str:
    return str(Role(role).label)


@register.filter
def people_of(steps: Steps, name: str) -> int:
    return steps.count(name)


@register.filter
def tone_words(tone: str) -> str:
    """What the lists make of a thread."""
    return {
        "positive": _("that praise more than they criticise"),
        "critical": _("that criticise more than they praise"),
        "neither": _("neither, as far as the lists see"),
    }[tone]
