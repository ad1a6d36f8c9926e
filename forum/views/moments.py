"""The day and hour inside a writing form, for whoever may publish later."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from community.core import clock
from forum import access
from forum.forms import LaterForm
from forum.moments import zone_in_words
from forum.views._shared import actor_of


def later_form(request: HttpRequest) -> LaterForm:
    """When to publish: bound where somebody pressed the button for it."""
    return LaterForm(request.POST if "later" in request.POST else None)


def later_context(request: HttpRequest, later: LaterForm | None = None) -> dict[str, Any]:
    """What `_later.html` reads: may they, in which zone, and since when. No statement."""
    now = timezone.localtime(clock.now())
    return {
        "later": later,
        "later_verdict": access.may_schedule(actor_of(request)),
        "later_zone": zone_in_words(timezone.get_current_timezone_name(), now),
    }
