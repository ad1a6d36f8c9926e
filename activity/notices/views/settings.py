"""How loud the site may be, and everything that it sent to me."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.notices import actions, queries
from activity.notices.forms import NoiseForm, moved_digest
from activity.notices.kinds import DEFAULTS
from community.core.access import Refused
from community.members import actions as members
from community.members.access import standing_verdict
from community.members.middleware import device_zone
from community.members.models import Member


@login_required
@never_cache
def settings(request: HttpRequest) -> HttpResponse:
    """Reasons and ways, rhythm, limit and quiet hours. Three statements with the account."""
    member = cast(Member, request.user)
    row, ways = queries.settings_of(member), DEFAULTS | queries.own_ways(member)
    told = request.POST if request.method == "POST" else None
    device = "" if member.time_zone else device_zone(request)
    form = NoiseForm(told, settings=row, ways=ways, is_staff=member.is_staff_role)
    if form.is_valid():
        try:
            if device:
                members.set_preferences(member=member, time_zone=device)
            actions.set_all(member=member, noise=form.noise(), ways=form.ways())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("notices:settings"))
    context = {
        "form": form,
        "zone": member.time_zone or "UTC",
        "device_zone": device,
        "moved_to": moved_digest(row),
        "standing": standing_verdict(member),
        "here": "me",
    }
    return render(request, "notices/settings.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """The log of everything sent to me. Two statements with the account."""
    member = cast(Member, request.user)
    context = {
        "page": queries.log(member, request.GET.get("page")),
        "standing": standing_verdict(member),
        "here": "me",
    }
    return render(request, "notices/sent.html", context)
