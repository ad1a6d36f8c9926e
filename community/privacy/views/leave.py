"""Leaving: told what it means first, asked who it is, given time."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from community.members.actions import former_name
from community.members.models import Role
from community.members.views._shared import act_and_return, attempt, me, mine
from community.privacy import actions, memory
from community.privacy.actions.leaving import GRACE, OPEN
from community.privacy.models import Erasure


class LeaveForm(forms.Form):
    posts = forms.ChoiceField(
        label=gettext_lazy("What becomes of what you wrote?"),
        choices=(
            ("keep", gettext_lazy("It stays, by a former member. Answers that help others go on helping.")),
            (
                "remove",
                gettext_lazy(
                    "It goes. Replies leave a gap; a thread of yours goes if nobody else wrote in it."
                ),
            ),
        ),
        widget=forms.RadioSelect,
        initial="keep",
    )
    sure = forms.BooleanField(label=gettext_lazy("I know that nothing can be brought back afterwards."))


@mine
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def leave(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, in numbers; then the wish itself."""
    member = me(request)
    erasure = Erasure.objects.filter(member=member, state__in=OPEN).first()
    form = LeaveForm(request.POST or None)
    if form.is_valid() and attempt(
        form,
        lambda: actions.request_erasure(member=member, remove_posts=form.cleaned_data["posts"] == "remove"),
    ):
        messages.success(request, _("Noted. Until the day comes you can change your mind."))
        return HttpResponseRedirect(reverse("privacy:leave"))
    found = memory.counts(member)
    context = {
        "form": form,
        "erasure": erasure,
        "verdict": actions.may_leave(member),
        "days": GRACE.days,
        "former": former_name(member.pk),
        "is_office": member.role != Role.MEMBER,
        "counts": found,
        "posts": found.get("forum.Post", 0),
        "threads": found.get("forum.Thread", 0),
        "reactions": found.get("forum.Reaction", 0),
        "uploads": found.get("files.Upload", 0),
        "here": "me",
    }
    return render(request, "privacy/leave.html", context, status=422 if form.errors else 200)


@require_POST
@mine
def stay(request: HttpRequest) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.cancel_erasure(member=me(request)),
        done=_("Good. Your account stays, and everything with it."),
        to=reverse("privacy:data"),
    )
