"""Calendars and who is on their rota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from community.core.access import Invalid, absent, require
from community.core.retrying import action
from community.members.actions import time_zones
from community.members.models import Member
from forum.access import may_arrange
from forum.actions import clean_line
from moderation.promises.access import may_stand
from moderation.promises.actions.promising import clean_why, make_terms
from moderation.promises.models import Calendar, Promise, RotaShift
from moderation.promises.policy import DAY, Shift

MOST_SHIFTS, MOST_HOLIDAYS = 60, 400


@action
def make_calendar(
    *,
    actor: Member,
    title: str,
    zone: str,
    shifts: Sequence[Shift],
    holidays: Sequence[tuple[date, str]] = (),
    lead: Member | None = None,
) -> Calendar:
    """A calendar that boards can promise by. Raises Invalid for a name that is taken and hours that cannot be."""
    require(may_arrange(actor))
    row = Calendar()
    _fill(row, title=title, zone=zone, shifts=shifts, holidays=holidays, lead=lead)
    row.save()
    return row


@action
def change_calendar(
    *,
    actor: Member,
    calendar_id: int,
    title: str,
    zone: str,
    shifts: Sequence[Shift],
    holidays: Sequence[tuple[date, str]] = (),
    lead: Member | None = None,
    reason: str,
) -> Calendar:
    """Other hours from now on, for every board that promises by it. Clocks that run keep the hours they began with."""
    require(may_arrange(actor))
    why = clean_why(reason)
    row = Calendar.objects.select_for_update(of=("self",), no_key=True).filter(pk=calendar_id).first()
    if row is None:
        raise absent()
    before = (row.zone, row.shifts, row.holidays)
    _fill(row, title=title, zone=zone, shifts=shifts, holidays=holidays, lead=lead)
    row.save()
    if (row.zone, row.shifts, row.holidays) != before:
        for promise in Promise.objects.filter(calendar=row, minutes__isnull=False).order_by("board_id"):
            promise.calendar = row
            make_terms(promise, actor, why)
    return row


def _fill(
    row: Calendar,
    *,
    title: str,
    zone: str,
    shifts: Sequence[Shift],
    holidays: Sequence[tuple[date, str]],
    lead: Member | None,
) -> None:
    name = clean_line(title)
    if not 0 < len(name) <= 60:
        raise Invalid(_("Give the calendar a name of at most 60 characters."), field="title")
    if Calendar.objects.filter(title=name).exclude(pk=row.pk).exists():
        raise Invalid(_("Another calendar has this name."), field="title")
    if zone not in time_zones():
        raise Invalid(_("This time zone is not known."), field="zone")
    if not shifts or len(shifts) > MOST_SHIFTS:
        raise Invalid(
            _("Say when somebody works, at most %(most)d times a week.") % {"most": MOST_SHIFTS}, field="mon"
        )
    if len(holidays) > MOST_HOLIDAYS:
        raise Invalid(_("At most %(most)d holidays fit.") % {"most": MOST_HOLIDAYS}, field="holidays")
    if lead is not None and not may_stand(lead):
        raise Invalid(_("Only moderators and administrators can stand on a rota."), field="lead")
    for shift in shifts:
        check_shift(shift)
    row.title, row.zone, row.lead = name, zone, lead
    row.shifts = [list(shift) for shift in sorted(set(shifts))]
    row.holidays = [[day.isoformat(), clean_line(about)[:60]] for day, about in sorted(holidays)]


def check_shift(shift: Shift) -> None:
    """Raise Invalid for what no clock shows."""
    weekday, start, end = shift
    if not (0 <= weekday < 7 and 0 <= start < DAY and 0 <= end <= DAY and start != end):
        raise Invalid(_("A shift begins and ends at different times of a day."), field="start")


@action
def add_shift(
    *, actor: Member, calendar_id: int, member: Member, shift: Shift, language: str = ""
) -> RotaShift:
    """Put somebody of the team on the rota, every week. The same shift again changes its end and language."""
    require(may_arrange(actor))
    check_shift(shift)
    if not may_stand(member):
        raise Invalid(_("Only moderators and administrators can stand on a rota."), field="name")
    if language not in RotaShift.Language.values:
        raise Invalid(_("The site does not speak this language."), field="language")
    calendar = Calendar.objects.select_for_update(of=("self",), no_key=True).filter(pk=calendar_id).first()
    if calendar is None:
        raise absent()
    weekday, start, end = shift
    row = RotaShift.objects.filter(calendar=calendar, member=member, weekday=weekday, start=start).first()
    if row is None:
        row = RotaShift(calendar=calendar, member=member, weekday=weekday, start=start)
    row.end, row.language = end, language
    row.save()
    return row


@action
def remove_shift(*, actor: Member, shift_id: int) -> None:
    """Take somebody's turn off the rota. Repeatable."""
    require(may_arrange(actor))
    RotaShift.objects.filter(pk=shift_id).delete()
