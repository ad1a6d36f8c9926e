"""Asking somebody who knows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.views._shared import actor_of, attempt, members_only, posted
from forum.views.merged import tells_of_merge
from moderation.desk import access, actions, experts
from moderation.desk.forms import CallForm
from moderation.desk.models import DeskThread
from moderation.desk.views._shared import address, wanted_of
from moderation.desk.views.left import tells_what_left


@require_http_methods(["GET", "HEAD", "POST"])
@tells_what_left
@tells_of_merge("desk:expert")
@members_only
def expert(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Who may be asked about this thread and why they; asking one of them, with a reason."""
    actor = actor_of(request)
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    wanted = wanted_of(request, actor)
    found = experts.for_thread(actor, thread)
    row = DeskThread.objects.filter(pk=thread.pk).first()
    form = CallForm(
        posted(request),
        initial={"version": row.version if row else 0},
        free=[(one.member.pk, one.member.name) for one in found if one.is_free],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            form,
            lambda: actions.call_expert(
                actor=actor,
                thread_id=thread.pk,
                version=data["version"],
                member_id=data["member"],
                reason=data["reason"],
            ),
        ):
            name = dict(form.free)[data["member"]]
            messages.success(request, _("%(name)s is asked to help.") % {"name": name})
            return HttpResponseRedirect(address(thread.pk, wanted))
    context = {
        "thread": thread,
        "board": thread.board,
        "wanted": wanted,
        "row": row,
        "experts": found,
        "form": form,
        "here": "desk",
    }
    return render(request, "desk/expert.html", context, status=422 if form.errors else 200)
