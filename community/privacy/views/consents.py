"""What I agreed to, and what I am asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Refused, absent
from community.core.languages import speaks_chinese
from community.core.text import render as rendered
from community.core.whole import whole
from community.members.views._shared import act_and_return, address_here, me, mine, next_address
from community.privacy import actions, papers
from community.privacy.models import Paper


@mine
def consents(request: HttpRequest) -> HttpResponse:
    """Every text of the house in its present version, with what I said to it."""
    if request.method == "POST":
        return _agree(request)
    agreed = papers.agreed(me(request))
    texts = [_text(paper, agreed.get(paper.kind)) for paper in papers.current()]
    context = {
        "texts": texts,
        "waiting": [text for text in texts if text["is_needed"] and not text["is_agreed"]],
        "next": _wanted(request),
        "here": "me",
    }
    return render(request, "privacy/consents.html", context)


def _agree(request: HttpRequest) -> HttpResponse:
    """`agree` holds "kind:version" for each text that was ticked."""
    told = (value.partition(":") for value in request.POST.getlist("agree"))
    numbered = ((kind, whole(version, 9)) for kind, _colon, version in told)
    versions = [(kind, number) for kind, number in numbered if number is not None]
    try:
        actions.give_consents(member=me(request), versions=versions)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(reverse("privacy:consents"))
    messages.success(request, _("Thank you. Noted."))
    return HttpResponseRedirect(next_address(request, reverse("privacy:consents")))


@require_POST
@mine
def withdraw(request: HttpRequest) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.withdraw_consent(member=me(request), kind=request.POST.get("kind", "")),
        done=_("Taken back."),
        to=reverse("privacy:consents"),
    )


@require_safe
def paper(request: HttpRequest, kind: str) -> HttpResponse:
    """A text of the house for everybody: as it counts now, or `?version=` as it once did. One statement."""
    found = papers.version(kind, request.GET.get("version", ""))
    if found is None:
        raise absent()
    counts = papers.versions()[kind]
    context = {"text": _text(found, None), "is_old": found.version != counts, "here": "about"}
    return render(request, "privacy/paper.html", context)


def _wanted(request: HttpRequest) -> str:
    return address_here(request, request.GET.get("next", ""))


def _text(paper: Paper, held: int | None) -> dict[str, object]:
    is_chinese = speaks_chinese()
    source = (is_chinese and paper.source_zh.strip()) or paper.source_en
    return {
        "paper": paper,
        "title": Paper.Kind(paper.kind).label,
        "html": rendered(source).html,
        "changes": (is_chinese and paper.changes_zh) or paper.changes_en,
        "is_needed": paper.is_needed,
        "is_agreed": held == paper.version,
        "before": held,
    }
