"""The staff page of key members. Behind the second factor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.core.access import absent
from community.members import access
from community.members.names import LONGEST_TYPED
from forum.views._shared import actor_of, attempt, members_only
from moderation.keymembers import actions, queries
from moderation.keymembers.forms import EndForm, NameForm


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def key_members(request: HttpRequest) -> HttpResponse:
    """Who is a key member, why and how long; naming one, ending a term. Moderators and administrators."""
    actor = actor_of(request)
    if not access.may_moderate_members(actor):
        raise absent()
    ending = request.method == "POST" and "term" in request.POST
    form = NameForm(
        request.POST if request.method == "POST" and not ending else None, initial=_asked(request)
    )
    end_form = EndForm(request.POST) if ending else None
    if end_form is not None and end_form.is_valid():
        end_data = end_form.cleaned_data
        if attempt(
            end_form,
            lambda: actions.end_term(actor=actor, term_id=end_data["term"], reason=end_data["reason"]),
        ):
            messages.success(request, _("The term is over."))
            return HttpResponseRedirect(request.path)
    elif not ending and form.is_valid():
        data = form.cleaned_data
        member = data.pop("name")
        if attempt(form, lambda: actions.name_key_member(actor=actor, member_id=member.pk, **data)):
            messages.success(request, _("%(name)s is a key member now.") % {"name": member.name})
            return HttpResponseRedirect(request.path)
        form.cleaned_data["name"] = member.name
    errors = bool(form.errors or (end_form is not None and end_form.errors))
    context = {"form": form, "end_form": end_form, "terms": queries.for_staff(), "here": "staff"}
    return render(request, "keymembers/staff.html", context, status=422 if errors else 200)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"name": request.GET.get("name", "")[:LONGEST_TYPED]}
