"""Promises, calendars and rotas, for administrators. Behind the second factor; every change shows its effect first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.core import clock
from community.core.access import absent
from community.core.whole import whole
from community.members.queries import meant_by
from forum.models import Board
from forum.views._shared import act_and_return, attempt, members_only, posted
from forum.views.staff import arranger
from moderation.promises import actions
from moderation.promises.access import may_stand
from moderation.promises.forms import CalendarForm, MachineForm, PromiseForm, RotaForm
from moderation.promises.models import SPOKEN, Calendar, Machine, Promise, RotaShift
from moderation.promises.policy import Hours, after, gaps_of
from moderation.promises.queries import boards

WRITES = require_http_methods(["GET", "HEAD", "POST"])


@WRITES
@members_only
def overview(request: HttpRequest) -> HttpResponse:
    """Calendars, what boards promise, and accounts that write by themselves. Four statements."""
    actor = arranger(request)
    if "unname" in request.POST:
        row = get_object_or_404(
            Machine.objects.select_related("member"), pk=whole(request.POST["unname"], otherwise=0)
        )
        actions.unname_machine(actor=actor, member=row.member)
        messages.success(request, _("%(name)s counts as a person.") % {"name": row.member.name})
        return redirect("promises:staff")
    form = MachineForm(posted(request))
    if form.is_valid():
        member = meant_by(form.cleaned_data["name"])
        if member is None:
            form.add_error("name", _("Nobody here has this name."))
        elif attempt(
            form, lambda: actions.name_machine(actor=actor, member=member, reason=form.cleaned_data["reason"])
        ):
            messages.success(request, _("What %(name)s writes keeps no promise.") % {"name": member.name})
            return redirect("promises:staff")
    known = {row.board_id: row for row in Promise.objects.select_related("calendar")}
    told = boards.lines()
    rows = Board.objects.select_related("group").order_by("group__position", "group_id", "position", "id")
    context = {
        "calendars": list(Calendar.objects.select_related("lead")),
        "boards": [(board, known.get(board.pk), told.get(board.pk)) for board in rows],
        "machines": Machine.objects.select_related("member").order_by("member__name"),
        "form": form,
        "here": "staff",
    }
    return render(request, "promises/staff/list.html", context, status=422 if form.errors else 200)


@WRITES
@members_only
def new_calendar(request: HttpRequest) -> HttpResponse:
    actor = arranger(request)
    form = CalendarForm(posted(request), calendar=None)
    if form.is_valid() and "save" in request.POST:
        made = attempt(form, lambda: actions.make_calendar(actor=actor, **form.told()))
        if made:
            messages.success(request, _("The calendar is there. Now say who is on its rota."))
            return redirect("promises:calendar", calendar_id=made.pk)
    return _calendar_page(request, form, _("New calendar"), None)


@WRITES
@members_only
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """A calendar's hours and its rota."""
    actor = arranger(request)
    row = get_object_or_404(Calendar.objects.select_related("lead"), pk=calendar_id)
    form = CalendarForm(posted(request), calendar=row)
    if form.is_valid() and "save" in request.POST:
        saved = attempt(form, lambda: actions.change_calendar(actor=actor, calendar_id=row.pk, **form.told()))
        if saved:
            messages.success(request, _("The hours are in force."))
            return redirect("promises:calendar", calendar_id=row.pk)
    return _calendar_page(request, form, row.title, row)


def _calendar_page(
    request: HttpRequest, form: CalendarForm, title: str, row: Calendar | None, turn: RotaForm | None = None
) -> HttpResponse:
    turns = list(RotaShift.objects.select_related("member").filter(calendar=row)) if row else []
    duties = [one.duty for one in turns if may_stand(one.member)]
    effect = None
    if form.is_bound and form.is_valid():
        hours = form.hours()
        by_it = Board.objects.filter(
            pk__in=Promise.objects.filter(calendar=row, minutes__isnull=False).values("board")
        )
        effect = {
            "week": sum(end - start for day in hours.week for start, end in day),
            "boards": list(by_it) if row else [],
            "gaps": gaps_of(hours, duties, SPOKEN) if row else [],
            "has_lead": may_stand(form.cleaned_data["lead"]),  # whom the form names, not the calendar of now
        }
    context = {
        "form": form,
        "title": title,
        "calendar": row,
        "rota": [(one, may_stand(one.member)) for one in turns],
        "gaps": gaps_of(row.hours, duties, SPOKEN) if row else [],
        "turn": turn or RotaForm(),
        "effect": effect,
        "here": "staff",
    }
    failed = bool(form.errors or (turn and turn.errors))
    return render(request, "promises/staff/calendar.html", context, status=422 if failed else 200)


@require_POST
@members_only
def rota(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Put somebody on the rota, or take a turn off."""
    actor = arranger(request)
    row = get_object_or_404(Calendar.objects.select_related("lead"), pk=calendar_id)
    if "remove" in request.POST:
        turn_id = whole(request.POST["remove"], otherwise=0)
        if RotaShift.objects.filter(pk=turn_id).exclude(calendar=row).exists():
            raise absent()
        return act_and_return(
            request,
            lambda: actions.remove_shift(
                actor=actor, shift_id=turn_id
            ),  # pressed twice, it is off all the same
            done=_("Taken off the rota."),
            to=reverse("promises:calendar", args=[row.pk]),
        )
    form = RotaForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.add_shift(
                actor=actor,
                calendar_id=row.pk,
                member=data["member"],
                shift=data["shift"],
                language=data["language"],
            ),
        )
        if added:
            messages.success(request, _("%(name)s is on the rota.") % {"name": data["member"].name})
            return redirect("promises:calendar", calendar_id=row.pk)
    return _calendar_page(request, CalendarForm(calendar=row), row.title, row, form)


@WRITES
@members_only
def promise(request: HttpRequest, board_id: int) -> HttpResponse:
    """What one board promises; what that would have meant for the last thirty days is shown before it is in force."""
    actor = arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    row = boards.promise_of(board.pk)
    start = {"calendar": row.calendar_id, "minutes": row.minutes} if row else {}
    form = PromiseForm(posted(request), initial=start)
    effect: dict[str, Any] | None = None
    if form.is_valid():
        data = form.cleaned_data
        if "save" in request.POST:
            saved = attempt(
                form,
                lambda: actions.change_promise(
                    actor=actor,
                    board_id=board.pk,
                    calendar_id=data["calendar"].pk,
                    minutes=data["minutes"],
                    reason=data["reason"],
                ),
            )
            if saved:
                messages.success(request, _("The promise is in force."))
                return redirect("promises:staff")
        effect = _effect(board, data["calendar"].hours, data["minutes"])
    context = {"board": board, "form": form, "effect": effect, "here": "staff"}
    return render(request, "promises/staff/promise.html", context, status=422 if form.errors else 200)


def _effect(board: Board, hours: Hours, minutes: int | None) -> dict[str, Any]:
    if minutes is None:
        return {"record": None}
    return {
        "record": boards.effect_of(board, hours, minutes),
        "due": after(hours, clock.now(), timedelta(minutes=minutes)),
        "zone": hours.zone,
    }
