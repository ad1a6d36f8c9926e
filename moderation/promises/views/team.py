"""Clocks and the rota, for moderators. Behind the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import clock
from forum.views._shared import act_and_return, actor_of, members_only
from moderation.promises import actions
from moderation.promises.models import Calendar
from moderation.promises.policy import NOTHING, after, on_duty, worked
from moderation.promises.queries import clocks
from moderation.promises.queries.rota import calendars_with_rota


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is there now by one calendar."""

    calendar: Calendar
    people: list[str]
    opens_at: datetime | None

    @property
    def is_working(self) -> bool:
        return self.opens_at is not None and self.opens_at <= clock.now()


@require_safe
@members_only
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a first answer on the viewer's boards, and who is on the rota. Eight statements in all."""
    viewer, now = actor_of(request), clock.now()
    own = request.GET.get("show") == "mine"
    page = clocks.running(viewer, request.GET.get("page"), own=own)
    duty = []
    for calendar, turns in calendars_with_rota():
        names = {turn.member_id: turn.member.name for turn in turns}
        people = on_duty(calendar.hours, [turn.duty for turn in turns], now)
        duty.append(OnDuty(calendar, [names[pk] for pk in people], after(calendar.hours, now, NOTHING)))
    context = {
        "page": page,
        "rows": [(row, worked(row.terms.hours, now, row.due_at), row.due_at <= now) for row in page.items],
        "own": own,
        "duty": duty,
        "alerts": clocks.alerts(viewer),
        "broken": clocks.broken(viewer),
        "here": "staff",
    }
    return render(request, "promises/desk.html", context)


@require_POST
@members_only
def seen(request: HttpRequest, alert_id: int) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.note_seen(actor=actor_of(request), alert_id=alert_id),
        done=_("Put away."),
        to=reverse("promises:desk"),
    )
