"""Administrators publish the texts of the house."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.access import absent
from community.members.models import Role
from community.members.views._shared import attempt, me, mine
from community.privacy import actions
from community.privacy import papers as texts
from community.privacy.models import Paper


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Which text"), choices=Paper.Kind.choices)
    text_en = forms.CharField(
        label=gettext_lazy("Text in English"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Written like a post, with Markdown."),
    )
    text_zh = forms.CharField(
        label=gettext_lazy("Text in Chinese"), required=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    changes_en = forms.CharField(
        label=gettext_lazy("What is new, in one sentence (English)"), required=False, max_length=300
    )
    changes_zh = forms.CharField(
        label=gettext_lazy("What is new, in one sentence (Chinese)"), required=False, max_length=300
    )


@mine
def papers(request: HttpRequest) -> HttpResponse:
    """The texts that count, and a form for the next version."""
    if me(request).role != Role.ADMIN:
        raise absent()
    form = PaperForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: actions.publish_paper(actor=me(request), **form.cleaned_data)
    ):
        messages.success(request, _("Published. Members are asked at their next visit."))
        return HttpResponseRedirect(reverse("privacy:papers"))
    context = {"form": form, "papers": texts.current(), "here": "staff"}
    return render(request, "privacy/papers.html", context, status=422 if form.errors else 200)
