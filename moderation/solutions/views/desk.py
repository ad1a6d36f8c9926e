"""Answers that should be looked at again: behind the second factor, like everything under /desk/."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.core.access import Refused, absent
from community.members.access import may_moderate_members
from community.members.models import Member
from forum.views._shared import actor_of, attempt, members_only, posted
from moderation.solutions import actions, queries
from moderation.solutions.forms import RangeForm, ReleaseForm, TakeBackForm, TrueForm


def _reviewer(request: HttpRequest) -> Member:
    actor = actor_of(request)
    if not may_moderate_members(actor):
        raise absent()
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews that wait on the viewer's boards; a POST names a newer model year or software."""
    actor = _reviewer(request)
    form = ReleaseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        named = attempt(
            form,
            lambda: actions.name_release(
                actor=actor, car=data["car"], year=data["year"], software=data["software"]
            ),
        )
        if named:
            messages.success(
                request, _("Named. Answers that hold for older cars come here for another look.")
            )
            return HttpResponseRedirect(reverse("solutions:desk"))
    return _page(request, actor, form)


def _page(
    request: HttpRequest,
    actor: Member,
    form: forms.Form,
    bound: dict[int, dict[str, forms.Form]] | None = None,
) -> HttpResponse:
    bound = bound or {}
    rows: list[dict[str, Any]] = []
    for one in queries.reviews_for(actor):
        pk = one.review.pk
        shown: dict[str, Any] = {
            "true": TrueForm(prefix=f"true{pk}"),
            "narrow": RangeForm(solution=one.known.solution, prefix=f"narrow{pk}"),
            "withdraw": TakeBackForm(prefix=f"withdraw{pk}"),
        }
        rows.append({"review": one.review, "known": one.known, "forms": shown | bound.get(pk, {})})
    context = {"rows": rows, "form": form, "releases": queries.releases(), "here": "desk"}
    status = 422 if form.errors or bound else 200
    return render(request, "solutions/desk.html", context, status=status)


@require_POST
@members_only
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Still true, another range, or taken back. What was wrong comes back with its form."""
    actor = _reviewer(request)
    do = request.POST.get("do", "")
    kinds: dict[str, type[forms.Form]] = {"true": TrueForm, "narrow": RangeForm, "withdraw": TakeBackForm}
    if do not in kinds:
        raise absent()
    form = kinds[do](request.POST, prefix=f"{do}{review_id}")
    if form.is_valid():
        try:
            said = _settle(actor, review_id, do, form)
        except Refused as refusal:
            if refusal.field not in form.fields:
                messages.error(request, refusal.reason)
                return HttpResponseRedirect(reverse("solutions:desk"))
            form.add_error(refusal.field, refusal.reason)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("solutions:desk"))
    return _page(request, actor, ReleaseForm(), {review_id: {do: form}})


def _settle(actor: Member, review_id: int, do: str, form: forms.Form) -> str:
    data = form.cleaned_data
    if do == "true":
        actions.find_true(actor=actor, review_id=review_id, review_after=data["review_after"])
        return _("Still true. Its range says so, and it comes back for another look.")
    if do == "withdraw":
        actions.find_untrue(actor=actor, review_id=review_id, reason=data["reason"])
        return _("Taken back. Everybody concerned hears of it once.")
    assert isinstance(form, RangeForm)
    actions.narrow(actor=actor, review_id=review_id, held=form.held(), review_after=data["review_after"])
    return _("Kept. The range stands beside the answer.")
