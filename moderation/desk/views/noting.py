"""Notes on members."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forum.views._shared import actor_of, attempt, members_only
from forum.views.merged import tells_of_merge
from moderation.desk import access, actions
from moderation.desk.forms import NoteForm
from moderation.desk.views._shared import address, case_page, remove_and_return, wanted_of
from moderation.desk.views.left import tells_what_left


@require_POST
@tells_what_left
@tells_of_merge("desk:thread")
@members_only
def keep(request: HttpRequest, thread_id: int) -> HttpResponse:
    actor = actor_of(request)
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["note"]
        attempt(form, lambda: actions.keep_note(actor=actor, thread_id=thread.pk, text=text))
    if not form.errors:
        messages.success(request, _("Noted, for the team."))
        return HttpResponseRedirect(address(thread.pk, wanted_of(request, actor)) + "#member")
    return case_page(request, actor, thread, bound={"note": form})


@require_POST
@members_only
def remove(request: HttpRequest, note_id: int) -> HttpResponse:
    actor = actor_of(request)
    return remove_and_return(
        request,
        actor,
        lambda: actions.remove_note(actor=actor, note_id=note_id),
        done=_("The note is gone."),
        to=reverse("desk:index"),
    )
