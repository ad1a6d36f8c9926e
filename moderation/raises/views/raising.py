"""Raising a thread and taking that back, for moderators; the plain order, for everybody who wants it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.core.access import require
from community.members.actions import set_preferences
from community.members.views._shared import address_here, next_address
from forum import access as forum_access
from forum.views._shared import act_and_return, actor_of, attempt, members_only, posted
from forum.views.merged import tells_of_merge
from moderation.raises import actions, queries
from moderation.raises.access import may_raise
from moderation.raises.budgets import room_for
from moderation.raises.forms import RaiseForm
from moderation.raises.models import Raise


@require_http_methods(["GET", "HEAD", "POST"])
@tells_of_merge("raises:raise")
@members_only
def raise_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The form, with what is left of the budget; or how it stands raised, and taking that back."""
    actor = actor_of(request)
    thread = forum_access.thread_for_reading(actor, thread_id=thread_id)
    require(forum_access.may_moderate(actor, thread))
    verdict = may_raise(actor, thread) and room_for(thread, by_lot=False)
    by_lot = verdict and room_for(thread, by_lot=True)
    form = RaiseForm(posted(request), initial={} if by_lot or not verdict else {"way": "must"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = attempt(
            form,
            lambda: actions.raise_thread(
                actor=actor,
                thread_id=thread.pk,
                reason=data["reason"],
                hours=data["hours"],
                by_lot=data["way"] == "lot",
            ),
        )
        if row is not None:
            if row.state == Raise.State.RAISED:
                messages.success(request, _("Raised. Readers see your name and why."))
            else:
                messages.info(
                    request,
                    _(
                        "Left out by lot, so that we learn what happens without. A reply still helps the most."
                    ),
                )
            return HttpResponseRedirect(next_address(request, thread.get_absolute_url()))
    context = {
        "thread": thread,
        "board": thread.board,
        "form": form,
        "verdict": verdict,
        "by_lot": by_lot,
        "up": queries.up_now(thread.pk),
        "figures": queries.figures_of(thread.board),
        "next": address_here(request, request.POST.get("next") or request.GET.get("next", "")),
        "here": "boards",
    }
    return render(request, "raises/raise.html", context, status=422 if form.errors else 200)


@require_POST
@members_only
def withdraw(request: HttpRequest, raise_id: int) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.withdraw_raise(actor=actor_of(request), raise_id=raise_id),
        done=_("Taken back. The ledger keeps that it was raised."),
        to=reverse("forum:boards"),
    )


@require_POST
@members_only
def order(request: HttpRequest) -> HttpResponse:
    """Whether this member sees raised threads higher, on every board."""
    plain = request.POST.get("plain") == "1"
    return act_and_return(
        request,
        lambda: set_preferences(member=actor_of(request), plain_order=plain),
        done=_("You see every board in its plain order.")
        if plain
        else _("Raised threads stand higher for you."),
        to=reverse("forum:boards"),
    )
