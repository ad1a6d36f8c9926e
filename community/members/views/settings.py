"""My own settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.members import access, actions, queries
from community.members.models import ImportClaim
from community.members.page_forms import NameForm, PictureForm, PreferencesForm, ProfileForm
from community.members.views._shared import act_and_return, attempt, me, mine
from community.members.views.account import remember


@mine
def profile(request: HttpRequest) -> HttpResponse:
    """What the profile says, and who sees each line."""
    member = me(request)
    form = ProfileForm(request.POST or None, member=member)
    if form.is_valid() and attempt(form, lambda: actions.update_profile(member=member, **form.given())):
        return _saved(request, "members:settings")
    claim = ImportClaim.objects.filter(claimant=member).select_related("imported").first()
    return _page(request, "members/settings_profile.html", form=form, claim=claim)


@mine
def name(request: HttpRequest) -> HttpResponse:
    """Another name."""
    member = me(request)
    before = member.name
    form = NameForm(request.POST or None, initial={"name": member.name})
    if form.is_valid() and attempt(
        form, lambda: actions.rename_member(member=member, name=form.cleaned_data["name"])
    ):
        return _saved(request, "members:rename")
    member.name = before
    past = list(member.past_names.all()[:10])
    return _page(
        request, "members/settings_name.html", form=form, free_at=actions.next_rename_at(member), past=past
    )


@mine
def picture(request: HttpRequest) -> HttpResponse:
    """A picture of one's own, or the generated one again."""
    member = me(request)
    if request.POST.get("do") == "remove":
        return act_and_return(
            request,
            lambda: actions.remove_avatar(member=member),
            done=_("Back to the drawn one."),
            to=reverse("members:picture"),
        )
    form = PictureForm(request.POST or None, request.FILES or None)
    if form.is_valid() and attempt(
        form, lambda: actions.set_avatar(member=member, data=form.cleaned_data["picture"].read())
    ):
        return _saved(request, "members:picture")
    return _page(request, "members/settings_picture.html", form=form)


@mine
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, colours, time zone."""
    member = me(request)
    names = ("language", "theme", "time_zone", "plain_order")
    now = {name: getattr(member, name) for name in names}
    form = PreferencesForm(request.POST or None, initial=now)
    if form.is_valid() and attempt(form, lambda: actions.set_preferences(member=member, **form.cleaned_data)):
        response = _saved(request, "members:my_preferences")
        # This device may have a choice of its own, which would hide the one just made.
        chosen = form.cleaned_data
        remember(request, response, **{name: chosen[name] for name in ("language", "theme", "time_zone")})
        return response
    return _page(request, "members/settings_preferences.html", form=form)


@mine
def people(request: HttpRequest) -> HttpResponse:
    """Whom I ignore or block."""
    return _page(request, "members/settings_people.html", ignores=list(queries.ignores_of(me(request))[:500]))


@require_POST
@mine
def withdraw_claim(request: HttpRequest) -> HttpResponse:
    """Take my open claim back."""
    for claim in ImportClaim.objects.filter(claimant=me(request), state=ImportClaim.State.OPEN):
        actions.withdraw_claim(claimant=me(request), claim=claim)
    messages.success(request, _("The claim is withdrawn."))
    return HttpResponseRedirect(reverse("members:settings"))


def _saved(request: HttpRequest, name: str) -> HttpResponseRedirect:
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse(name))


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    status = 422 if getattr(context.get("form"), "errors", None) else 200
    standing = access.standing_verdict(me(request))
    return render(request, template, context | {"here": "me", "standing": standing}, status=status)
