"""The day and hour inside a writing form, for whoever may publish later."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from community.core import clock
from forum import access
from forum.forms import LaterForm, OnceForm
from forum.moments import zone_in_words
from forum.views._shared import actor_of

ASKED = "later_asked"  # sent by a form that was told so already


def later_form(request: HttpRequest) -> LaterForm:
    """When to publish: bound where somebody pressed the button for it. What was filled in stays in any case."""
    if "later" in request.POST:
        return LaterForm(request.POST)
    return LaterForm(initial={name: request.POST.get(name, "")[:40] for name in LaterForm.base_fields})


def is_meant_now(request: HttpRequest, form: OnceForm, later: LaterForm) -> bool:
    """Whether a valid form is to be published now. Where a moment is filled in too, that is asked once, on the form."""
    is_filled = any(later.initial.values())
    if not is_filled or ASKED in request.POST or not access.may_schedule(actor_of(request)):
        return True
    later.is_asked = True
    form.add_error(
        None,
        _(
            "Now, or then? A day or an hour is filled in under “Publish later”. To have it wait, press “Publish then”; "
            "to publish it now, send it again."
        ),
    )
    return False


def later_context(request: HttpRequest, later: LaterForm | None = None) -> dict[str, Any]:
    """What `_later.html` reads: may they, in which zone, and since when. No statement."""
    now = timezone.localtime(clock.now())
    return {
        "later": later,
        "later_verdict": access.may_schedule(actor_of(request)),
        "later_zone": zone_in_words(timezone.get_current_timezone_name(), now),
    }
