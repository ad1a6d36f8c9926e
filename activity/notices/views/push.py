"""My devices that may be woken, a test, and the worker that shows what arrives."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activity.notices import push as pushing
from activity.notices import webpush
from activity.notices.models import PushSubscription
from community.core.access import Refused
from community.core.ratelimit import hit
from community.members.access import standing_verdict
from community.members.models import Member

WORKER = settings.BASE_DIR / "static" / "push-worker.js"


@require_safe
@login_required
@never_cache
def push(request: HttpRequest) -> HttpResponse:
    """Which browsers are woken, and a button for this one. Two statements with the account."""
    member = cast(Member, request.user)
    context = {
        "devices": list(PushSubscription.objects.filter(member=member).order_by("-since")),
        "key": pushing.public_key() if webpush.is_on() else "",
        "standing": standing_verdict(member),
        "here": "me",
    }
    return render(request, "notices/push.html", context)


@require_POST
@login_required
def subscribe(request: HttpRequest) -> HttpResponse:
    """What the browser's script tells of itself."""
    told = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "device")}
    try:
        pushing.subscribe(member=cast(Member, request.user), **told)
    except Refused as refusal:
        return HttpResponse(refusal.reason, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    pushing.unsubscribe(member=cast(Member, request.user), pk=pk)
    messages.success(request, _("This device is not woken any more."))
    return HttpResponseRedirect(reverse("notices:push"))


@require_POST
@login_required
def test(request: HttpRequest) -> HttpResponse:
    """Wake my devices now, and say whether the push service took it."""
    member = cast(Member, request.user)
    if not hit("push_test", str(member.pk), limit=5, per=600):
        messages.error(request, _("That was often. Try again in ten minutes."))
    elif pushing.send_test(member=member):
        messages.success(request, _("Sent. It should be on your screen within a few seconds."))
    else:
        messages.error(request, _("No device took it. Switch push on again on the device in question."))
    return HttpResponseRedirect(reverse("notices:push"))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, so that it may open any page of the site."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response
