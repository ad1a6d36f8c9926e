"""The page under every letter: stops it without signing in. Looking at it, as scanners do, changes nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from activity.notices import actions, letters
from activity.notices.kinds import Kind
from community.members.models import Member


@csrf_exempt  # the signed address is the proof; mail programs press the button without a page of ours
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """What the letter's link stops, and a button; a POST (one-click, RFC 8058) does it. Repeatable."""
    found = letters.read_token(token)
    member = Member.objects.get_queryset().filter(pk=found[0]).first() if found else None
    if found is None or member is None:
        raise Http404
    scope = "all" if request.POST.get("what") == "all" else found[1]
    if request.method == "POST":
        actions.stop_letters(member=member, scope=scope)
    what, _colon, which = scope.partition(":")
    kind = Kind(which).label if what == "kind" and which in Kind.values else ""
    context = {"scope": what, "kind": kind, "is_done": request.method == "POST", "token": token}
    return render(request, "notices/stop.html", context)
