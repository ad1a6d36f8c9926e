"""Parts of the desk that are saved under a name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.core.access import Refused
from forum.views._shared import actor_of, members_only
from moderation.desk import actions
from moderation.desk.forms import FilterForm
from moderation.desk.views._shared import remove_and_return, wanted_of


@require_POST
@members_only
def save(request: HttpRequest) -> HttpResponse:
    """Save the part that the address names, under the name that was typed."""
    actor = actor_of(request)
    wanted = wanted_of(request, actor)
    form = FilterForm(request.POST, prefix="filter")
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    else:
        data = form.cleaned_data
        try:
            row = actions.save_filter(
                actor=actor,
                name=data["name"],
                view=wanted.view.value,
                board_id=wanted.board.pk if wanted.board else None,
                lane=wanted.lane,
                is_shared=data["is_shared"],
            )
        except Refused as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": row.name})
    return HttpResponseRedirect(reverse("desk:index") + wanted.query)


@require_POST
@members_only
def drop(request: HttpRequest, filter_id: int) -> HttpResponse:
    actor = actor_of(request)
    return remove_and_return(
        request,
        actor,
        lambda: actions.drop_filter(actor=actor, filter_id=filter_id),
        done=_("Removed."),
        to=reverse("desk:index") + wanted_of(request, actor).query,
    )
