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
from moderation.promises.models import SPOKEN, Calendar, RotaShift
from moderation.promises.policy import NOTHING, after, on_duty, worked
from moderation.promises.queries import clocks
from moderation.promises.queries.rota import calendars_with_rota


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is there now by one calendar."""

    calendar: Calendar
    people: list[tuple[str, str]]  # a name, and in which language alone they answer
    missing: list[str]  # languages in which nobody of them answers
    opens_at: datetime | None

    @property
    def is_working(self) -> bool:
        return self.opens_at is not None and self.opens_at <= clock.now()


def _on_duty(calendar: Calendar, turns: list[RotaShift], now: datetime) -> OnDuty:
    names = {turn.member_id: turn.member.name for turn in turns}
    hours, duties = calendar.hours, [turn.duty for turn in turns]
    able = {language: on_duty(hours, duties, now, language) for language in SPOKEN}
    people = []
    for pk in on_duty(hours, duties, now):
        spoken = [language for language in SPOKEN if pk in able[language]]
        people.append((names[pk], "" if len(spoken) == len(SPOKEN) else spoken[0]))
    missing = [language for language in SPOKEN if people and not able[language]]
    return OnDuty(calendar, people, missing, after(hours, now, NOTHING))


@require_safe
@members_only
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a first answer on the viewer's boards, and who is on the rota. Eight statements in all."""
    viewer, now = actor_of(request), clock.now()
    own = request.GET.get("show") == "mine"
    page = clocks.running(viewer, request.GET.get("page"), own=own)
    duty = []
    for calendar, turns in calendars_with_rota():
        duty.append(_on_duty(calendar, turns, now))
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
