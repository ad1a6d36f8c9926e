"""The members' desk: find somebody, decide about their standing, role and name, answer claims.

The middleware lets only staff with a second factor in; what each may do is decided by `access`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import clock
from community.core.access import absent
from community.core.pagination import keyset
from community.members import access, actions, queries
from community.members.models import ImportClaim, Member, Role, Standing
from community.members.page_forms import DecisionForm, RoleForm, StaffNameForm, StandingForm
from community.members.views._shared import View, act_and_return, attempt, me, mine

PER_PAGE = 50


def deciders(view: View) -> View:
    """Moderators and administrators; anybody else finds nothing here."""

    @mine
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.may_moderate_members(request.user):
            raise absent()
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@deciders
def members(request: HttpRequest) -> HttpResponse:
    """Everybody, by search, standing and role."""
    search = request.GET.get("q", "").strip()[:200]
    chosen = {"standing": request.GET.get("standing", ""), "role": request.GET.get("role", "")}
    people = queries.for_staff(search=search, by_address=me(request).role == Role.ADMIN, **chosen)
    page = keyset(people, order=("-joined_at", "-pk"), cursor=request.GET.get("page"), size=PER_PAGE)
    context = {
        "page": page,
        "search": search,
        "standings": Standing.choices,
        "roles": Role.choices,
        "claim_count": queries.open_claims().count(),
        **chosen,
    }
    return _render(request, "members/staff_members.html", context)


@require_safe
@deciders
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member, with everything that was decided about them."""
    return _member_page(request, get_object_or_404(Member, pk=pk))


@require_POST
@deciders
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Warn, mute, suspend or restore."""
    person = get_object_or_404(Member, pk=pk)
    form = StandingForm(request.POST)
    if form.is_valid():
        days = form.cleaned_data["days"]
        done = attempt(
            form,
            lambda: actions.set_standing(
                actor=me(request),
                member=person,
                standing=form.cleaned_data["standing"],
                reason=form.cleaned_data["reason"],
                until=clock.now() + timedelta(days=days) if days else None,
                seen=form.cleaned_data["seen"],
            ),
        )
        if done:
            return HttpResponseRedirect(reverse("members:staff_member", args=[pk]))
    return _member_page(request, person, standing_form=form)


@require_POST
@deciders
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    person = get_object_or_404(Member, pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: actions.set_role(actor=me(request), member=person, role=form.cleaned_data["role"])
    ):
        return HttpResponseRedirect(reverse("members:staff_member", args=[pk]))
    return _member_page(request, person, role_form=form)


@require_POST
@deciders
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename somebody whose name cannot stay."""
    person = get_object_or_404(Member, pk=pk)
    form = StaffNameForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: actions.rename_member(member=person, name=form.cleaned_data["name"], by=me(request))
    ):
        return HttpResponseRedirect(reverse("members:staff_member", args=[pk]))
    return _member_page(request, person, name_form=form)


@require_safe
@deciders
def claims(request: HttpRequest) -> HttpResponse:
    """Claims of imported members that wait, oldest first."""
    return _render(request, "members/staff_claims.html", {"claims": list(queries.open_claims()[:100])})


@require_POST
@deciders
def decide_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline one claim."""
    claim = get_object_or_404(ImportClaim, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise absent()
    note = form.cleaned_data["note"]
    if form.cleaned_data["decision"] == "approve":
        return act_and_return(
            request,
            lambda: actions.approve_claim(actor=me(request), claim=claim, note=note),
            done=_("Approved. The account and the imported member are one now."),
            to=reverse("members:staff_claims"),
        )
    return act_and_return(
        request,
        lambda: actions.decline_claim(actor=me(request), claim=claim, reason=note),
        done=_("Declined. The member reads your reason."),
        to=reverse("members:staff_claims"),
    )


def _member_page(request: HttpRequest, person: Member, **tried: forms.Form) -> HttpResponse:
    is_admin = me(request).role == Role.ADMIN
    changes = list(person.standing_changes.select_related("actor")[:50])
    seen = max((change.pk for change in changes), default=0)
    standing_form = StandingForm(initial={"standing": access.current_standing(person), "seen": seen})
    if "standing_form" in tried:  # what was decided meanwhile is on the page now: let the next press count
        sent: Any = tried["standing_form"]
        sent.data = {**sent.data.dict(), "seen": seen}
    context = {
        "member": person,
        "may_decide": access.may_set_standing(me(request), person),
        "may_set_role": access.may_set_role(me(request), person),
        "may_rename": is_admin,
        "shows_address": is_admin,
        "counts_as": access.current_standing(person),
        "changes": changes,
        "past_names": list(person.past_names.all()[:20]),
        "standing_form": standing_form,
        "role_form": RoleForm(initial={"role": person.role}),
        "name_form": StaffNameForm(initial={"name": person.name}),
    } | tried
    return _render(request, "members/staff_member.html", context, status=422 if tried else 200)


def _render(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, context | {"here": "staff"}, status=status)
