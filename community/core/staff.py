"""The staff's own first page, and the tasks that gave up. Behind the second factor, like everything under /staff/."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core import hold
from community.core.access import absent
from community.core.tasks import operators


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What this person's role opens, and whether this is a restored copy; one statement.

    The middleware has turned everybody else away.
    """
    return render(request, "staff/index.html", {"held": hold.held()})


@require_http_methods(["GET", "HEAD", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks that gave up after their last try: why, and again or let go. Administrators only; three statements."""
    if getattr(request.user, "role", "") != "admin":
        raise absent()
    if request.method == "POST":
        try:
            done = _act(request)
        except (ValidationError, ValueError):
            done = False
        if done:
            messages.success(request, _("Done."))
        else:
            messages.error(request, _("This task is no longer parked."))
        return HttpResponseRedirect(request.path)
    return render(request, "staff/tasks.html", {"parked": operators.parked(), "figures": operators.figures()})


def _act(request: HttpRequest) -> bool:
    if "retry" in request.POST:
        return operators.retry(request.POST["retry"])
    return "discard" in request.POST and operators.discard(request.POST["discard"])
